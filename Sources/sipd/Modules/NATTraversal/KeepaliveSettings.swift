import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// How contacts are kept reachable.
struct KeepaliveSettings: Sendable {
    /// Seconds in which each contact gets one.
    let intervalSeconds: Int
    let natedOnly: Bool
    /// The flag of contacts that get a request instead of four bytes, as a mask.
    let requestFlag: UInt32
    /// The flag of contacts that get nothing, as a mask.
    let disabledFlag: UInt32
    /// The URI in From; nil when no requests are sent.
    let from: ByteString?
    let method: Method
    /// Seconds without a reply after which a contact is removed; 0 for never.
    let timeoutSeconds: Int
    /// Text of the socket to send from, `127.0.0.1:5060`.
    let socket: ByteString?
    let ownOnly: Bool

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        intervalSeconds = parameters.integer("natping_interval")
        natedOnly = parameters.flag("ping_nated_only")
        requestFlag = Self.mask(parameters.integer("sipping_bflag"))
        disabledFlag = Self.mask(parameters.integer("natping_disable_bflag"))
        timeoutSeconds = parameters.integer("keepalive_timeout")
        socket = parameters.string("force_socket").flatMap { $0.isEmpty ? nil : $0 }
        ownOnly = parameters.flag("filter_server_id")
        let from = parameters.string("sipping_from") ?? ""
        if !from.isEmpty, (try? SIPURI.parse(from)) == nil {
            throw ScriptError("sipping_from '\(from)' is no URI")
        }
        self.from = from.isEmpty ? nil : from
        let name = parameters.string("sipping_method") ?? "OPTIONS"
        method = Method(name)
        switch method {
        case .invite, .ack, .cancel:
            throw ScriptError("sipping_method '\(name)' cannot be sent by itself", hint: "OPTIONS is the usual one")
        default: break
        }
        guard !name.isEmpty, name.bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ScriptError("sipping_method '\(name)' is no method")
        }
        if timeoutSeconds > 0, timeoutSeconds < intervalSeconds {
            throw ScriptError(
                "keepalive_timeout \(timeoutSeconds) is below natping_interval \(intervalSeconds)",
                hint: "a few times the interval is usual")
        }
    }

    private static func mask(_ flag: Int) -> UInt32 {
        flag < 0 ? 0 : 1 << UInt32(flag)
    }

    /// The socket of `force_socket`: its address, or transport and address.
    func forcedSocket(among sockets: [ListenSocket]) -> ListenSocket? {
        guard let socket else { return nil }
        return sockets.first {
            $0.transport == .udp && (ByteString($0.description) == socket || ByteString("\($0.endpoint)") == socket)
        }
    }
}

/// Counters of keepalives.
final class KeepaliveCounters: Sendable {
    let sent = Counter()
    let answered = Counter()
    let removed = Counter()
}
