/// What an RPC method is called, takes, answers and does: the one source of `system.listMethods`, `system.methodHelp`,
/// sipcmd's help and the reference.
package struct MethodDescription: Sendable, Hashable {
    /// Kamailio's name of the method, `permissions.addressReload`.
    package var name: String
    /// The parameters in the order in which they may be given by position.
    package var parameters: [Parameter]
    /// One sentence: what the method does.
    package var summary: String
    /// What the summary cannot say: the shape of the result, faults, differences from Kamailio.
    ///
    /// Never empty.
    package var doc: String
    /// A command line that works, `sipcmd ul.lookup location alice@pbx.test`.
    package var example: String
    /// Whether the method changes anything; such calls need the operator's role and are audited.
    package var mutates: Bool
    /// Whether the answer grows with the data, so that it may be streamed.
    package var lists: Bool
    /// The role that a caller needs at least.
    package var role: ControlRole

    /// Describes a method.
    ///
    /// - Parameters:
    ///   - name: Kamailio's name of the method.
    ///   - parameters: the parameters, in order.
    ///   - summary: one sentence.
    ///   - doc: shape of the result, faults, differences from Kamailio.
    ///   - example: a command line that works.
    ///   - mutates: whether the method changes anything.
    ///   - lists: whether the answer grows with the data.
    ///   - role: the role needed; by default viewer, or operator when the method mutates.
    package init(
        _ name: String, parameters: [Parameter] = [], summary: String, doc: String, example: String,
        mutates: Bool = false, lists: Bool = false, role: ControlRole? = nil
    ) {
        self.name = name
        self.parameters = parameters
        self.summary = summary
        self.doc = doc
        self.example = example
        self.mutates = mutates
        self.lists = lists
        self.role = role ?? (mutates ? .operator : .viewer)
    }
}

extension MethodDescription {
    /// One parameter of a method.
    package struct Parameter: Sendable, Hashable {
        /// The name by which it may be given in `params` as an object, `table`.
        package var name: String
        /// What values it takes.
        package var kind: Kind
        /// Whether it may be left out.
        package var isOptional: Bool
        /// Whether the value is a secret that no log may hold; by default when the name speaks of one.
        package var isSecret: Bool
        /// What it means, with unit and range.
        ///
        /// Never empty.
        package var doc: String

        /// Describes a parameter.
        package init(
            _ name: String, _ kind: Kind, optional isOptional: Bool = false, secret isSecret: Bool? = nil, doc: String
        ) {
            self.name = name
            self.kind = kind
            self.isOptional = isOptional
            self.isSecret = isSecret ?? SecretName.matches(name)
            self.doc = doc
        }
    }

    /// The kinds of values that parameters take.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A text. A number is taken for its digits, because Kamailio's clients turn `42` into one.
        case string
        /// A whole number of 64 bits.
        case integer
        /// A number with or without a fraction.
        case number
        /// true or false, or 1 or 0.
        case boolean
        /// Anything.
        case any
    }

    /// The parameters as a usage line shows them: `table aor [limit]`.
    package var usage: String {
        ([name] + parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }).joined(separator: " ")
    }
}

/// Names of things that no log may show.
package enum SecretName {
    private static let words = ["passw", "secret", "ha1", "token", "nonce", "credential"]

    /// Whether a name speaks of a secret: `auth_password`, `ha1b`.
    package static func matches(_ name: String) -> Bool {
        let name = Array(name.lowercased().utf8)
        return words.contains { word in
            let word = Array(word.utf8)
            guard name.count >= word.count else { return false }
            return (0...name.count - word.count).contains { name[$0..<$0 + word.count].elementsEqual(word) }
        }
    }
}

/// What a caller of the control socket may do; each role includes those before it.
package enum ControlRole: String, Sendable, Hashable, Comparable, CaseIterable {
    /// May nothing: who is in none of the groups that have a role.
    case none
    /// May look.
    case viewer
    /// May change what is served.
    case `operator`
    /// May do everything, also stop the daemon.
    case admin

    package static func < (left: ControlRole, right: ControlRole) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .none: -1
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}
