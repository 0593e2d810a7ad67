import SIPMessage

/// The dialog of a subscription.
struct SubscriptionID: Hashable, Sendable {
    let callID: ByteString
    /// The tag that this server has given.
    let localTag: ByteString
    /// The tag of the watcher.
    let remoteTag: ByteString
}

/// A watcher of a presentity (RFC 6665).
struct Subscription: Sendable {
    /// Kamailio's numbers, as in the tables.
    enum Status: Int, Sendable {
        case active = 1
        case pending = 2
        case terminated = 3
        case waiting = 4

        /// The word in Subscription-State and watcherinfo.
        var word: String {
            switch self {
            case .active: "active"
            case .pending: "pending"
            case .terminated: "terminated"
            case .waiting: "waiting"
            }
        }
    }

    var id: SubscriptionID
    var key: PresentityKey
    /// Whom the rules know the watcher as.
    var watcherUser: ByteString
    var watcherDomain: ByteString
    /// The URIs of From and To, for NOTIFY.
    var fromURI: ByteString
    var toURI: ByteString
    var eventID: ByteString?
    /// The CSeq number of the last NOTIFY.
    var localSequence: UInt32
    var remoteSequence: UInt32
    var contact: ByteString
    /// The Route headers of NOTIFY in order, separated by commas.
    var routes: ByteString
    /// When it ends, seconds since 1970.
    var expires: Int
    var status = Status.active
    var reason: ByteString = ""
    /// The version of the last document with one.
    var version = 0
    /// The socket the SUBSCRIBE came by, `udp:192.0.2.1:5060`.
    var socket: ByteString
    var localContact: ByteString
    var userAgent: ByteString

    /// The watcher's URI.
    var watcher: ByteString {
        watcherUser.isEmpty ? "sip:" + watcherDomain : "sip:" + watcherUser + "@" + watcherDomain
    }

    /// Seconds that are left.
    func remaining(at now: Int) -> Int { max(0, expires - now) }
}
