package import NetworkAddress
import Synchronization

/// Which connections exist, by number and by the address of the other side; shared by all workers.
///
/// A connection opened by the other side is used again for requests to the address it came from, as Kamailio does;
/// there are no aliases.
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

        mutating func insert(_ make: (ConnectionID) -> ConnectionInformation) -> ConnectionID {
            lastID += 1
            let id = ConnectionID(rawValue: lastID)
            let information = make(id)
            connections[id] = information
            byRemote[Remote(transport: information.transport, endpoint: information.remote), default: []].append(id)
            return id
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
    func findOrReserve(for destination: Destination, socket: ListenSocket, worker: Int, countMax: Int) -> Found {
        state.withLock { state in
            if let id = destination.connection, let known = state.connections[id] {
                return .existing(id, worker: known.worker)
            }
            let remote = Remote(transport: destination.transport, endpoint: destination.remote)
            if let id = state.find(remote, socket: destination.socket), let known = state.connections[id] {
                return .existing(id, worker: known.worker)
            }
            guard !destination.reuseOnly else { return .failed(.noConnection) }
            guard state.connections.count < countMax else { return .failed(.tooManyConnections) }
            return .reserved(
                state.insert {
                    ConnectionInformation(
                        id: $0, transport: destination.transport, remote: destination.remote, socket: socket,
                        worker: worker, isInbound: false)
                })
        }
    }

    /// Enters a connection that was accepted; nil when there are too many.
    func insertAccepted(remote: Endpoint, socket: ListenSocket, worker: Int, countMax: Int) -> ConnectionID? {
        state.withLock { state in
            guard state.connections.count < countMax else { return nil }
            return state.insert {
                ConnectionInformation(
                    id: $0, transport: socket.transport, remote: remote, socket: socket, worker: worker,
                    isInbound: true)
            }
        }
    }

    func remove(_ id: ConnectionID) {
        state.withLock { state in
            guard let known = state.connections.removeValue(forKey: id) else { return }
            let remote = Remote(transport: known.transport, endpoint: known.remote)
            state.byRemote[remote]?.removeAll { $0 == id }
            if state.byRemote[remote]?.isEmpty == true { state.byRemote[remote] = nil }
        }
    }

    func find(_ id: ConnectionID) -> ConnectionInformation? {
        state.withLock { $0.connections[id] }
    }

    func find(_ transport: TransportProtocol, remote: Endpoint) -> ConnectionInformation? {
        state.withLock { state in
            state.find(Remote(transport: transport, endpoint: remote), socket: nil).flatMap { state.connections[$0] }
        }
    }

    var all: [ConnectionInformation] {
        state.withLock { Array($0.connections.values) }.sorted { $0.id < $1.id }
    }

    var count: Int {
        state.withLock { $0.connections.count }
    }
}

/// What is known about a connection (Kamailio: `core.tcp_list`).
package struct ConnectionInformation: Hashable, Sendable {
    /// Its number.
    package let id: ConnectionID
    /// Its transport.
    package let transport: TransportProtocol
    /// The address and port of the other side.
    package let remote: Endpoint
    /// The socket it was accepted by or opened for.
    package let socket: ListenSocket
    /// The worker on whose loop it lives.
    package let worker: Int
    /// Whether the other side opened it.
    package let isInbound: Bool
}
