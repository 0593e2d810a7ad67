import NIOCore
package import NetworkAddress
import Synchronization

/// Which connections exist, by number and by the address of the other side; shared by all workers.
///
/// A connection opened by the other side is used again for requests to the address it came from, as Kamailio does, and
/// for those to its aliases: other ports at that address (`force_tcp_alias()`, RFC 5923).
final class ConnectionTable: Sendable {
    /// What a search came to.
    enum Found {
        /// A connection that lives on the loop of this worker.
        case existing(ConnectionID, worker: Int)
        /// None: the caller has to open the one that was entered under this number.
        case reserved(ConnectionID)
        case failed(SendError)
    }

    private struct Remote: Hashable {
        var transport: TransportProtocol
        var endpoint: Endpoint
    }

    private struct State {
        var connections: [ConnectionID: ConnectionInformation] = [:]
        var byRemote: [Remote: [ConnectionID]] = [:]
        var lastID: UInt64 = 0
        var secureCount = 0
        var acceptedByAddress: [IPAddress: Int] = [:]

        func hasRoom(for transport: TransportProtocol, _ limits: TransportLimits) -> Bool {
            connections.count < limits.connectionCountMax
                && (!transport.isSecure || secureCount < limits.secureConnectionCountMax)
        }

        func mayAccept(from address: IPAddress, _ limits: TransportLimits) -> Bool {
            limits.acceptedCountMaxByAddress == 0
                || acceptedByAddress[address, default: 0] < limits.acceptedCountMaxByAddress
        }

        mutating func insert(_ make: (ConnectionID) -> ConnectionInformation) -> ConnectionID {
            lastID += 1
            let id = ConnectionID(rawValue: lastID)
            let information = make(id)
            if information.transport.isSecure { secureCount += 1 }
            if information.isInbound { acceptedByAddress[information.remote.address, default: 0] += 1 }
            connections[id] = information
            byRemote[Remote(transport: information.transport, endpoint: information.remote), default: []].append(id)
            return id
        }

        mutating func remove(_ id: ConnectionID, at remote: Remote) {
            byRemote[remote]?.removeAll { $0 == id }
            if byRemote[remote]?.isEmpty == true { byRemote[remote] = nil }
        }

        mutating func remove(_ id: ConnectionID) {
            guard let known = connections.removeValue(forKey: id) else { return }
            if known.transport.isSecure { secureCount -= 1 }
            for port in [known.remote.port] + known.aliases {
                remove(id, at: Remote(transport: known.transport, endpoint: known.remote.with(port: port)))
            }
            guard known.isInbound, let count = acceptedByAddress[known.remote.address] else { return }
            acceptedByAddress[known.remote.address] = count > 1 ? count - 1 : nil
        }

        /// The newest connection to an address; with a socket given, one whose local address is that socket's.
        func find(_ remote: Remote, socket: ListenSocket?) -> ConnectionID? {
            byRemote[remote]?.last { id in
                guard let socket, !socket.endpoint.address.isUnspecified else { return true }
                return connections[id]?.socket.endpoint.address == socket.endpoint.address
            }
        }
    }

    private let state = Mutex(State())

    /// Finds the connection a message is to be sent over, or enters a new one.
    ///
    /// Search and entry are one step, so that two workers never open two connections to one address.
    func findOrReserve(for destination: Destination, socket: ListenSocket, worker: Int, limits: TransportLimits)
        -> Found
    {
        state.withLock { state in
            if let id = destination.connection, let known = state.connections[id] {
                return .existing(id, worker: known.worker)
            }
            let remote = Remote(transport: destination.transport, endpoint: destination.remote)
            if let id = state.find(remote, socket: destination.socket), let known = state.connections[id] {
                return .existing(id, worker: known.worker)
            }
            // A client of WebSocket cannot be connected to (RFC 7118 §5.2.4).
            guard !destination.reuseOnly, !destination.transport.isWebSocket, limits.opensConnections else {
                return .failed(.noConnection)
            }
            guard state.hasRoom(for: destination.transport, limits) else { return .failed(.tooManyConnections) }
            return .reserved(
                state.insert {
                    ConnectionInformation(
                        id: $0, transport: destination.transport, remote: destination.remote, socket: socket,
                        worker: worker, isInbound: false, limits)
                })
        }
    }

    /// Enters a connection that was accepted; nil when there are too many.
    func insertAccepted(remote: Endpoint, socket: ListenSocket, worker: Int, limits: TransportLimits) -> ConnectionID? {
        state.withLock { state in
            guard state.hasRoom(for: socket.transport, limits), state.mayAccept(from: remote.address, limits) else {
                return nil
            }
            return state.insert {
                ConnectionInformation(
                    id: $0, transport: socket.transport, remote: remote, socket: socket, worker: worker,
                    isInbound: true, limits)
            }
        }
    }

    func remove(_ id: ConnectionID) {
        state.withLock { $0.remove(id) }
    }

