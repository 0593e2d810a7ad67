import ControlProtocol
import Database
import Logging
package import ModuleInterface
import NIOCore
import SIPMessage
package import ScriptEngine

/// Module `usrloc`: the table of registered contacts.
package struct UserLocationModule: ScriptModule {
    let location: UserLocation
    private let preloaded: [ByteString]

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        var settings = UserLocation.Settings()
        guard let storage = LocationStorage(rawValue: parameters.integer("db_mode")) else {
            throw ScriptError("db_mode \(parameters.integer("db_mode")) is not supported", hint: "0 to 3 are")
        }
        settings.storage = storage
        settings.usesDomain = parameters.flag("use_domain")
        settings.matching = ContactMatching(rawValue: parameters.integer("matching_mode")) ?? .uri
        settings.sweepSeconds = parameters.integer("timer_interval")
        settings.serverID = Int64(server.settings.serverID)
        if storage != .memory {
            settings.pool = try server.databases.pool(for: (parameters.string("db_url") ?? "").string)
        }
        let natFlag = parameters.integer("nat_bflag")
        settings.natFlag = natFlag < 0 ? 0 : 1 << UInt32(natFlag)
        preloaded = parameters.list("preload")
        location = UserLocation(settings, server: server)
        server.provide(location)
        server.provide(location, as: (any RegisteredContacts).self)
    }

    /// Checks the tables and loads the contacts.
    package func start() async throws {
        for name in preloaded { _ = location.table(named: name.string) }
        guard let pool = location.settings.pool else { return }
        let names = location.allTables.map(\.name)
        try await location.server.databases.checkVersions(of: names, like: "location", in: pool)
        try await location.server.databases.run { [location] in try location.load() }
        for table in location.allTables where table.contacts > 0 {
            location.server.logger.info(
                "contacts loaded", metadata: ["table": "\(table.name)", "contacts": "\(table.contacts)"])
        }
    }

    /// Starts the sweep on the first worker.
    package func start(on worker: Worker) {
        guard worker.index == 0 else { return }
        let databases = worker.server.databases
        let loop = worker.eventLoop
        loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { [location] _ in
            databases.run(on: loop, { location.sweepStep() }, then: { _ in })
        }
    }

    /// Writes what the database lacks.
    package func stop() async {
        do {
            try await location.server.databases.run { [location] in try location.flush() }
        } catch {
            location.server.logger.critical("contacts are lost with this stop", metadata: ["error": "\(error)"])
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<UserLocationModule> {
        ModuleDescription(
            name: "usrloc", summary: "The table of registered contacts, in memory and in the database.",
            parameters: parameterDescriptions, methods: locationMethods,
            statistics: [
                StatisticDescription("usrloc", "registered_users", summary: "addresses of record with contacts") {
                    $0.location.allTables.reduce(0) { $0 + $1.users }
                },
                StatisticDescription("usrloc", "location_users", summary: "addresses of record in location") {
                    $0.location.existingTable(named: "location")?.users ?? 0
                },
                StatisticDescription("usrloc", "location_contacts", summary: "contacts in location") {
                    $0.location.existingTable(named: "location")?.contacts ?? 0
                },
                StatisticDescription("usrloc", "location_expires", summary: "contacts of location that expired") {
                    $0.location.existingTable(named: "location")?.expired ?? 0
                },
            ])
    }

    private static let parameterDescriptions: [ParameterDescription] =
        [
            .integer("db_mode", 0, in: 0...3, "0 memory, 1 write-through, 2 write-back, 3 database only"),
            .string("db_url", "mysql://kamailio:kamailiorw@localhost/kamailio", "URL of the database"),
            .flag("use_domain", false, "whether the domain is part of the address of record"),
            .integer(
                "matching_mode", 0, in: 0...3, "when contacts are the same: 0 URI, 1 and Call-ID, 2 and Path, 3 URI"),
            .integer("timer_interval", 60, in: 1...86_400, "seconds between writes of mode 2, and for one sweep"),
            .list("preload", "table to load although the script does not name it"),
            .integer("nat_bflag", -1, in: -1...31, "branch flag that marks contacts behind a NAT"),
            .flag("desc_time_order", false, "accepted; contacts are ordered by q, then by arrival"),
        ] + ignored

    private static let ignored: [ParameterDescription] =
        [
            "user_column", "domain_column", "contact_column", "expires_column", "q_column", "callid_column",
            "cseq_column", "methods_column", "cflags_column", "flags_column", "user_agent_column", "received_column",
            "socket_column", "path_column", "ruid_column", "instance_column", "reg_id_column", "server_id_column",
            "connection_id_column", "keepalive_column", "partition_column", "last_mod_column",
        ].map { .ignored($0, because: "the columns have Kamailio's names") }
        + [
            ("timer_procs", "one sweep serves all"), ("cseq_delay", "retransmissions are told by Call-ID and CSeq"),
            ("fetch_rows", "rows are read one by one"), ("hash_size", "the table grows by itself"),
            ("db_check_update", "rows are inserted or updated in one statement"),
            ("db_insert_update", "rows are inserted or updated in one statement"),
            ("db_update_as_insert", "rows are inserted or updated in one statement"),
            ("db_timer_clean", "rows that ended are removed with the contacts"),
            ("db_ops_ruid", "rows are found by ruid"), ("db_load", "contacts are loaded in modes 1 and 2"),
            ("db_raw_fetch_type", "rows are read one by one"), ("db_insert_null", "empty texts are stored as NULL"),
            ("handle_lost_tcp", "contacts end by their expiry"),
            ("close_expired_tcp", "connections end by their lifetime"),
            ("skip_remote_socket", "contacts of all nodes are loaded"),
            ("server_id_filter", "contacts of all nodes are loaded"),
            ("expires_type", "times are stored as DATETIME"), ("xavp_contact", "no attributes are kept with contacts"),
            ("location_id", "the ruid names a contact"), ("rm_expired_delay", "contacts end when they expire"),
            ("version_table", "the version is checked"), ("load_rank", "contacts are loaded once"),
            ("ka_mode", "keepalives are sent by nathelper"), ("ka_domain", "keepalives are sent by nathelper"),
            ("ka_method", "keepalives are sent by nathelper"), ("ka_from", "keepalives are sent by nathelper"),
            ("ka_timeout", "keepalives are sent by nathelper"), ("ka_interval", "keepalives are sent by nathelper"),
            ("ka_filter", "keepalives are sent by nathelper"), ("ka_flag", "keepalives are sent by nathelper"),
            ("ka_randomize", "keepalives are sent by nathelper"), ("ka_replies", "keepalives are sent by nathelper"),
            ("ka_loglevel", "keepalives are sent by nathelper"), ("ka_logmsg", "keepalives are sent by nathelper"),
        ].map { .ignored($0.0, because: $0.1) }
}
