import ControlProtocol
import Database
import Logging
package import ModuleInterface
import OperatingSystem
import SIPMessage
package import ScriptEngine

/// Module `rtpengine`: media relayed by rtpengine, which is told by the ng protocol.
package struct RTPEngineModule: ScriptModule {
    let server: Server
    let pool: RelayPool
    let database: RelayDatabase?
    let defaultSet: Int
    let extraID: ScriptTarget
    let setAttribute: ScriptTarget
    let sessionInput: ScriptTarget
    let sessionOutput: ScriptTarget
    let instance: ScriptTarget
    let mediaDuration: ScriptTarget
    let quality: QualityVariables

    private static let control = RelayProtocol(
        name: "rtpengine", ping: Array("d7:command4:pinge".utf8),
        isAlive: { (try? BencodeValue(parsing: $0))?["result"]?.text == "pong" })

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        defaultSet = parameters.integer("setid_default")
        var sets = RelaySets()
        for text in parameters.list("rtpengine_sock") { try sets.add(text, defaultSet: defaultSet) }
        var settings = RelayPool.Settings()
        settings.disabledSeconds = parameters.integer("rtpengine_disable_tout")
        settings.timeoutMilliseconds = parameters.integer("rtpengine_tout_ms")
        settings.attempts = parameters.integer("rtpengine_retr")
        settings.nodesMax = parameters.integer("queried_nodes_limit")
        settings.probesWhenAllAreSilent = parameters.flag("aggressive_redetection")
        settings.allowsCallsAtNodesTakenOut = parameters.flag("rtpengine_allow_op")
        settings.hash = RelayHash(rawValue: parameters.integer("hash_algo")) ?? .sum
        let url = parameters.string("db_url") ?? ""
        database = url.isEmpty ? nil : try RelayDatabase(parameters, try server.databases.pool(for: url.string))
        pool = RelayPool(
            Self.control, settings, sets, RelayCalls(lifeSeconds: parameters.integer("hash_table_tout")),
            server.logger)
        extraID = ScriptTarget("extra_id_pv", parameters.string("extra_id_pv"))
        setAttribute = ScriptTarget("setid_avp", parameters.string("setid_avp"))
        sessionInput = ScriptTarget("read_sdp_pv", parameters.string("read_sdp_pv"))
        sessionOutput = ScriptTarget("write_sdp_pv", parameters.string("write_sdp_pv"))
        instance = ScriptTarget("rtp_inst_pvar", parameters.string("rtp_inst_pvar"))
        mediaDuration = ScriptTarget("media_duration", parameters.string("media_duration"))
        quality = QualityVariables { parameters.string($0) }
    }

    /// Compiles the variables that parameters name.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        for target in [extraID, setAttribute, sessionInput] { try target.compile(formats, writes: false) }
        for target in [sessionOutput, instance, mediaDuration] { try target.compile(formats, writes: true) }
        try quality.compile(formats)
    }

    /// Loads the nodes of the database.
    package func start() async throws {
        guard let database else {
            if pool.sets.all.isEmpty { server.logger.warning("rtpengine has no node: rtpengine_sock is not set") }
            return
        }
        pool.sets = try await database.load(server.databases, keeping: pool.sets)
    }

    /// Asks all nodes whether they are there.
    package func start(on worker: Worker) {
        guard worker.index == 0 else { return }
        pool.pingAll(worker)
    }

    /// What the module offers.
    package static var description: ModuleDescription<RTPEngineModule> {
        ModuleDescription(
            name: "rtpengine", summary: "Media relayed by rtpengine.",
            parameters: parameterDescriptions,
            functions: sessionFunctions + commandFunctions + [setFunction, queryFunction],
            variables: [
                VariableDescription(
                    ["rtpestat", "rtpstat"],
                    summary: "packets and bytes, as the last rtpengine_query() or rtpengine_delete() told"
                ) { _, _ in
                    ScriptVariable(source: "$rtpestat") { context in
                        context[EngineStatistics.key]?.text.map { .string($0) } ?? .null
                    }
                }
            ],
            methods: relayMethods)
    }

    private static let parameterDescriptions: [ParameterDescription] =
        [
            .list("rtpengine_sock", "control sockets, [set ==] udp:host:port[=weight] …"),
            .integer(
                "rtpengine_disable_tout", 60, in: 1...86_400, "seconds for which a node that is silent is left out"),
            .flag("aggressive_redetection", true, "whether silent nodes are asked when all are silent"),
            .integer("rtpengine_tout_ms", 1000, in: 1...60_000, "milliseconds to wait for an answer"),
            .integer("rtpengine_retr", 5, in: 1...100, "how often a command is sent"),
            .integer("rtpengine_allow_op", 0, in: 0...2, "whether calls go on at nodes that were taken out"),
            .integer("queried_nodes_limit", 30, in: 1...1024, "how many nodes are tried for a call"),
            .string("extra_id_pv", nil, "variable for via-branch=extra"),
            .string("setid_avp", nil, "variable with the number of the set"),
            .string("read_sdp_pv", nil, "variable with the SDP to send instead of the body"),
            .string("write_sdp_pv", nil, "variable that takes the SDP instead of the body"),
            .string("rtp_inst_pvar", nil, "variable that takes address and port of the node"),
            .string("media_duration", nil, "variable that takes the milliseconds of what play_media() plays"),
            .integer("setid_default", 0, in: 0...Int(Int32.max), "set of nodes without a number"),
            .integer("hash_table_size", 256, in: 1...Int(Int32.max), "accepted; the table grows by itself"),
            .integer("hash_table_tout", 3600, in: 1...Int(Int32.max), "seconds for which the node of a call is known"),
            .integer("hash_algo", 0, in: 0...2, "how a node is chosen: 0 sum of the Call-ID's bytes, 1 and 2 a hash"),
            .string("db_url", nil, "database with the nodes, instead of rtpengine_sock"),
            .string("table_name", "rtpengine", "its table"), .string("setid_col", "setid", "column of the set"),
            .string("url_col", "url", "column of the control socket"),
            .string("weight_col", "weight", "column of the weight"),
            .string("disabled_col", "disabled", "column that is not 0 for a node out of use"),
            .ignored("control_cmd_tos", because: "the system's default is used"),
            .ignored("force_send_interface", because: "the system chooses the address to send from"),
            .ignored("wsapi", because: "rtpengine is controlled by UDP"),
        ] + QualityVariables.names.map { .string($0, nil, "variable for the quality of calls") }
}
