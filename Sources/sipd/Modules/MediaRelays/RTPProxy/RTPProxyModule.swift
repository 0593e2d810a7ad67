import ControlProtocol
import Database
import Logging
package import ModuleInterface
import OperatingSystem
import SIPMessage
package import ScriptEngine

/// Module `rtpproxy`: media relayed by rtpproxy.
package struct RTPProxyModule: ScriptModule {
    let server: Server
    let pool: RelayPool
    let database: RelayDatabase?
    let mark: ByteString
    let extraID: ScriptTarget
    let instance: ScriptTarget

    private static let control = RelayProtocol(
        name: "rtpproxy", ping: Array("V".utf8), isAlive: { $0.trimmed() == "20040107" })

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        var sets = RelaySets()
        for text in parameters.list("rtpproxy_sock") { try sets.add(text, defaultSet: 0) }
        var settings = RelayPool.Settings()
        settings.disabledSeconds = parameters.integer("rtpproxy_disable_tout")
        settings.timeoutMilliseconds = parameters.integer("rtpproxy_tout") * 1000
        settings.attempts = parameters.integer("rtpproxy_retr")
        pool = RelayPool(Self.control, settings, sets, RelayCalls(lifeSeconds: 12 * 3600), server.logger)
        let url = parameters.string("db_url") ?? ""
        database =
            url.isEmpty
            ? nil
            : try RelayDatabase(
                parameters, try server.databases.pool(for: url.string), like: "rtpproxy", stateColumn: "flags_col")
        mark = parameters.string("nortpproxy_str") ?? ""
        extraID = ScriptTarget("extra_id_pv", parameters.string("extra_id_pv"))
        instance = ScriptTarget("rtp_inst_pvar", parameters.string("rtp_inst_pvar"))
    }

    /// Compiles the variables that parameters name.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        try extraID.compile(formats, writes: false)
        try instance.compile(formats, writes: true)
    }

    /// Loads the nodes of the database.
    package func start() async throws {
        guard let database else {
            if pool.sets.all.isEmpty { server.logger.warning("rtpproxy has no node: rtpproxy_sock is not set") }
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
    package static var description: ModuleDescription<RTPProxyModule> {
        ModuleDescription(
            name: "rtpproxy", summary: "Media relayed by rtpproxy.",
            parameters: [
                .list("rtpproxy_sock", "control sockets, [set ==] udp:host:port[=weight] …"),
                .integer("rtpproxy_disable_tout", 60, in: 1...86_400, "seconds for which a silent node is left out"),
                .integer("rtpproxy_tout", 1, in: 1...60, "seconds to wait for an answer"),
                .integer("rtpproxy_retr", 5, in: 1...100, "how often a command is sent"),
                .string("nortpproxy_str", "a=nortpproxy:yes\r\n", "line that keeps further relays out"),
                .string("extra_id_pv", nil, "variable for the flag b"),
                .string("rtp_inst_pvar", nil, "variable that takes address and port of the node"),
                .string("db_url", nil, "database with the nodes, instead of rtpproxy_sock"),
                .string("table_name", "rtpproxy", "its table"), .string("setid_col", "setid", "column of the set"),
                .string("url_col", "url", "column of the control socket"),
                .string("weight_col", "weight", "column of the weight"),
                .string("flags_col", "flags", "column that is not 0 for a node out of use"),
                .ignored("timeout_socket", because: "rtpproxy tells nobody that a call has ended"),
                .ignored("ice_candidate_priority_avp", because: "ICE candidates are left as they are"),
            ],
            functions: sessionFunctions + controlFunctions,
            variables: [
                VariableDescription(["rtpstat"], summary: "packets, as the last rtpproxy_query() told") { _, _ in
                    ScriptVariable(source: "$rtpstat") { context in
                        context[ProxyStatistics.key].map { .string($0.text) } ?? .null
                    }
                }
            ],
            methods: [listMethod, enableMethod])
    }
}

/// What rtpproxy last told about the call of a message (`$rtpstat`).
final class ProxyStatistics {
    static let key = ContextKey<ProxyStatistics>()

    let text: ByteString

    init(_ text: ByteString) {
        self.text = text
    }
}
