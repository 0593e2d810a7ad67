/// Which role may call which method: what a method's description says, and what the operator changed of that.
package struct MethodAccess: Sendable {
    /// A method's exact name, or the beginning of some: `ul.*`, `*`.
    package struct Pattern: Sendable, Hashable {
        private let text: String
        private let isPrefix: Bool

        /// Reads a pattern.
        package init(_ text: String) {
            isPrefix = text.hasSuffix("*")
            self.text = isPrefix ? String(text.dropLast()) : text
        }

        /// Whether a method's name fits.
        package func matches(_ name: String) -> Bool { isPrefix ? name.hasPrefix(text) : name == text }
    }

    /// Other roles than the descriptions say; the first pattern that fits counts.
    package var roles: [(pattern: Pattern, role: ControlRole)] = []
    /// The only methods that callers of exactly this role may call; a role without an entry is not limited.
    package var allowed: [ControlRole: [Pattern]] = [:]

    /// What the descriptions say.
    package init() {}

    /// The role that a method needs.
    package func role(for description: MethodDescription) -> ControlRole {
        roles.first { $0.pattern.matches(description.name) }?.role ?? description.role
    }

    /// Checks that the caller may call the method.
    ///
    /// - Throws: `MethodFault` 403 that names the missing role.
    package func check(_ call: MethodCall, _ description: MethodDescription) throws(MethodFault) {
        let needed = role(for: description)
        guard call.caller.role >= needed else {
            throw .denied(call.method, needed: needed, has: call.caller.role)
        }
        if let patterns = allowed[call.caller.role], !patterns.contains(where: { $0.matches(call.method) }) {
            throw .notAllowed(call.method, role: call.caller.role)
        }
    }
}
