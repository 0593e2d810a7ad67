import ControlProtocol
import ControlServer
import Synchronization

/// The peers that a server asked a role for.
final class PeerRecords: Sendable {
    private let peers = Mutex<[PeerCredentials]>([])

    func note(_ peer: PeerCredentials) -> ControlRole {
        peers.withLock { $0.append(peer) }
        return .admin
    }

    var all: [PeerCredentials] { peers.withLock { $0 } }
}
