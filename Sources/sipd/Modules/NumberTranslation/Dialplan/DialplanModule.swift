import ControlProtocol
import Database
import Logging
package import ModuleInterface
import SIPMessage
package import ScriptEngine
import Synchronization

/// Module `dialplan`: translates numbers by rules from the database.
package final class DialplanModule: ScriptModule {
    private static let ruleCountMax = 200_000

    private let pool: DatabasePool
    private let table: SQLIdentifier
    private let columns: [SQLIdentifier]
    private let attributesText: ByteString?
    private let attributes = Mutex<ScriptVariable?>(nil)
    private let plans = Mutex(TranslationPlans([]))
    private let server: Server

    private static let columnNames = [
        "dpid", "pr", "match_op", "match_exp", "match_len", "subst_exp", "repl_exp", "attrs",
    ]

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        pool = try server.databases.pool(for: (parameters.string("db_url") ?? "").string)
        table = try Self.identifier("table_name", parameters)
        var columns: [SQLIdentifier] = []
        for name in Self.columnNames { columns.append(try Self.identifier("\(name)_col", parameters)) }
        self.columns = columns
        attributesText = parameters.string("attrs_pvar")
    }

    private static func identifier(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> SQLIdentifier
    {
        let text = (parameters.string(name) ?? "").string
        guard let identifier = SQLIdentifier(text) else {
            throw ScriptError("parameter '\(name)': '\(text)' is no name")
        }
        return identifier
    }

    /// Compiles `attrs_pvar`.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        guard let attributesText, !attributesText.isEmpty else { return }
        let variable = try formats.variable(attributesText)
        attributes.withLock { $0 = variable }
    }

    /// Loads the rules.
    package func start() async throws {
        try await server.databases.checkVersions(of: [table.name], like: "dialplan", in: pool)
        let count = try await server.databases.run { [self] in try load() }
        server.logger.info("dialplan loaded", metadata: ["rules": "\(count)"])
    }

    /// Replaces all rules, or keeps them when one is wrong; blocks.
    private func load() throws -> Int {
        let rows = try pool.withConnection { connection in
            let query = SelectQuery(columns: columns, from: table, orderBy: [columns[1]])
            var rows: [TranslationRule.Row] = []
            try connection.forEachRow(query.sql, []) { row throws(DatabaseError) in
                guard rows.count < Self.ruleCountMax else { return .stop }
                rows.append(Self.row(row))
                return .proceed
            }
            return rows
        }
        var rules: [TranslationRule] = []
        for row in rows {
            do {
                rules.append(try TranslationRule(row))
            } catch {
                throw ScriptError("rule '\(row.pattern)' of plan \(row.plan): \(error)")
            }
        }
        let plans = TranslationPlans(rules)
        self.plans.withLock { $0 = plans }
        return rules.count
    }

    private static func row(_ row: DatabaseRow) -> TranslationRule.Row {
        func number(_ index: Int) -> Int { Int(truncatingIfNeeded: row[index].integer ?? 0) }
        func text(_ index: Int) -> ByteString { ByteString(row[index].text ?? "") }
        return TranslationRule.Row(
            plan: number(0), priority: number(1), match: number(2), pattern: text(3), length: number(4),
            substitution: text(5), replacement: text(6), attributes: text(7))
    }

    // MARK: - Description

    /// What the module offers.
    package static var description: ModuleDescription<DialplanModule> {
        ModuleDescription(
            name: "dialplan", summary: "Translates numbers by rules from the database.",
            parameters: [
                .string("db_url", nil, "URL of the database"), .string("table_name", "dialplan", "table of the rules"),
                .string("attrs_pvar", nil, "a variable for the attributes of the rule that matched"),
                .ignored("fetch_rows", because: "rows are read one by one"),
                .ignored("match_dynamic", because: "patterns are the same for all messages"),
                .ignored("append_branch", because: "a translation only sets its variable"),
                .ignored("reload_delta", because: "rules may be read again at any time"),
            ] + columnNames.map { .string("\($0)_col", $0, "column of the table") }, functions: functions,
            methods: [dump, reload, translateMethod])
    }

    private typealias Function = FunctionDescription<DialplanModule>

    private static let functions: [Function] = [
        Function(
            "dp_translate", [.format, .text, .variable], required: 1,
            summary: "Translates: `$rU/$var(out)`, $rU into $rU unless given. -2 no such plan, -1 no rule.",
            example: "dp_translate(\"2\", \"$rU/$rU\");"
        ) { module, arguments throws(ScriptError) in
            let places = try TranslationPlaces(arguments.count > 1 ? arguments[1].source : "$rU/$rU")
            let attributes = arguments.count > 2 ? arguments[2].variable : nil
            return { context in
                guard let plan = arguments[0].integer(in: context), let input = places.read(context) else {
                    return .failure
                }
                return module.translate(input, plan: plan, context, attributes) { places.write(context, $0) }
            }
        },
        Function(
            "dp_match", [.format, .format], summary: "Whether a rule of a plan is for a text.",
            example: "if (dp_match(\"2\", \"$rU\")) { … }"
        ) { module, arguments in
            { context in
                guard let plan = arguments[0].integer(in: context) else { return .failure }
                return module.translate(arguments[1].text(in: context), plan: plan, context, nil) { _ in true }
            }
        },
        Function(
            "dp_replace", [.format, .format, .variable], summary: "Translates a text into a variable.",
            example: "dp_replace(\"2\", \"$rU\", \"$var(out)\");"
        ) { module, arguments throws(ScriptError) in
            guard let write = arguments[2].variable?.write else {
                throw ScriptError("'\(arguments[2].source)' is no variable that can be written")
            }
            return { context in
                guard let plan = arguments[0].integer(in: context) else { return .failure }
                return module.translate(arguments[1].text(in: context), plan: plan, context, nil) {
                    write(context, .string($0))
                }
            }
        },
    ]

    private func translate(
        _ input: ByteString, plan: Int, _ context: ScriptContext, _ attributes: ScriptVariable?,
        write: (ByteString) -> Bool
    ) -> FunctionResult {
        let plans = plans.withLock { $0 }
        guard plans[plan] != nil else { return .code(-2) }
        guard let result = plans.translate(input, plan: plan), write(result.output) else { return .failure }
        let variable = attributes ?? self.attributes.withLock { $0 }
        _ = variable?.write?(context, .string(result.attributes))
        return .success
    }

    // MARK: - Methods

    private static let planParameter = MethodDescription.Parameter("dpid", .integer, doc: "number of the plan")

    private static var dump: ModuleMethod<DialplanModule> {
        ModuleMethod(
            MethodDescription(
                "dialplan.dump", parameters: [planParameter], summary: "The rules of a plan.",
                doc: "DPID, and ENTRIES with PRIO, MATCHOP, MATCHEXP, MATCHLEN, SUBSTEXP, REPLEXP, ATTRS.",
                example: "sipcmd dialplan.dump 1")
        ) { module in
            { call throws(MethodFault) in
                guard let value = call.value(0, named: "dpid") else { throw MethodFault(500, "Missing parameter") }
                guard let plan = value.integerValue, let rules = module.plans.withLock({ $0[Int(plan)] }) else {
                    throw MethodFault(500, "Dialplan ID not matched")
                }
                return .value(["DPID": .integer(plan), "ENTRIES": .array(rules.map { ["ENTRY": entry($0.row)] })])
            }
        }
    }

    private static func entry(_ row: TranslationRule.Row) -> JSONValue {
        [
            "PRIO": .integer(Int64(row.priority)), "MATCHOP": .integer(Int64(row.match)),
            "MATCHEXP": .string(row.pattern.string), "MATCHLEN": .integer(Int64(row.length)),
            "SUBSTEXP": .string(row.substitution.string), "REPLEXP": .string(row.replacement.string),
            "ATTRS": .string(row.attributes.string),
        ]
    }

    private static var reload: ModuleMethod<DialplanModule> {
        ModuleMethod(
            MethodDescription(
                "dialplan.reload", summary: "Reads the rules again.",
                doc: "Empty; a fault names the rule that is wrong, and nothing has changed then.",
                example: "sipcmd dialplan.reload", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                do {
                    _ = try await module.server.databases.run { try module.load() }
                } catch {
                    throw MethodFault(500, "Dialplan Reload Failed: \(error)")
                }
                return .value(.object([]))
            }
        }
    }

    private static var translateMethod: ModuleMethod<DialplanModule> {
        ModuleMethod(
            MethodDescription(
                "dialplan.translate", parameters: [planParameter, .init("input", .string, doc: "the text")],
                summary: "What a plan makes of a text.", doc: "Output and Attributes.",
                example: "sipcmd dialplan.translate 1 004912")
        ) { module in
            { call throws(MethodFault) in
                guard let value = call.value(0, named: "dpid"), let input = try call.optionalString(1, named: "input")
                else { throw MethodFault(500, "Invalid parameters") }
                let plans = module.plans.withLock { $0 }
                guard let plan = value.integerValue, plans[Int(plan)] != nil else {
                    throw MethodFault(500, "Dialplan ID not matched")
                }
                guard !input.isEmpty else { throw MethodFault(500, "Empty input parameter") }
                guard let result = plans.translate(ByteString(input), plan: Int(plan)) else {
                    throw MethodFault(500, "No translation")
                }
                return .value([
                    "Output": .string(result.output.string), "Attributes": .string(result.attributes.string),
                ])
            }
        }
    }
}

