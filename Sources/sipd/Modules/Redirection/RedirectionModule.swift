package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `uac_redirect`: follows redirections in failure routes.
package struct RedirectionModule: ScriptModule {
    /// Kamailio: MAX_BRANCHES.
    private static let branchesMax = 30

    private let acceptsByDefault: Bool
    private let acceptPattern: RegularExpression?
    private let denyPattern: RegularExpression?
    private let quality: Int?

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let rule = (parameters.string("default_filter") ?? "accept").string.lowercased()
        guard rule == "accept" || rule == "deny" else {
            throw ScriptError("parameter 'default_filter' is '\(rule)'", hint: "it is accept or deny")
        }
        acceptsByDefault = rule == "accept"
        acceptPattern = try Self.pattern("accept_filter", parameters)
        denyPattern = try Self.pattern("deny_filter", parameters)
        let quality = parameters.integer("q_value")
        self.quality = quality < 0 ? nil : quality * 10
    }

    private static func pattern(_ name: String, _ parameters: ModuleParameters) throws(ScriptError)
        -> RegularExpression?
    {
        guard let text = parameters.string(name), !text.isEmpty else { return nil }
        return try RegularExpression(text, .ignoresCase)
    }

    /// What the module offers.
    package static var description: ModuleDescription<RedirectionModule> {
        ModuleDescription(
            name: "uac_redirect", summary: "Follows redirections in failure routes.",
            parameters: [
                .string("default_filter", "accept", "what becomes of contacts that no filter is for: accept or deny"),
                .string("accept_filter", nil, "an expression of contacts that are accepted"),
                .string("deny_filter", nil, "an expression of contacts that are denied"),
                .integer("q_value", 1000, in: -1...1000, "accepted; contacts keep the order of their own q"),
                .ignored("acc_function", because: "redirections are accounted with the transaction"),
                .ignored("acc_db_table", because: "redirections are accounted with the transaction"),
                .ignored("bflags", because: "branches have no flags of their own"),
                .ignored("flags_hdr_mode", because: "branches have no flags of their own"),
            ], functions: functions)
    }

    private typealias Function = FunctionDescription<RedirectionModule>

    private static let functions: [Function] = [
        setting("set_deny_filter", "Contacts that match are denied; then reset_all, reset_default or reset_added.") {
            $0.deny($1)
        },
        setting("set_accept_filter", "Contacts that match are accepted, whatever else denies them.") {
            $0.accept($1)
        },
        Function(
            "get_redirects", [.text, .format], required: 1, routes: .failure,
            summary: "Makes branches of the contacts of the redirection: `max` or `max:max of a branch`, 0 for all.",
            example: "if (get_redirects(\"3:1\")) t_relay();"
        ) { module, arguments throws(ScriptError) in
            let countMax = try limit(arguments[0].source)
            return { context in
                guard let response = context[FailedResponse.key]?.message, let status = response.status,
                    (300..<400).contains(status)
                else { return .failure }
                return module.addBranches(of: response, countMax: countMax, to: context) > 0 ? .success : .failure
            }
        },
    ]

    private static func setting(
        _ name: String, _ summary: String, _ act: @escaping @Sendable (RedirectionFilters, ByteString) -> Void
    ) -> Function {
        Function(
            name, [.regularExpression, .text], required: 1, routes: .failure, summary: summary,
            example: "\(name)(\".*@siphub\\.net\", \"reset_all\");"
        ) { _, arguments throws(ScriptError) in
            _ = try RegularExpression(arguments[0].source, .ignoresCase)
            let pattern = arguments[0].source.compacted()
            let word = arguments.count > 1 ? arguments[1].source.string : ""
            guard ["", "reset_all", "reset_default", "reset_added"].contains(word) else {
                throw ScriptError("'\(word)' is unknown", hint: "it is reset_all, reset_default or reset_added")
            }
            return { context in
                let filters = RedirectionFilters(context)
                if word == "reset_all" || word == "reset_default" { filters.ignoreDefaults() }
                if word == "reset_all" || word == "reset_added" { filters.clear() }
                act(filters, pattern)
                return .success
            }
        }
    }

    /// `3:1`, `3`, `*`: the contacts that are taken in all; those of one branch are the only ones there are.
    private static func limit(_ text: ByteString) throws(ScriptError) -> Int {
        var limits: [Int] = []
        for part in text.split(on: UInt8(ascii: ":")).map({ $0.trimmed() }) {
            if part == "*" || part.isEmpty {
                limits.append(0)
            } else if let number = part.integerValue, number >= 0 {
                limits.append(number)
            } else {
                throw ScriptError("'\(text)' is no number of contacts", hint: "write \"3\", \"3:1\" or \"*\"")
            }
        }
        return limits.filter { $0 > 0 }.min() ?? branchesMax
    }

    private func addBranches(of response: SIPMessage, countMax: Int, to context: ScriptContext) -> Int {
        let contacts = ((try? response.contacts()) ?? []).filter { !$0.isWildcard && $0.parsedURI != nil }
        let sorted = contacts.enumerated().sorted {
            ($0.element.q ?? 1000, -$0.offset) > ($1.element.q ?? 1000, -$1.offset)
        }
        var added = 0
        for (_, contact) in sorted where added < countMax && context.branches.count < Self.branchesMax {
            guard isAccepted(contact.uri, context) else { continue }
            var target = RequestTarget()
            target.uri = contact.uri.compacted()
            target.q = contact.q ?? quality
            context.branches.append(target)
            added += 1
        }
        return added
    }

    /// Accepting filters win over denying ones, whether they are the script's or those of the parameters.
    private func isAccepted(_ uri: ByteString, _ context: ScriptContext) -> Bool {
        let filters = RedirectionFilters(context)
        let usesDefaults = !filters.ignoresDefaults
        if filters.accepted.contains(where: { $0.matches(uri) }) { return true }
        if usesDefaults, acceptPattern?.matches(uri) == true { return true }
        if filters.denied.contains(where: { $0.matches(uri) }) { return false }
        if usesDefaults, denyPattern?.matches(uri) == true { return false }
        return acceptsByDefault
    }
}