    /// Lets a connection be used for requests to another port at its address.
    ///
    /// - Returns: false when another connection leads there already: nobody takes over the calls of others.
    func addAlias(_ port: Port, to id: ConnectionID) -> Bool {
        state.withLock { state in
            guard let known = state.connections[id] else { return false }
            let remote = Remote(transport: known.transport, endpoint: known.remote.with(port: port))
            if let others = state.byRemote[remote] { return others.contains(id) }
            guard known.aliases.count < Self.aliasesMax else { return false }
            state.connections[id]?.aliases.append(port)
            state.byRemote[remote] = [id]
            return true
        }
    }

    /// As many as Kamailio takes (`TCP_CON_MAX_ALIASES`).
    private static let aliasesMax = 12

    func find(_ id: ConnectionID) -> ConnectionInformation? {
        state.withLock { $0.connections[id] }
    }

    func find(_ transport: TransportProtocol, remote: Endpoint) -> ConnectionInformation? {
        state.withLock { state in
            state.find(Remote(transport: transport, endpoint: remote), socket: nil).flatMap { state.connections[$0] }
        }
    }

    /// Enters a connection under another transport: it speaks WebSocket now.
    func change(_ id: ConnectionID, to transport: TransportProtocol) {
        state.withLock { state in
            guard let known = state.connections[id] else { return }
            state.connections[id]?.transport = transport
            state.remove(id, at: Remote(transport: known.transport, endpoint: known.remote))
            state.byRemote[Remote(transport: transport, endpoint: known.remote), default: []].append(id)
        }
    }

    /// Notes what the handshake of a connection came to.
    func secured(_ id: ConnectionID, _ session: TLSSession) {
        state.withLock { $0.connections[id]?.session = session }
    }

    /// All connections in the order of their numbers.
    var all: [ConnectionInformation] {
        state.withLock { Array($0.connections.values) }.sorted { $0.id < $1.id }
    }

    var count: Int {
        state.withLock { $0.connections.count }
    }
}

/// What is known about a connection (Kamailio: `core.tcp_list`).
package struct ConnectionInformation: Sendable {
    /// Its number.
    package let id: ConnectionID
    /// Its transport.
    package internal(set) var transport: TransportProtocol
    /// The address and port of the other side.
    package let remote: Endpoint
    /// The socket it was accepted by or opened for.
    package let socket: ListenSocket
    /// The worker on whose loop it lives.
    package let worker: Int
    /// Whether the other side opened it.
    package let isInbound: Bool
    /// What the handshake came to; nil before it is complete, and without TLS.
    package internal(set) var session: TLSSession?
    /// Further ports of the other side that it leads to.
    package internal(set) var aliases: [Port] = []
    /// When something was last sent or received over it.
    let activity: ConnectionActivity

    init(
        id: ConnectionID, transport: TransportProtocol, remote: Endpoint, socket: ListenSocket, worker: Int,
        isInbound: Bool, _ limits: TransportLimits
    ) {
        self.id = id
        self.transport = transport
        self.remote = remote
        self.socket = socket
        self.worker = worker
        self.isInbound = isInbound
        activity = ConnectionActivity(lifetimeMilliseconds: limits.connectionLifetimeMilliseconds)
    }

    /// Seconds until it is closed unless something is sent or received over it.
    package var secondsLeft: Int { max(0, activity.lifetimeSeconds - activity.secondsIdle) }

    /// Seconds without traffic after which it is closed.
    package var lifetimeSeconds: Int { activity.lifetimeSeconds }

    /// Whether it is connected, and its handshake complete.
    package var isEstablished: Bool { activity.isEstablished }

    /// Seconds since something was sent or received over it.
    package var secondsIdle: Int { activity.secondsIdle }

    /// Whether the other side opened it and has sent no message yet.
    package var isNew: Bool { isInbound && !activity.hasMessages }
}

/// When something last happened on a connection; written by its loop, read by all.
final class ConnectionActivity: Sendable {
    private let last = Atomic<UInt64>(NIODeadline.now().uptimeNanoseconds)
    private let messages = Atomic<Bool>(false)
    private let established = Atomic<Bool>(false)
    let lifetimeSeconds: Int

    init(lifetimeMilliseconds: Int) {
        lifetimeSeconds = lifetimeMilliseconds / 1000
    }

    func note(_ last: NIODeadline) {
        self.last.store(last.uptimeNanoseconds, ordering: .relaxed)
    }

    func noteMessage() {
        messages.store(true, ordering: .relaxed)
    }

    func noteEstablished() {
        established.store(true, ordering: .relaxed)
    }

    var isEstablished: Bool { established.load(ordering: .relaxed) }

    var hasMessages: Bool { messages.load(ordering: .relaxed) }

    var secondsIdle: Int {
        let last = last.load(ordering: .relaxed)
        let now = NIODeadline.now().uptimeNanoseconds
        return now > last ? Int(clamping: (now - last) / 1_000_000_000) : 0
    }
}

extension Endpoint {
    fileprivate func with(port: Port) -> Endpoint { Endpoint(address: address, port: port) }
}
