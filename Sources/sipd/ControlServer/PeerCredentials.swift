package import ControlProtocol
import Glibc
import NIOCore
import OperatingSystem

/// The process at the other end of a Unix socket, as the kernel knows it (`SO_PEERCRED`).
package struct PeerCredentials: Sendable, Hashable {
    /// The user that the process ran as when it connected.
    package var userID: UInt32
    /// The process's primary group.
    package var groupID: UInt32
    /// The process.
    package var processID: Int32

    /// Makes credentials.
    package init(userID: UInt32, groupID: UInt32, processID: Int32) {
        self.userID = userID
        self.groupID = groupID
        self.processID = processID
    }

    init(of channel: any Channel) async throws {
        guard let options = channel as? any SocketOptionProvider else { throw ChannelError.operationUnsupported }
        // SAFETY: the option's value has the layout of `KernelCredentials`.
        let credentials: KernelCredentials = try await options.unsafeGetSocketOption(
            level: .init(rawValue: SOL_SOCKET), name: .init(rawValue: SO_PEERCRED)
        ).get()
        self.init(
            userID: credentials.userID, groupID: credentials.groupID, processID: credentials.processID)
    }

    /// `struct ucred` of `<sys/socket.h>`, which Glibc's module does not export.
    private struct KernelCredentials {
        var processID: Int32 = 0
        var userID: UInt32 = 0
        var groupID: UInt32 = 0
    }

    /// The role of a caller on a socket of mode 0660.
    ///
    /// Root and the daemon's own user are admins; whoever else the kernel lets connect is a member of the socket's
    /// group, an operator.
    package func roleByFileMode() -> ControlRole {
        userID == 0 || userID == geteuid() ? .admin : .operator
    }

    /// The groups of the process's user, the primary one of the process first.
    package var groups: [UInt32] {
        [groupID] + AccountName.groups(ofUser: userID).filter { $0 != groupID }
    }
}

/// Which Unix groups have which role.
package struct RoleGroups: Sendable, Hashable {
    /// Members may look.
    package var viewers: [UInt32] = []
    /// Members may change what is served.
    package var operators: [UInt32] = []
    /// Members may do everything.
    package var admins: [UInt32] = []

    /// No groups: whoever may open the socket is an operator.
    package init() {}

    /// The role of a caller: root and the daemon's own user are admins, others have the highest role of their groups.
    package func role(of peer: PeerCredentials) -> ControlRole {
        let byFileMode = peer.roleByFileMode()
        guard byFileMode != .admin, !(viewers + operators + admins).isEmpty else { return byFileMode }
        let groups = peer.groups
        if groups.contains(where: admins.contains) { return .admin }
        if groups.contains(where: operators.contains) { return .operator }
        return groups.contains(where: viewers.contains) ? .viewer : .none
    }
}
