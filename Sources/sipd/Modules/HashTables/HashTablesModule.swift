import Database
import Logging
package import ModuleInterface
import NIOCore
import SIPMessage
package import ScriptEngine

/// Module `htable`: tables of keys and values that live longer than a message.
package struct HashTablesModule: ScriptModule {
    let tables: HashTableSet
    let server: Server
    let storage: HashTableStorage?
    let locks = ScriptLocks()
    private let sweepSeconds: Int

    /// Reads the definitions of the tables.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        var definitions: [HashTableDefinition] = []
        for text in parameters.list("htable") {
            let definition = try HashTableDefinition(text)
            guard !definitions.contains(where: { $0.name == definition.name }) else {
                throw ScriptError("hash table '\(definition.name)' is defined twice")
            }
            definitions.append(definition)
        }
        guard !parameters.flag("enable_dmq") else {
            throw ScriptError(
                "replication by DMQ is not supported", hint: "let the nodes share a database, or set enable_dmq to 0")
        }
        tables = HashTableSet(definitions)
        self.server = server
        storage = try HashTableStorage(parameters, server)
        sweepSeconds = parameters.integer("timer_interval")
        if storage == nil, let table = definitions.first(where: { $0.databaseTable != nil }) {
            throw ScriptError(
                "hash table '\(table.name)' has a dbtable, but there is no database", hint: "set parameter 'db_url'")
        }
    }

    /// Loads the tables that have one in the database.
    package func start() async throws {
        guard let storage else { return }
        for table in tables.all where table.definition.databaseTable != nil {
            let report = try await server.databases.run { try storage.load(table) }
            server.logger.info(
                "hash table loaded", metadata: ["table": "\(table.definition.name)", "items": "\(report)"])
        }
    }

    /// Runs `event_route[htable:mod-init]` and starts the timer, on the first worker.
    package func start(on worker: Worker) {
        worker.requestEndHandlers.append { [locks] context in locks.releaseAll(of: context) }
        guard worker.index == 0 else { return }
        HashTableEvents.run("htable:mod-init", nil, on: worker)
        let loop = worker.eventLoop
        let seconds = TimeAmount.seconds(Int64(sweepSeconds))
        let owner = NIOLoopBound(worker, eventLoop: loop)
        loop.scheduleRepeatedTask(initialDelay: seconds, delay: seconds) { [tables] _ in
            Self.sweep(tables, owner.value)
        }
    }

    private static func sweep(_ tables: HashTableSet, _ worker: Worker) {
        // Off the loop: a pass over a million items takes longer than a message may wait.
        worker.server.databases.run(
            on: worker.eventLoop,
            { () -> [(ByteString, [HashTableItem])] in
                let now = HashTableSet.now
                return tables.all.filter { $0.definition.autoexpireSeconds > 0 }.map {
                    ($0.definition.name, $0.sweep(now: now))
                }
            }
        ) { result in
            guard case .success(let expired) = result else { return }
            for (name, items) in expired {
                for item in items { HashTableEvents.run("htable:expired:\(name)", item, on: worker) }
            }
        }
    }

    /// Writes the tables with `dbmode=1`.
    package func stop() async {
        guard let storage else { return }
        for table in tables.all where table.definition.isStored && table.definition.databaseTable != nil {
            do {
                _ = try await server.databases.run { try storage.store(table) }
            } catch {
                server.logger.critical(
                    "a hash table is lost with this stop",
                    metadata: ["table": "\(table.definition.name)", "error": "\(error)"])
            }
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<HashTablesModule> {
        ModuleDescription(
            name: "htable", summary: "Tables of keys and values that live longer than a message.",
            parameters: parameterDescriptions, functions: itemFunctions + searchFunctions + iteratorFunctions,
            variables: itemVariables + otherVariables, methods: itemMethods + tableMethods,
            eventRoutes: ["htable:mod-init", "htable:expired:NAME"])
    }

    private static let parameterDescriptions: [ParameterDescription] = [
        .list("htable", "a table as `name=>size=8;autoexpire=300;…`; may be set several times"),
        .string("db_url", "", "URL of the database"),
        .string("key_name_column", "key_name", "column of the key"),
        .string("key_type_column", "key_type", "column that tells plain keys (0) from arrays (1)"),
        .string("value_type_column", "value_type", "column that tells texts (0) from numbers (1)"),
        .string("key_value_column", "key_value", "column of the value"),
        .string("expires_column", "expires", "column of the end, seconds since 1970"),
        .string("array_size_suffix", "::size", "what is added to the key of an array for its size"),
        .flag("db_expires", false, "whether ends are loaded and stored"),
        .integer("timer_interval", 20, in: 1...86_400, "seconds between two looks for expired items"),
        .flag("enable_dmq", false, "replication to other nodes; only 0 is supported"),
        .ignored("dmq_init_sync", because: "there is no replication"),
        .ignored("fetch_rows", because: "rows are read one by one"),
        .ignored("timer_procs", because: "one timer serves all tables"),
        .ignored("event_callback", because: "there is no KEMI script"),
        .ignored("event_callback_mode", because: "there is no KEMI script"),
    ]
}

/// Runs the event routes of the module.
enum HashTableEvents {
    /// The item that `event_route[htable:expired:…]` is about.
    final class Record {
        let item: HashTableItem

        init(_ item: HashTableItem) { self.item = item }

        static let key = ContextKey<Record>()
    }

    /// A request from nowhere: scripts read messages in every route.
    private static let request = """
        OPTIONS sip:event@localhost SIP/2.0\r
        Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK0\r
        From: <sip:event@localhost>;tag=0\r
        To: <sip:event@localhost>\r
        Call-ID: htable-event\r
        CSeq: 1 OPTIONS\r
        Content-Length: 0\r
        \r

        """

    static func run(_ name: String, _ item: HashTableItem?, on worker: Worker) {
        guard let route = worker.program.route(kind: .event, name: name),
            let message = try? SIPMessage.parse(Array(request.utf8))
        else { return }
        let context = worker.makeContext(message: message, received: nil)
        context.routeKind = .event
        if let item { context[Record.key] = Record(item) }
        worker.program.run(route, in: context) { _ in }
    }
}
