import Glibc

/// The number of this process.
package enum ProcessNumber {
    /// The number that the kernel gave it.
    package static var own: Int { Int(getpid()) }
}
