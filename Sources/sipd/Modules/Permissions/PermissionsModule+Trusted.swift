import ControlProtocol
import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

extension PermissionsModule {
    static let trustedParameters: [ParameterDescription] = [
        .string("trusted_table", "trusted", "name of the table of trusted peers"),
        .string("source_col", "src_ip", "column of the source address in the table of trusted peers"),
        .string("proto_col", "proto", "column of the transport"),
        .string("from_col", "from_pattern", "column of the pattern for From"),
        .string("ruri_col", "ruri_pattern", "column of the pattern for the Request-URI"),
        .flag("peer_tag_mode", false, "whether each peer that matches gives its tag, and the call their number"),
        .string("priority_col", "priority", "column of the priority; greater is looked at first"),
    ]

    /// Prepares the table when `load_backends` has it; nothing is read yet.
    static func makeTrustedPeers(
        _ parameters: ModuleParameters, _ server: Server
    ) throws(ScriptError) -> TrustedPeers? {
        guard parameters.integer("load_backends") & 2 != 0, let url = parameters.string("db_url"), !url.isEmpty else {
            return nil
        }
        var columns: [SQLIdentifier] = []
        for name in ["source_col", "proto_col", "from_col", "ruri_col", "tag_col", "priority_col"] {
            columns.append(try parameters.identifier(name))
        }
        return TrustedPeers(
            try server.databases.pool(for: url.string),
            TrustedPeers.Names(table: try parameters.identifier("trusted_table"), columns: columns),
            isCached: parameters.integer("db_mode") == 1, databases: server.databases)
    }

    static var trustedFunction: FunctionDescription<PermissionsModule> {
        FunctionDescription(
            "allow_trusted", [.format, .format, .format], required: 0,
            summary:
                "Whether source address, transport, From and Request-URI match a row of the table of trusted peers.",
            example: "if (!allow_trusted(\"$si\", \"$proto\")) { … }"
        ) { module, arguments throws(ScriptError) in
            guard arguments.count != 1 else {
                throw ScriptError("allow_trusted takes no arguments, or address, transport and perhaps a URI")
            }
            return { context in
                guard let peers = module.trustedPeers, let question = Self.question(arguments, context) else {
                    return .failure
                }
                if peers.isCached { return .code(module.judge(peers.peers, question, context)) }
                return context.waiting(peers.reader(question.source)) { result in
                    switch result {
                    case .success(let found): return module.judge(found, question, context)
                    case .failure(let error):
                        context.worker.log(
                            level: -1, ByteString("ERROR: permissions: allow_trusted: \(error)"), in: context)
                        return -1
                    }
                }
            }
        }
    }

    private static func question(_ arguments: [Argument], _ context: ScriptContext) -> TrustedPeers.Question? {
        let message = context.message
        var question = TrustedPeers.Question(
            source: "", transport: "", from: message.from?.uri, requestURI: message.requestURI)
        if arguments.count >= 2 {
            question.source = arguments[0].text(in: context)
            question.transport = arguments[1].text(in: context)
            if arguments.count > 2 { question.from = arguments[2].text(in: context) }
        } else {
            guard let received = context.received else { return nil }
            question.source = ByteString(received.source.address.description)
            question.transport = ByteString(received.transport.name)
        }
        return question
    }

    private func judge(
        _ peers: [TrustedPeers.Peer], _ question: TrustedPeers.Question, _ context: ScriptContext
    ) -> Int {
        var count = 0
        for peer in peers where peer.matches(question) {
            count += 1
            if let tagAttribute, let tag = peer.tag, !tag.isEmpty {
                context.attributes.values[tagAttribute, default: []].append(.string(tag))
            }
            if !findsAllPeers { break }
        }
        return count > 0 ? count : -1
    }

    /// `permissions.trustedDump`.
    static var trustedDumpMethod: ModuleMethod<PermissionsModule> {
        ModuleMethod(
            MethodDescription(
                "permissions.trustedDump", summary: "The trusted peers in memory.",
                doc: """
                    An array of records: table, item (src_ip, proto, pattern, ruri_pattern, tag, priority). Fault 500 \
                    "No trusted table" without db_mode 1: nothing is in memory then.
                    """,
                example: "sipcmd permissions.trustedDump", lists: true)
        ) { module in
            { _ throws(MethodFault) in
                guard let peers = module.trustedPeers, peers.isCached else {
                    throw MethodFault(500, "No trusted table")
                }
                let list = peers.peers
                return .rows(
                    LazyRows { (position) in
                        guard position < list.count else { return nil }
                        let peer = list[position]
                        return [
                            "table": JSONValue(position),
                            "item": [
                                "src_ip": .string(peer.source.string), "proto": .string(peer.transport.string),
                                "pattern": .string(peer.fromPattern?.string ?? "NULL"),
                                "ruri_pattern": .string(peer.requestURIPattern?.string ?? "NULL"),
                                "tag": .string(peer.tag?.string ?? "NULL"), "priority": JSONValue(peer.priority),
                            ],
                        ]
                    })
            }
        }
    }

    /// `permissions.trustedReload`.
    static var trustedMethod: ModuleMethod<PermissionsModule> {
        ModuleMethod(
            MethodDescription(
                "permissions.trustedReload", summary: "Reads the table of trusted peers again and puts it in use.",
                doc: "Answers the number of peers. Needs db_mode 1: otherwise each call reads the table.",
                example: "sipcmd permissions.trustedReload", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let peers = module.trustedPeers, peers.isCached else {
                    throw MethodFault(500, "Reload skipped (disabled cache)")
                }
                do {
                    let count = try await peers.reload()
                    return .value(call.caller.isKamailioClient ? "Reload OK" : ["peers": JSONValue(count)])
                } catch {
                    throw MethodFault(500, "Reload failed. \(error)")
                }
            }
        }
    }
}
