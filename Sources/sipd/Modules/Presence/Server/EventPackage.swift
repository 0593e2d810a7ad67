import SIPMessage

/// What a package makes a NOTIFY of.
struct PackageState: Sendable {
    let key: PresentityKey
    /// The bodies that hold, the newest first.
    let bodies: [ByteString]
    /// The body that was withdrawn just now, or nil.
    var withdrawn: ByteString?
    /// The version for documents that carry one.
    var version = 0
}

/// What the rules say about a watcher.
struct RuleDecision: Sendable, Equatable {
    var status: Subscription.Status
    var reason: ByteString = ""

    /// The state that is shown is that of somebody who is not there.
    static let politeBlockReason: ByteString = "polite-block"
}

/// An event package (RFC 6665 §7), which a module registers with the presence server.
struct EventPackage: Sendable {
    /// The name in Event.
    let name: String
    /// The type of bodies.
    let contentType: ByteString
    /// Whether it is about the watchers of another package.
    var isWatcherInformation = false
    /// Whether its documents carry the version of the subscription.
    var isVersioned = false
    /// Whether it may be published.
    var isPublished = true
    /// Seconds of a subscription or publication that names none.
    var defaultExpires = 3600
    /// Why a body is refused, or nil for a good one.
    var problem: @Sendable (ByteString) -> String? = { _ in nil }
    /// The body of a NOTIFY, or nil for none.
    let compose: @Sendable (PackageState) -> ByteString?
    /// The body for who is politely blocked, or nil for none.
    var composeBlocked: @Sendable (PackageState) -> ByteString? = { _ in nil }
    /// Asks the rules about a watcher, blocking; nil when everybody may watch.
    var decide: (@Sendable (PresentityKey, _ watcher: ByteString) throws -> RuleDecision)?
}
