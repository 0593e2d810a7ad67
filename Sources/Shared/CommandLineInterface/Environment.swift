import Glibc

/// The environment variables a program looks at; tests pass a fixed set.
package struct Environment: Sendable {
    private let lookUp: @Sendable (String) -> String?

    /// The variables of this process.
    package static let process = Environment { name in
        // SAFETY: getenv returns a NUL-terminated string that is copied at once; nothing here changes the environment.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    private init(lookUp: @escaping @Sendable (String) -> String?) {
        self.lookUp = lookUp
    }

    /// A fixed set of variables.
    package init(_ values: [String: String]) {
        self.init { values[$0] }
    }

    /// The value of a variable; an empty value counts as not set.
    package subscript(name: String) -> String? {
        guard let value = lookUp(name), !value.isEmpty else { return nil }
        return value
    }

    /// True when a variable is set to a word that means yes.
    package func isOn(_ name: String) -> Bool {
        self[name].map(Self.isYes) ?? false
    }

    /// True for a word that means yes.
    package static func isYes(_ word: String) -> Bool {
        ["1", "yes", "true", "on"].contains(word.lowercased())
    }
}
