import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// Where a request goes next, before its host is resolved: what `t_relay_to()` and its like may force.
struct NextHopOverride: Sendable {
    /// The host to send to instead of that of the destination or Request-URI.
    var host: ByteString?
    /// The port; nil is the default.
    var port: UInt16?
    /// The transport; nil is that of the URI.
    var transport: TransportProtocol?
}

/// Why a request could not be sent to a target, as tm's functions return it (Kamailio: `E_*`).
enum RelayError: Int, Error {
    /// Nothing more exact is known (E_UNSPEC).
    case unspecified = -1
    /// No socket here speaks the transport in the family of the address (E_NO_SOCKET).
    case noSocket = -7
    /// The script asked for something that does not fit its state (E_SCRIPT).
    case script = -10
    /// The route of the branch dropped it (E_CFG).
    case dropped = -6
    /// The request was cancelled (E_CANCELED).
    case cancelled = -19
    /// The URI cannot be read (E_BAD_URI).
    case badURI = -400
    /// The message could not be sent (E_SEND).
    case sendFailed = -477
    /// The host cannot be resolved (E_BAD_ADDRESS).
    case unresolvable = -478
    /// There are too many branches (E_TOO_MANY_BRANCHES).
    case tooManyBranches = -480
}

/// Finds out where a request goes (RFC 3263).
enum NextHop {
    /// Resolves a target; `completion` is called before this returns unless DNS has to be asked.
    static func resolve(
        _ target: RequestTarget, in context: ScriptContext, override: NextHopOverride?,
        completion: @escaping (Result<[Destination], RelayError>) -> Void
    ) {
        let text = target.destination ?? target.uri ?? context.target.uri ?? context.message.requestURI ?? ""
        guard let uri = try? SIPURI.parse(text) else { return completion(.failure(.badURI)) }
        let host = LocalHost.withoutBrackets(override?.host ?? uri.parameter(named: "maddr").text ?? uri.host)
        let port = override?.host == nil ? override?.port ?? uri.port : override?.port
        guard let address = IPAddress(host.bytes) else { return completion(.failure(.unresolvable)) }
        let transport = transport(of: uri, override)
        guard let socket = socket(for: transport, family: address.family, target: target, context) else {
            return completion(.failure(.noSocket))
        }
        let remote = Endpoint(address: address, port: port.map { Port($0) } ?? transport.defaultPort)
        completion(.success([destination(transport, remote, socket, target)]))
    }

    private static func transport(of uri: SIPURI, _ override: NextHopOverride?) -> TransportProtocol {
        if let transport = override?.transport { return transport }
        if let text = uri.parameter(named: "transport").text, let transport = TransportProtocol(text.bytes) {
            return uri.scheme == .sips && transport == .tcp ? .tls : transport
        }
        return uri.scheme == .sips ? .tls : .udp
    }

    private static func destination(
        _ transport: TransportProtocol, _ remote: Endpoint, _ socket: ListenSocket, _ target: RequestTarget
    ) -> Destination {
        Destination(
            transport: transport, remote: remote, socket: socket, connection: target.connection,
            reuseOnly: target.reuseOnly, closeAfter: target.closeAfter)
    }

    /// The socket to send from: the one that was forced, else the one the request came by, else the first that fits.
    private static func socket(
        for transport: TransportProtocol, family: IPAddress.Family, target: RequestTarget, _ context: ScriptContext
    ) -> ListenSocket? {
        func fits(_ socket: ListenSocket?) -> Bool {
            socket?.transport == transport && socket?.endpoint.address.family == family
        }
        if fits(target.socket) { return target.socket }
        if let socket = context.received?.socket, fits(socket) { return socket }
        return context.worker.server.transport.socket(for: transport, family: family)
    }
}
