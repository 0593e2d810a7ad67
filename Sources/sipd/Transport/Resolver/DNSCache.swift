package import NIOCore
import Synchronization

/// What a lookup came to.
package typealias DNSLookupResult = Result<[DNSRecord], DNSLookupError>

/// Why a lookup brought no records.
package enum DNSLookupError: Error, Hashable, Sendable {
    /// The name does not exist.
    case nameNotFound
    /// The name exists, but has no records of the type.
    case noRecords
    /// No server answered in time.
    case timeout
    /// The servers answered with an error.
    case serverFailure(DNSMessage.ResponseCode)
    /// An alias leads to itself, or the chain of aliases is too long.
    case aliasLoop
    /// Neither resolv.conf nor the configuration names a server.
    case noServers
    /// Too many lookups are waiting already.
    case tooManyLookups
    /// The resolver was stopped.
    case stopped

    /// Whether the answer is about the name, and not about the servers: it may be kept.
    var isNegativeAnswer: Bool {
        switch self {
        case .nameNotFound, .noRecords, .aliasLoop: true
        case .timeout, .serverFailure, .noServers, .tooManyLookups, .stopped: false
        }
    }
}

extension DNSLookupError {
    /// Whether no server said anything at all.
    var isSilence: Bool {
        switch self {
        case .timeout, .noServers, .tooManyLookups, .stopped: true
        case .nameNotFound, .noRecords, .serverFailure, .aliasLoop: false
        }
    }
}

extension DNSLookupError: CustomStringConvertible {
    /// One line for the log.
    package var description: String {
        switch self {
        case .nameNotFound: "the name does not exist"
        case .noRecords: "the name has no such records"
        case .timeout: "no name server answered in time"
        case .serverFailure(let code): "the name servers answered with code \(code.rawValue)"
        case .aliasLoop: "the aliases of the name do not end"
        case .noServers: "no name server is configured"
        case .tooManyLookups: "too many lookups are waiting"
        case .stopped: "the resolver was stopped"
        }
    }
}

/// The answers that are still valid, of bounded number; shared by all workers.
package final class DNSCache: Sendable {
    /// What an answer is for.
    package struct Key: Hashable, Sendable {
        /// The name that was looked up.
        package var name: DNSName
        /// The type that was looked up.
        package var type: DNSRecordType

        /// Creates a key.
        package init(name: DNSName, type: DNSRecordType) {
            self.name = name
            self.type = type
        }
    }

    /// An answer and its end.
    package struct Entry: Hashable, Sendable {
        /// Records or a negative answer.
        package var result: DNSLookupResult
        /// When it ceases to be valid; nil for one that an operator put in to stay.
        package var expires: NIODeadline?

        func isValid(at now: NIODeadline) -> Bool {
            expires.map { now < $0 } ?? true
        }
    }

    private let entries: Mutex<[Key: Entry]>
    private let countMax: Int

    /// Creates a cache of at most `countMax` answers.
    package init(countMax: Int) {
        self.countMax = max(1, countMax)
        entries = Mutex([:])
    }

    /// The valid answer for a name and type, if there is one.
    package func find(_ key: Key, at now: NIODeadline) -> DNSLookupResult? {
        entries.withLock { entries in
            guard let entry = entries[key], entry.isValid(at: now) else { return nil }
            return entry.result
        }
    }

    /// Keeps an answer until `expires`, or for good when that is nil.
    ///
    /// A full cache gives up what has expired, then any other answers that may expire: an eighth of all, so that the
    /// search for victims is rare.
    package func insert(_ result: DNSLookupResult, for key: Key, expires: NIODeadline?, at now: NIODeadline) {
        entries.withLock { entries in
            if entries.count >= countMax, entries[key] == nil {
                DNSCache.makeRoom(in: &entries, countMax: countMax, at: now)
            }
            guard entries.count < countMax || entries[key] != nil else { return }
            entries[key] = Entry(result: result, expires: expires)
        }
    }

    private static func makeRoom(in entries: inout [Key: Entry], countMax: Int, at now: NIODeadline) {
        entries = entries.filter { $0.value.isValid(at: now) }
        guard entries.count >= countMax else { return }
        // The order of a dictionary is as good as random, and differs between runs.
        let victims = entries.lazy.filter { $0.value.expires != nil }.prefix(max(1, countMax / 8)).map(\.key)
        for key in Array(victims) { entries[key] = nil }
    }

    /// Removes the answer for a name and type; false when there is none.
    @discardableResult
    package func remove(_ key: Key) -> Bool {
        entries.withLock { $0.removeValue(forKey: key) != nil }
    }

    /// Removes all answers, those without end only when `includingPermanent`.
    package func removeAll(includingPermanent: Bool = false) {
        entries.withLock { entries in
            entries = includingPermanent ? [:] : entries.filter { $0.value.expires == nil }
        }
    }

    /// All valid answers, in no particular order.
    package func snapshot(at now: NIODeadline) -> [Key: Entry] {
        entries.withLock { $0 }.filter { $0.value.isValid(at: now) }
    }
}
