import NetworkAddress
import SIPMessage
import Transport

/// The state of a destination, with Kamailio's numbers (column `flags`).
struct DestinationState: OptionSet, Sendable, Hashable {
    let rawValue: Int

    /// It gets no requests.
    static let inactive = DestinationState(rawValue: 1)
    /// It has failed, but not yet often enough to be inactive.
    static let trying = DestinationState(rawValue: 2)
    /// An operator has taken it out.
    static let disabled = DestinationState(rawValue: 4)
    /// It is asked with OPTIONS.
    static let probing = DestinationState(rawValue: 8)
    /// Its name is not resolved when the list is loaded.
    static let unresolved = DestinationState(rawValue: 16)
    /// It is never asked.
    static let notProbed = DestinationState(rawValue: 32)

    /// Those that change at run time.
    static let changing: DestinationState = [.inactive, .trying, .disabled, .probing]

    /// Whether requests are kept from it.
    var isSkipped: Bool { !isDisjoint(with: [.inactive, .disabled]) }

    /// The two letters of `dispatcher.list`: `AP`, `IX`.
    var letters: String {
        let state = contains(.inactive) ? "I" : contains(.disabled) ? "D" : contains(.trying) ? "T" : "A"
        return state + (contains(.probing) ? "P" : "X")
    }

    /// Reads the letters of `ds_mark_dst()`; nil for one that means nothing.
    static func parse(letters: ByteString) -> DestinationState? {
        var state: DestinationState = []
        for letter in letters.lowercased().bytes {
            switch letter {
            case UInt8(ascii: "a"): state.subtract([.inactive, .trying, .disabled])
            case UInt8(ascii: "i"): state.insert(.inactive)
            case UInt8(ascii: "t"): state.insert(.trying)
            case UInt8(ascii: "d"): state.insert(.disabled)
            case UInt8(ascii: "p"): state.insert(.probing)
            default: return nil
            }
        }
        return state
    }
}

/// One place that requests may be sent to: a row of the list, as it was loaded.
struct Destination: Sendable {
    /// A SIP or SIPS URI.
    let uri: ByteString
    /// The host of the URI, without the brackets of an IPv6 address.
    let host: ByteString
    /// The port of the URI; 0 when it has none.
    let port: UInt16
    /// The transport of the URI; nil when it has none.
    let transport: TransportProtocol?
    /// Destinations with a greater number come first.
    let priority: Int
    let initialState: DestinationState
    let attributes: DestinationAttributes
    /// The socket to send from, or nil.
    let socket: ListenSocket?
}

/// What the column `attrs` says of a destination.
struct DestinationAttributes: Sendable, Equatable {
    /// Most bytes of the column that are looked at.
    static let lengthMax = 4096

    /// The text as it stands, for the script.
    var body: ByteString = ""
    /// An id, unique in the set.
    var identifier: ByteString?
    /// Most calls at a time for algorithm 10; 0 for no limit.
    var loadMax = 0
    /// The share for algorithm 9, in percent.
    var weight = 0
    /// The share for algorithm 11, in relation to the others.
    var relativeWeight = 0
    /// The socket to send from, like `udp:127.0.0.1:5060`.
    var socket: ByteString?
    /// The name of the socket to send from.
    var socketName: ByteString?
    /// From of the OPTIONS that ask it.
    var pingFrom: ByteString?
    /// Where OPTIONS that ask it are sent first.
    var outboundProxy: ByteString?
    /// Whether a growing latency lowers its share.
    var controlsCongestion = false

    /// No attribute.
    init() {}

    /// Reads `weight=50;duid=abc;…`; names that mean nothing here are left to the script.
    init(_ text: ByteString) {
        var body = text.prefix(Self.lengthMax).trimmed()
        while body.last == UInt8(ascii: ";") { body = body.dropLast() }
        self.body = body
        for parameter in ParameterList(body) {
            let value = parameter.unquotedValue ?? ""
            switch parameter.name.string {
            case "duid": identifier = value
            case "maxload": loadMax = max(value.integerValue ?? 0, 0)
            case "weight": weight = Self.share(value)
            case "rweight": relativeWeight = Self.share(value)
            case "socket": socket = value
            case "sockname": socketName = value
            case "ping_from": pingFrom = value
            case "obproxy": outboundProxy = value
            case "cc": controlsCongestion = value.integerValue == 1
            default: break
            }
        }
    }

    /// A share from 1 to 100; others do not count, as in Kamailio.
    private static func share(_ text: ByteString) -> Int {
        text.integerValue.flatMap { (1...100).contains($0) ? $0 : nil } ?? 0
    }
}
