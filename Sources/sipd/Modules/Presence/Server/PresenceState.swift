import SIPMessage
import Synchronization

/// All publications and subscriptions in memory, behind one lock that is never held across a call-out.
final class PresenceState: Sendable {
    /// Most publications of one presentity and package.
    static let publicationsMax = 64
    /// The longest body of a publication.
    static let bodyBytesMax = 65_536
    /// Most presentities and subscriptions.
    static let entriesMax = 1_000_000

    private struct Contents {
        var publications: [PresentityKey: [Publication]] = [:]
        var subscriptions: [PresentityKey: [SubscriptionID: Subscription]] = [:]
        var keys: [SubscriptionID: PresentityKey] = [:]
        /// Before that second nothing ends.
        var nextEnd = Int.max
    }

    private let contents = Mutex(Contents())

    // MARK: - Publications

    /// Applies a PUBLISH; `tag` makes an entity-tag.
    func publish(_ request: PublishRequest, at now: Int, tag: () -> ByteString) -> PublishOutcome {
        contents.withLock { contents in
            var list = (contents.publications[request.key] ?? []).filter { $0.expires > now }
            var old: Publication?
            if let wanted = request.matches {
                guard let index = list.firstIndex(where: { $0.etag == wanted }) else { return .noSuchTag }
                old = list.remove(at: index)
            }
            if request.expiresSeconds == 0 {
                contents.publications[request.key] = list.isEmpty ? nil : list
                return old.map { .removed($0) } ?? .empty
            }
            guard old != nil || !request.body.isEmpty else { return .empty }
            guard list.count < Self.publicationsMax,
                old != nil || contents.publications.count < Self.entriesMax
            else { return .full }
            let new = Publication(
                etag: tag(), body: request.body.isEmpty ? old?.body ?? "" : request.body.compacted(),
                expires: now + request.expiresSeconds, received: now, sender: request.sender.compacted())
            list.append(new)
            contents.publications[request.key] = list
            contents.nextEnd = min(contents.nextEnd, new.expires)
            return .stored(new, replacing: old)
        }
    }

    /// Takes an outcome back that the database refused.
    func undo(_ outcome: PublishOutcome, of key: PresentityKey) {
        contents.withLock { contents in
            var list = contents.publications[key] ?? []
            switch outcome {
            case .stored(let new, let old):
                list.removeAll { $0.etag == new.etag }
                if let old { list.append(old) }
            case .removed(let old): list.append(old)
            case .noSuchTag, .empty, .full: return
            }
            contents.publications[key] = list.isEmpty ? nil : list
        }
    }

    /// The publications that hold, the newest first.
    func publications(of key: PresentityKey, at now: Int) -> [Publication] {
        contents.withLock { ($0.publications[key] ?? []).filter { $0.expires > now }.reversed() }
    }

    /// Replaces the publications of a presentity by what the database has.
    func replacePublications(of key: PresentityKey, by list: [Publication]) {
        contents.withLock { contents in
            contents.publications[key] = list.isEmpty ? nil : list
            for publication in list { contents.nextEnd = min(contents.nextEnd, publication.expires) }
        }
    }

    /// All presentities with publications.
    var presentities: [(key: PresentityKey, publications: [Publication])] {
        contents.withLock { $0.publications }.map { ($0.key, $0.value) }
    }

    // MARK: - Subscriptions

    /// A subscription by its dialog.
    func subscription(_ id: SubscriptionID) -> Subscription? {
        contents.withLock { contents in contents.keys[id].flatMap { contents.subscriptions[$0]?[id] } }
    }

    /// The watchers of a presentity.
    func subscriptions(to key: PresentityKey) -> [Subscription] {
        contents.withLock { Array(($0.subscriptions[key] ?? [:]).values) }
    }

    /// Adds or replaces a subscription; false when there are too many.
    @discardableResult
    func store(_ subscription: Subscription) -> Bool {
        contents.withLock { contents in
            guard contents.keys[subscription.id] != nil || contents.keys.count < Self.entriesMax else { return false }
            contents.keys[subscription.id] = subscription.key
            contents.subscriptions[subscription.key, default: [:]][subscription.id] = subscription
            contents.nextEnd = min(contents.nextEnd, subscription.expires)
            return true
        }
    }

    /// Changes a subscription that still is there, and answers it as it is then.
    func update(_ id: SubscriptionID, _ change: (inout Subscription) -> Void) -> Subscription? {
        contents.withLock { contents in
            guard let key = contents.keys[id], var subscription = contents.subscriptions[key]?[id] else { return nil }
            change(&subscription)
            contents.subscriptions[key]?[id] = subscription
            contents.nextEnd = min(contents.nextEnd, subscription.expires)
            return subscription
        }
    }

    /// Removes a subscription.
    @discardableResult
    func remove(_ id: SubscriptionID) -> Subscription? {
        contents.withLock { contents in
            guard let key = contents.keys.removeValue(forKey: id) else { return nil }
            let removed = contents.subscriptions[key]?.removeValue(forKey: id)
            if contents.subscriptions[key]?.isEmpty == true { contents.subscriptions[key] = nil }
            return removed
        }
    }

    /// Replaces the watchers of a presentity by what the database has.
    func replaceSubscriptions(to key: PresentityKey, by list: [Subscription]) {
        contents.withLock { contents in
            for id in (contents.subscriptions[key] ?? [:]).keys { contents.keys[id] = nil }
            contents.subscriptions[key] = nil
        }
        for subscription in list { store(subscription) }
    }

    /// How many subscriptions there are.
    var subscriptionCount: Int { contents.withLock { $0.keys.count } }

    // MARK: - Ends

    /// Takes out what has ended.
    func removeEnded(at now: Int) -> (publications: [(PresentityKey, Publication)], subscriptions: [Subscription]) {
        contents.withLock { contents in
            guard contents.nextEnd <= now else { return ([], []) }
            var ended: [(PresentityKey, Publication)] = []
            var next = Int.max
            for (key, list) in contents.publications {
                let gone = list.filter { $0.expires <= now }
                for publication in list where publication.expires > now { next = min(next, publication.expires) }
                guard !gone.isEmpty else { continue }
                let left = list.filter { $0.expires > now }
                contents.publications[key] = left.isEmpty ? nil : left
                ended += gone.map { (key, $0) }
            }
            var over: [Subscription] = []
            for (key, watchers) in contents.subscriptions {
                for (id, subscription) in watchers {
                    guard subscription.expires <= now else {
                        next = min(next, subscription.expires)
                        continue
                    }
                    over.append(subscription)
                    contents.keys[id] = nil
                    contents.subscriptions[key]?[id] = nil
                }
                if contents.subscriptions[key]?.isEmpty == true { contents.subscriptions[key] = nil }
            }
            contents.nextEnd = next
            return (ended, over)
        }
    }
}