/// `$rU/$var(out)`: what is translated and where the result goes; compiled when the first message needs it, because the
/// names of two variables in one argument are nothing the compiler knows.
private final class TranslationPlaces: Sendable {
    private let input: ByteString
    private let output: ByteString
    private let variables = Mutex<(input: ScriptVariable, output: ScriptVariable)?>(nil)

    init(_ text: ByteString) throws(ScriptError) {
        let parts = text.split(on: UInt8(ascii: "/")).map { $0.trimmed() }
        guard parts.count == 2, parts.allSatisfy({ $0.hasPrefix("$") }) else {
            throw ScriptError("'\(text)' is no pair of variables", hint: "write \"$rU/$var(out)\"")
        }
        input = parts[0]
        output = parts[1]
    }

    private func compiled(_ context: ScriptContext) -> (input: ScriptVariable, output: ScriptVariable)? {
        if let known = variables.withLock({ $0 }) { return known }
        guard let formats = context.formats, let from = try? formats.variable(input),
            let to = try? formats.variable(output)
        else { return nil }
        variables.withLock { $0 = (from, to) }
        return (from, to)
    }

    func read(_ context: ScriptContext) -> ByteString? {
        guard let value = compiled(context)?.input.read(context), !value.isNull else { return nil }
        return value.text
    }

    func write(_ context: ScriptContext, _ text: ByteString) -> Bool {
        compiled(context)?.output.write?(context, .string(text)) ?? false
    }
}
