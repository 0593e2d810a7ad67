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
struct NextHop {
    private let target: RequestTarget
    private let context: ScriptContext

    /// Resolves a target; `completion` is called before this returns unless DNS has to be asked.
    ///
    /// It gets at least one destination, each with the socket to send from.
    static func resolve(
        _ target: RequestTarget, in context: ScriptContext, override: NextHopOverride?,
        completion: @escaping (Result<[Destination], RelayError>) -> Void
    ) {
        NextHop(target: target, context: context).resolve(override, completion)
    }

    private func resolve(
        _ override: NextHopOverride?, _ completion: @escaping (Result<[Destination], RelayError>) -> Void
    ) {
        let requestURI = target.uri ?? context.target.uri ?? context.message.requestURI ?? ""
        guard var uri = try? SIPURI.parse(requestURI) else { return completion(.failure(.badURI)) }
        if let destination = target.destination {
            guard let next = try? SIPURI.parse(destination) else { return completion(.failure(.unresolvable)) }
            uri = next
        }
        let host = LocalHost.withoutBrackets(override?.host ?? uri.parameter(named: "maddr").text ?? uri.host)
        let port = (override?.host == nil ? override?.port ?? uri.port : override?.port).map { Port($0) }
        let transport = override?.transport ?? transport(of: uri)
        if let address = IPAddress(host.bytes) {
            let known = transport ?? .udp
            let remote = Endpoint(address: address, port: port ?? known.defaultPort)
            return completion(select([Destination(transport: known, remote: remote)]))
        }
        guard
            let resolution = ResolutionTarget(
                host: host, port: port, transport: transport, isSecure: uri.scheme == .sips)
        else { return completion(.failure(.unresolvable)) }
        context.worker.server.resolver.resolve(resolution, worker: context.worker.index) { destinations in
            completion(destinations.isEmpty ? .failure(.unresolvable) : select(destinations))
        }
    }

    private func transport(of uri: SIPURI) -> TransportProtocol? {
        let named = uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) }
        return uri.scheme == .sips && (named == nil || named == .tcp) ? .tls : named
    }

    /// Those destinations that a socket can send to, with that socket; only the first without DNS failover.
    private func select(_ destinations: [Destination]) -> Result<[Destination], RelayError> {
        var selected: [Destination] = []
        for var destination in destinations {
            guard let socket = socket(for: destination) else { continue }
            destination.socket = socket
            destination.connection = connection(to: destination)
            destination.reuseOnly = target.reuseOnly
            destination.closeAfter = target.closeAfter
            selected.append(destination)
            if !context.worker.server.settings.usesDNSFailover { break }
        }
        return selected.isEmpty ? .failure(.noSocket) : .success(selected)
    }

    /// The connection that was chosen for the target, if it leads where the target says.
    ///
    /// A client that registers over TCP but has a Contact of its own is called there, as Kamailio does.
    private func connection(to destination: Destination) -> ConnectionID? {
        guard let connection = target.connection,
            let information = context.worker.server.transport.connection(connection),
            information.remote == destination.remote, information.transport == destination.transport
        else { return nil }
        return connection
    }

    /// The socket to send from: the one that was forced, else the one the request came by, else the first that fits.
    private func socket(for destination: Destination) -> ListenSocket? {
        let family = destination.remote.address.family
        func fits(_ socket: ListenSocket?) -> Bool {
            socket?.transport == destination.transport.carrier && socket?.endpoint.address.family == family
        }
        if fits(target.socket) { return target.socket }
        if let socket = context.received?.socket, fits(socket) { return socket }
        return context.worker.server.transport.socket(for: destination.transport, family: family)
    }
}
