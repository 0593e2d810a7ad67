import Glibc

/// Numbers of this process.
package enum ProcessIdentity {
    /// The process number.
    package static var number: Int { Int(getpid()) }

    /// Whether this process may do everything.
    package static var isRoot: Bool { geteuid() == 0 }
}
