/// The version of the programs of this package.
enum Version {
    /// Shown by `sipd -v`, `core.version` and in the default `Server` header.
    static let text = "0.1.0"
}
