import ControlProtocol
import Database
import Logging
package import ModuleInterface
import OperatingSystem
import SIPMessage
package import ScriptEngine
import Synchronization

/// Module `mtree`: values by the longest prefix of a number, from the database.
package final class MtreeModule: ScriptModule {
    private static let rowCountMax = 2_000_000

    private struct State {
        var trees: [ByteString: PrefixTable] = [:]
        var reloadedAt = 0
        var reloads = 0
    }

    private let definitions: [TreeDefinition]
    private let pool: DatabasePool
    private let characters: Set<UInt8>
    private let columns: (tree: SQLIdentifier, prefix: SQLIdentifier, value: SQLIdentifier)
    private let allowsDuplicates: Bool
    private let ignoresDuplicates: Bool
    private let texts: [String: ByteString]
    private let variables = Mutex<[String: ScriptVariable]>([:])
    private let state = Mutex(State())
    private let server: Server

    private static let variableNames = ["pv_value", "pv_values", "pv_dstid", "pv_weight", "pv_count"]

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        var definitions: [TreeDefinition] = []
        for text in parameters.list("mtree") {
            let definition = try TreeDefinition(text)
            guard !definitions.contains(where: { $0.name == definition.name }) else {
                throw ScriptError("tree '\(definition.name)' is defined twice")
            }
            guard SQLIdentifier(definition.table) != nil else {
                throw ScriptError("tree '\(definition.name)': dbtable '\(definition.table)' is no name")
            }
            definitions.append(definition)
        }
        self.definitions = definitions
        pool = try server.databases.pool(for: (parameters.string("db_url") ?? "").string)
        characters = Set((parameters.string("char_list") ?? "").bytes)
        columns = (
            try Self.identifier("tname_column", parameters), try Self.identifier("tprefix_column", parameters),
            try Self.identifier("tvalue_column", parameters)
        )
        allowsDuplicates = parameters.flag("mt_allow_duplicates")
        ignoresDuplicates = parameters.flag("mt_ignore_duplicates")
        var texts: [String: ByteString] = [:]
        for name in Self.variableNames { texts[name] = parameters.string(name) }
        self.texts = texts
    }

    private static func identifier(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> SQLIdentifier
    {
        let text = (parameters.string(name) ?? "").string
        guard let identifier = SQLIdentifier(text) else {
            throw ScriptError("parameter '\(name)': '\(text)' is no name")
        }
        return identifier
    }

    /// Compiles the variables that take results.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        var compiled: [String: ScriptVariable] = [:]
        for name in Self.variableNames {
            guard let text = texts[name], !text.isEmpty else { continue }
            compiled[name] = try formats.variable(text)
        }
        let variables = compiled
        self.variables.withLock { $0 = variables }
    }

    /// Loads the trees.
    package func start() async throws {
        let count = try await server.databases.run { [self] in try load() }
        server.logger.info("trees loaded", metadata: ["values": "\(count)"])
    }

    /// Replaces all trees, or keeps them when a row is wrong; blocks.
    private func load() throws -> Int {
        var trees: [ByteString: PrefixTable] = [:]
        for definition in definitions {
            guard let table = SQLIdentifier(definition.table) else { continue }
            trees[definition.name] = try pool.withConnection { connection in
                try self.table(definition, table, connection)
            }
        }
        let loaded = trees
        return state.withLock { state in
            state.trees = loaded
            state.reloadedAt = WallClock.now.seconds
            state.reloads += 1
            return loaded.values.reduce(0) { $0 + $1.count }
        }
    }

    private func table(
        _ definition: TreeDefinition, _ table: SQLIdentifier, _ connection: any DatabaseConnection
    ) throws -> PrefixTable {
        let query = SelectQuery(
            columns: [columns.prefix, columns.value], from: table, where: definition.sharesTable ? [columns.tree] : [],
            orderBy: [columns.prefix])
        let parameters: [DatabaseValue] = definition.sharesTable ? [.text(definition.name.string)] : []
        var rows: [(ByteString, ByteString)] = []
        try connection.forEachRow(query.sql, parameters) { row throws(DatabaseError) in
            guard rows.count < Self.rowCountMax else { return .stop }
            rows.append((ByteString(row[0].text ?? ""), ByteString(row[1].text ?? "")))
            return .proceed
        }
        var tree = PrefixTable()
        for (prefix, value) in rows {
            if !allowsDuplicates, tree.hasValue(at: prefix) {
                guard ignoresDuplicates else { throw ScriptError("prefix '\(prefix)' of '\(table)' occurs twice") }
                continue
            }
            try tree.add(value, at: prefix, characters: characters)
        }
        return tree
    }

    // MARK: - Matching

    /// 1 when there is a value, -1 otherwise.
    private func match(_ name: ByteString, _ number: ByteString, mode: Int, _ context: ScriptContext) -> Int {
        guard let definition = definitions.first(where: { $0.name == name }),
            let tree = state.withLock({ $0.trees[name] })
        else { return -1 }
        let matches = tree.matches(of: number)
        guard let best = matches.first else { return -1 }
        let variables = variables.withLock { $0 }
        if mode == 2 {
            // All values of all prefixes, the longest prefix last, so that an attribute has it on top.
            let all = matches.flatMap(\.values)
            for value in all.reversed() { set("pv_values", .string(value), variables, context) }
            set("pv_count", .integer(all.count), variables, context)
            return 1
        }
        guard let value = best.values.first else { return -1 }
        switch definition.kind {
        case .text: set("pv_value", .string(value), variables, context)
        case .number: set("pv_value", .integer(value.integerValue ?? 0), variables, context)
        case .weighted: setWeighted(best.values, variables, context)
        }
        return 1
    }

    private func set(
        _ name: String, _ value: ScriptValue, _ variables: [String: ScriptVariable], _ context: ScriptContext
    ) {
        _ = variables[name]?.write?(context, value)
    }

    /// `12=50;13=50`: destinations with their weights.
    private func setWeighted(
        _ values: [ByteString], _ variables: [String: ScriptVariable], _ context: ScriptContext
    ) {
        let pairs = values.flatMap { $0.split(on: UInt8(ascii: ";")) }
            .map { $0.split(on: UInt8(ascii: "=")).map { $0.trimmed() } }
        for pair in pairs.reversed() where !pair.isEmpty {
            set("pv_dstid", .integer(pair[0].integerValue ?? 0), variables, context)
            set("pv_weight", .integer(pair.count > 1 ? pair[1].integerValue ?? 0 : 0), variables, context)
        }
    }

    // MARK: - Description

    /// What the module offers.
    package static var description: ModuleDescription<MtreeModule> {
        ModuleDescription(
            name: "mtree", summary: "Values by the longest prefix of a number, from the database.",
            parameters: [
                .list("mtree", "a tree: name=pf;dbtable=mtree;type=0;multi=0"),
                .string("db_url", nil, "URL of the database"),
                .string("db_table", nil, "accepted; a tree names its table"),
                .string("char_list", "0123456789", "characters that prefixes may hold"),
                .string("tname_column", "tname", "column of the tree's name"),
                .string("tprefix_column", "tprefix", "column of the prefix"),
                .string("tvalue_column", "tvalue", "column of the value"),
                .string("pv_value", "$avp(s:tvalue)", "a variable for the value"),
                .string("pv_values", "$avp(s:tvalues)", "a variable for all values, with mode 2"),
                .string("pv_dstid", "$avp(s:tdstid)", "a variable for the destination of a value with a weight"),
                .string("pv_weight", "$avp(s:tweight)", "a variable for its weight"),
                .string("pv_count", "$avp(s:tcount)", "a variable for the number of values, with mode 2"),
                .flag("mt_allow_duplicates", false, "whether a prefix may have several values"),
                .flag("mt_ignore_duplicates", false, "whether further values of a prefix are passed over"),
                .ignored("mt_tree_type", because: "each tree has its type"),
                .ignored("fetch_rows", because: "rows are read one by one"),
            ],
            functions: [
                FunctionDescription(
                    "mt_match", [.format, .format, .integer],
                    summary: "Looks a number up: mode 0 the longest prefix, 2 all. -1 no value.",
                    example: "mt_match(\"pf\", \"$rU\", \"0\");"
                ) { module, arguments in
                    { context in
                        let number = arguments[1].text(in: context)
                        let mode = arguments[2].integer(in: context) ?? 0
                        return .code(module.match(arguments[0].text(in: context), number, mode: mode, context))
                    }
                }
            ], methods: [list, summary, matchMethod, reload])
    }

    // MARK: - Methods

    private static let treeParameter = MethodDescription.Parameter(
        "tree", .string, optional: true, doc: "name of the tree")

    private static var list: ModuleMethod<MtreeModule> {
        ModuleMethod(
            MethodDescription(
                "mtree.list", parameters: [treeParameter], summary: "The values of all trees, or of one.",
                doc: "Objects: tname, tprefix, tvalue (an array).", example: "sipcmd mtree.list pf", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let wanted = try call.optionalString(0, named: "tree").map { ByteString($0) }
                let trees = module.state.withLock { $0.trees }.filter { wanted == nil || $0.key == wanted }
                let rows = trees.sorted { $0.key < $1.key }.flatMap { name, tree in
                    tree.entries.map { entry -> JSONValue in
                        [
                            "tname": .string(name.string), "tprefix": .string(entry.prefix.string),
                            "tvalue": .array(entry.values.map { .string($0.string) }),
                        ]
                    }
                }
                return .rows(LazyRows(rows))
            }
        }
    }

    private static var summary: ModuleMethod<MtreeModule> {
        ModuleMethod(
            MethodDescription(
                "mtree.summary", parameters: [treeParameter], summary: "How large the trees are.",
                doc: "Objects: table, item (ttype, memsize, nrnodes, nritems, reload_count, reload_time).",
                example: "sipcmd mtree.summary", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let wanted = try call.optionalString(0, named: "tree").map { ByteString($0) }
                let state = module.state.withLock { $0 }
                var rows: [JSONValue] = []
                for definition in module.definitions where wanted == nil || definition.name == wanted {
                    let tree = state.trees[definition.name] ?? PrefixTable()
                    rows.append([
                        "table": .string(definition.name.string),
                        "item": [
                            "ttype": .integer(Int64(definition.kind.rawValue)),
                            "memsize": .integer(Int64(tree.nodeCount * 64)),
                            "nrnodes": .integer(Int64(tree.nodeCount)), "nritems": .integer(Int64(tree.count)),
                            "reload_count": .integer(Int64(state.reloads)),
                            "reload_time": .integer(Int64(state.reloadedAt)),
                        ],
                    ])
                }
                guard !rows.isEmpty else { throw MethodFault(404, "Tree not found") }
                return .value(.array(rows))
            }
        }
    }

    private static var matchMethod: ModuleMethod<MtreeModule> {
        ModuleMethod(
            MethodDescription(
                "mtree.match",
                parameters: [
                    .init("tree", .string, doc: "name of the tree"), .init("number", .string, doc: "the number"),
                    .init("mode", .integer, doc: "0 the longest prefix, 2 all"),
                ], summary: "Looks a number up.", doc: "PREFIX and TVALUE; fault 404 when there is none.",
                example: "sipcmd mtree.match pf 49123 0")
        ) { module in
            { call throws(MethodFault) in
                guard let name = try call.optionalString(0, named: "tree"),
                    let number = try call.optionalString(1, named: "number"), call.value(2, named: "mode") != nil
                else { throw MethodFault(500, "Invalid Parameters") }
                guard let tree = module.state.withLock({ $0.trees[ByteString(name)] }) else {
                    throw MethodFault(500, "Tree not found")
                }
                guard let best = tree.matches(of: ByteString(number)).first, let value = best.values.first else {
                    throw MethodFault(404, "Prefix not found")
                }
                return .value(["PREFIX": .string(best.prefix.string), "TVALUE": .string(value.string)])
            }
        }
    }

    private static var reload: ModuleMethod<MtreeModule> {
        ModuleMethod(
            MethodDescription(
                "mtree.reload", summary: "Reads the trees again.",
                doc: "The text `Ok. Mtree reloaded.`; a fault names the bad row, and nothing has changed then.",
                example: "sipcmd mtree.reload", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                do {
                    _ = try await module.server.databases.run { try module.load() }
                } catch {
                    throw MethodFault(500, "Failed to reload the trees: \(error)")
                }
                return .value("Ok. Mtree reloaded.")
            }
        }
    }
}
