import Glibc

/// Numbers of this process.
package enum ProcessIdentity {
    /// The process number.
    package static var number: Int { Int(getpid()) }

    /// Whether this process may do everything.
    package static var isRoot: Bool { geteuid() == 0 }

    /// Gives up all groups but these; only root has to, and can.
    ///
    /// - Returns: false when the system refused.
    package static func setGroups(_ groups: [UInt32]) -> Bool {
        guard getuid() == 0 else { return true }
        // SAFETY: the array lives for the length of the call, and the count is its own.
        return unsafe setgroups(groups.count, groups) == 0
    }
}
