import Glibc

/// Who runs the program.
package struct CallingUser: Sendable, Equatable {
    /// The number of the system's user.
    package let number: UInt32
    /// The name, of the person behind `sudo` when there is one; empty when the environment does not say.
    package let name: String

    /// The user of this process.
    package init(_ environment: Environment) {
        number = getuid()
        name = environment["SUDO_USER"] ?? environment["USER"] ?? environment["LOGNAME"] ?? ""
    }
}