/// What the script says of the redirections of one request.
///
/// The failure routes of a transaction share nothing but its attributes, so the patterns are kept among them, under
/// names that no script can write.
private struct RedirectionFilters {
    private static let acceptedName: ByteString = "\u{1}uac_redirect accept"
    private static let deniedName: ByteString = "\u{1}uac_redirect deny"
    private static let plainName: ByteString = "\u{1}uac_redirect plain"
    /// Filters of one request.
    private static let countMax = 64

    private let attributes: AttributeStore

    init(_ context: ScriptContext) {
        attributes = context.attributes
    }

    var accepted: [RegularExpression] { expressions(Self.acceptedName) }
    var denied: [RegularExpression] { expressions(Self.deniedName) }
    var ignoresDefaults: Bool { attributes.values[Self.plainName] != nil }

    private func expressions(_ name: ByteString) -> [RegularExpression] {
        (attributes.values[name] ?? []).compactMap { RegularExpressionCache.shared.expression($0.text) }
    }

    func accept(_ pattern: ByteString) { add(pattern, Self.acceptedName) }

    func deny(_ pattern: ByteString) { add(pattern, Self.deniedName) }

    private func add(_ pattern: ByteString, _ name: ByteString) {
        guard (attributes.values[name]?.count ?? 0) < Self.countMax else { return }
        attributes.values[name, default: []].append(.string(pattern))
    }

    func ignoreDefaults() { attributes.values[Self.plainName] = [.integer(1)] }

    func clear() {
        attributes.values[Self.acceptedName] = nil
        attributes.values[Self.deniedName] = nil
    }
}
