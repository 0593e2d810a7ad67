import Logging
import NIOCore
import NetworkAddress

/// Looks names up: joins questions that are the same, follows aliases, keeps the answers.
///
/// Confined to its event loop.
final class DNSClient {
    /// The longest chain of aliases that is followed; longer ones are mistakes or malice.
    private static let aliasCountMax = 8

    private let loop: any EventLoop
    private let settings: ResolverSettings
    private let configuration: ResolverConfiguration
    private let cache: DNSCache
    private let statistics: ResolverStatistics
    private let log: RateLimitedLog
    private var waiting: [DNSCache.Key: [(DNSLookupResult) -> Void]] = [:]
    private var exchanges: [DNSCache.Key: DNSExchange] = [:]
    /// The server that answered last is asked first, so that one that is down costs time once, not in each lookup.
    private var preferredServer = 0
    private var isStopped = false

    init(
        loop: any EventLoop, settings: ResolverSettings, configuration: ResolverConfiguration, cache: DNSCache,
        statistics: ResolverStatistics, log: RateLimitedLog
    ) {
        self.loop = loop
        self.settings = settings
        self.configuration = configuration
        self.cache = cache
        self.statistics = statistics
        self.log = log
    }

    /// Finds the records of exactly this name and type.
    func lookup(_ key: DNSCache.Key, completion: @escaping (DNSLookupResult) -> Void) {
        guard !isStopped else {
            completion(.failure(.stopped))
            return
        }
        // The answer may have come while the question was on its way to this loop.
        if settings.usesCache, let known = cache.find(key, at: .now()) {
            completion(known)
            return
        }
        if waiting[key] != nil {
            waiting[key]?.append(completion)
            return
        }
        guard waiting.count < settings.pendingLookupCountMax else {
            log.warning("a name is not looked up: too many lookups are waiting", metadata: ["dns.name": "\(key.name)"])
            completion(.failure(.tooManyLookups))
            return
        }
        waiting[key] = [completion]
        let limit = TimeAmount.milliseconds(Int64(settings.lookupTimeoutMilliseconds))
        ask(Progress(key: key, name: key.name, deadline: .now() + limit))
    }

    func stop() {
        isStopped = true
        for exchange in Array(exchanges.values) { exchange.cancel(.stopped) }
    }

    /// How far a lookup has come along a chain of aliases.
    private struct Progress {
        let key: DNSCache.Key
        var name: DNSName
        let deadline: NIODeadline
        var aliases: Set<DNSName> = []
        var timeToLive = UInt32.max

        /// Goes on to what the name is an alias of; false when the chain does not end.
        mutating func follow(_ target: DNSName, timeToLive: UInt32) -> Bool {
            aliases.insert(name)
            guard aliases.count <= DNSClient.aliasCountMax, !aliases.contains(target) else { return false }
            name = target
            self.timeToLive = min(self.timeToLive, timeToLive)
            return true
        }
    }

    private func ask(_ progress: Progress) {
        let exchange = DNSExchange(
            DNSMessage.Question(name: progress.name, type: progress.key.type), plan: plan(until: progress.deadline),
            loop: loop
        ) { result, server in
            self.exchanges[progress.key] = nil
            if let server { self.preferredServer = server }
            switch result {
            case .success(let message): self.evaluate(message, progress)
            case .failure(let error): self.finish(progress.key, .failure(error), timeToLive: 0)
            }
        }
        exchanges[progress.key] = exchange
        statistics.countRequest()
        exchange.start()
    }

    private func plan(until deadline: NIODeadline) -> DNSExchange.Plan {
        let all = configuration.servers.prefix(settings.serverCount ?? .max).enumerated().map {
            (index: $0.offset, endpoint: $0.element)
        }
        let first = min(preferredServer, all.count)
        return DNSExchange.Plan(
            servers: Array(all[first...] + all[..<first]),
            rounds: max(1, settings.retryCount ?? configuration.attempts),
            timeout: .seconds(Int64(max(1, settings.retryTimeSeconds ?? configuration.timeoutSeconds))),
            deadline: deadline)
    }

    private func evaluate(_ message: DNSMessage, _ progress: Progress) {
        var progress = progress
        while true {
            let records = message.answers.filter {
                $0.name == progress.name && $0.type == progress.key.type && $0.data != .other
            }
            if !records.isEmpty {
                let life = records.reduce(progress.timeToLive) { min($0, $1.timeToLiveSeconds) }
                finish(progress.key, .success(records), timeToLive: life)
                return
            }
            guard let (target, life) = alias(of: progress.name, in: message) else { break }
            guard progress.follow(target, timeToLive: life) else {
                finish(progress.key, .failure(.aliasLoop), timeToLive: settings.negativeTimeToLiveSeconds)
                return
            }
        }
        let zone = message.authorities.first { if case .startOfAuthority = $0.data { true } else { false } }
        if message.responseCode == .noError, zone == nil, progress.name != message.question?.name {
            // The server did not follow the alias to its end.
            ask(progress)
            return
        }
        let error: DNSLookupError = message.responseCode == .nameError ? .nameNotFound : .noRecords
        finish(progress.key, .failure(error), timeToLive: negativeLife(zone))
    }

    private func alias(of name: DNSName, in message: DNSMessage) -> (DNSName, UInt32)? {
        for record in message.answers where record.name == name {
            if case .canonicalName(let target) = record.data { return (target, record.timeToLiveSeconds) }
        }
        return nil
    }

    /// RFC 2308 §5: the smaller of the SOA record's own life and its minimum field.
    private func negativeLife(_ zone: DNSRecord?) -> UInt32 {
        guard let zone, case .startOfAuthority(let minimum) = zone.data else {
            return settings.negativeTimeToLiveSeconds
        }
        return min(settings.negativeTimeToLiveSeconds, zone.timeToLiveSeconds, minimum)
    }

    private func finish(_ key: DNSCache.Key, _ result: DNSLookupResult, timeToLive: UInt32) {
        let mayBeKept: Bool
        switch result {
        case .success:
            mayBeKept = true
        case .failure(let error):
            mayBeKept = error.isNegativeAnswer
            if !mayBeKept { reportFailure(key, error) }
        }
        if settings.usesCache, mayBeKept {
            let seconds = min(max(timeToLive, settings.timeToLiveMinSeconds), settings.timeToLiveMaxSeconds)
            let now = NIODeadline.now()
            cache.insert(result, for: key, expires: now + .seconds(Int64(seconds)), at: now)
        }
        for completion in waiting.removeValue(forKey: key) ?? [] { completion(result) }
    }

    private func reportFailure(_ key: DNSCache.Key, _ error: DNSLookupError) {
        statistics.countFailure()
        log.warning(
            "a name could not be looked up",
            metadata: ["dns.name": "\(key.name)", "dns.type": "\(key.type)", "error": "\(error)"])
    }
}
