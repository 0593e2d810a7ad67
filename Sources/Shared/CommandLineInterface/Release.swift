/// The release that the three programs belong to.
package enum Release {
    /// Printed by `--version`.
    package static let version = "0.1.0"
}
