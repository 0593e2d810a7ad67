import ControlProtocol
import Database
import Logging
package import ModuleInterface
import NetworkAddress
import SIPMessage
package import ScriptEngine

/// Module `permissions`: who may do what by source address.
package struct PermissionsModule: ScriptModule {
    let store: AddressStore?
    let trustedPeers: TrustedPeers?
    let server: Server
    private let pool: DatabasePool?
    private let table: String
    let tagAttribute: ByteString?
    /// Whether each trusted peer that matches counts, not only the first (`peer_tag_mode`).
    let findsAllPeers: Bool
    let ruleFiles: RuleFiles

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        tagAttribute = try parameters.attributeName("peer_tag_avp")
        findsAllPeers = parameters.flag("peer_tag_mode")
        ruleFiles = RuleFiles(parameters)
        table = (parameters.string("address_table") ?? "address").string
        trustedPeers = try Self.makeTrustedPeers(parameters, server)
        let usesAddresses = parameters.integer("load_backends") & 1 != 0
        if usesAddresses, let path = parameters.string("address_file"), !path.isEmpty {
            store = AddressStore(.file(path.string), databases: server.databases)
            pool = nil
        } else if usesAddresses, let url = parameters.string("db_url"), !url.isEmpty {
            let pool = try server.databases.pool(for: url.string)
            store = AddressStore(.database(pool, try Self.names(parameters)), databases: server.databases)
            self.pool = pool
        } else {
            store = nil
            pool = nil
        }
    }

    /// Loads the lists, and lets their tables be watched for changes.
    ///
    /// Rows that cannot be used are left out and logged.
    package func start() async throws {
        if let trustedPeers, trustedPeers.isCached { _ = try await trustedPeers.reload() }
        guard let store else { return }
        if let pool {
            server.loadedTables.add(
                table: "address", reload: "permissions.addressReload", pool: pool
            ) { store.report.tableGeneration }
        }
        if let pool { try await server.databases.checkVersions(of: [table], like: "address", in: pool) }
        let (report, problems) = try await store.load()
        for problem in problems.prefix(AddressStore.Refused.shownMax) {
            server.logger.error("address row left out", metadata: ["table": "\(table)", "problem": "\(problem)"])
        }
        server.logger.info(
            "addresses loaded",
            metadata: [
                "hosts": "\(report.hosts)", "subnets": "\(report.subnets)", "domains": "\(report.domains)",
                "left.out": "\(problems.count)", "milliseconds": "\(report.milliseconds)",
            ])
    }

    /// What the module offers.
    package static var description: ModuleDescription<PermissionsModule> {
        ModuleDescription(
            name: "permissions", summary: "Access by source address, in numbered groups.",
            parameters: parameterDescriptions, functions: functions + [trustedFunction] + ruleFunctions,
            methods: addressMethods + [trustedMethod, trustedDumpMethod] + ruleMethods)
    }

    private static func names(_ parameters: ModuleParameters) throws(ScriptError) -> AddressTable.Names {
        var names = AddressTable.Names()
        names.table = try parameters.identifier("address_table")
        names.group = try parameters.identifier("grp_col")
        names.address = try parameters.identifier("ip_addr_col")
        names.mask = try parameters.identifier("mask_col")
        names.port = try parameters.identifier("port_col")
        names.tag = try parameters.identifier("tag_col")
        return names
    }

    private static let parameterDescriptions: [ParameterDescription] =
        [
            .string("db_url", nil, "URL of the database with the tables"),
            .string("address_file", nil, "file with the list instead of the table: group,address,mask,port,tag"),
            .string("address_table", "address", "name of the address table"),
            .string("grp_col", "grp", "column of the group"),
            .string("ip_addr_col", "ip_addr", "column of the address"),
            .string("mask_col", "mask", "column of the prefix length"),
            .string("port_col", "port", "column of the port"),
            .string("tag_col", "tag", "column of the tag"),
            .string("peer_tag_avp", nil, "AVP that gets the tag of the entry that matched"),
            .integer("load_backends", 0xFFFF, "which lists are loaded: 1 addresses, 2 trusted peers"),
            .integer(
                "db_mode", 0, in: 0...1, "whether trusted peers are kept in memory (1); the address list always is"),
            .ignored("max_subnets", because: "the list has no limit"),
            .ignored("reload_delta", because: "reloads may follow each other at once"),
        ] + trustedParameters + ruleParameters
}

// MARK: - Functions

extension PermissionsModule {
    private static var functions: [FunctionDescription<PermissionsModule>] {
        [
            FunctionDescription(
                "allow_source_address", [.integer], required: 0,
                summary: "Whether the source address and port are in a group of the address list (default group 1).",
                example: "if (allow_source_address(\"200\")) { route(FROM_CARRIER); }"
            ) { module, arguments in
                { context in
                    guard let group = arguments.isEmpty ? 1 : arguments[0].integer(in: context),
                        let source = context.received?.source
                    else { return .failure }
                    let port = Int(source.port.value)
                    return module.answer(module.store?.list.match(source.address, port: port, group: group), context)
                        == nil ? .failure : .success
                }
            },
            FunctionDescription(
                "allow_address", [.integer, .format, .integer],
                summary: "Whether an address, or a host name, and a port are in a group of the address list.",
                example: "if (allow_address(\"200\", \"$dd\", \"$dp\")) { … }"
            ) { module, arguments in
                { context in
                    guard let group = arguments[0].integer(in: context) else { return .failure }
                    return module.match(arguments[1], arguments[2], group: group, in: context) == nil
                        ? .failure : .success
                }
            },
            FunctionDescription(
                "allow_source_address_group",
                summary: "The group of the most specific entry for the source address, or -1.",
                example: "$var(group) = allow_source_address_group();"
            ) { module, _ in
                { context in
                    guard let source = context.received?.source else { return .failure }
                    let found = module.store?.list.match(source.address, port: Int(source.port.value), group: nil)
                    return .code(module.answer(found, context)?.group ?? -1)
                }
            },
            FunctionDescription(
                "allow_address_group", [.format, .integer],
                summary: "The group of the most specific entry for an address or host name and a port, or -1.",
                example: "$var(group) = allow_address_group(\"$dd\", \"$dp\");"
            ) { module, arguments in
                { context in
                    .code(module.match(arguments[0], arguments[1], group: nil, in: context)?.group ?? -1)
                }
            },
        ]
    }

    private func match(
        _ host: Argument, _ port: Argument, group: Int?, in context: ScriptContext
    ) -> AddressEntry? {
        guard let list = store?.list, let number = Self.portNumber(port, in: context) else { return nil }
        let text = host.text(in: context)
        let bare = LocalHost.withoutBrackets(text)
        if let address = IPAddress(bare.bytes) {
            return answer(list.match(address, port: number, group: group), context)
        }
        return answer(list.match(domain: text.string, port: number, group: group), context)
    }

    /// A variable must hold a number: Kamailio takes no text that merely looks like one, such as a header.
    private static func portNumber(_ port: Argument, in context: ScriptContext) -> Int? {
        if port.constant != nil { return port.integer(in: context) }
        switch port.value(in: context) {
        case .integer(let number), .both(let number, _): return number
        case .null, .string: return nil
        }
    }

    /// Hands the tag of an entry to the script.
    private func answer(_ entry: AddressEntry?, _ context: ScriptContext) -> AddressEntry? {
        guard let entry, let tagAttribute, !entry.tag.isEmpty else { return entry }
        context.attributes.values[tagAttribute, default: []].append(.string(ByteString(entry.tag)))
        return entry
    }
}
