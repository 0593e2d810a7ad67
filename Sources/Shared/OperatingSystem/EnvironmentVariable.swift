import Glibc

/// Environment variables.
package enum EnvironmentVariable {
    /// The value of a variable, or nil when it is not set.
    package static func value(of name: String) -> String? {
        // SAFETY: getenv returns nil or a C string that stays valid: nothing here changes the environment.
        guard let text = unsafe getenv(name) else { return nil }
        return unsafe String(cString: text)
    }
}
