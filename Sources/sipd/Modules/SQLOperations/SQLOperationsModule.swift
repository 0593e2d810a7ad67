import Database
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `sqlops`: SQL statements in the script.
///
/// The statement runs on a database thread while the script waits.
package struct SQLOperationsModule: ScriptModule {
    let connections: [ByteString: DatabasePool]
    let server: Server
    let quotesWithBackslash: Bool
    private let connectsAtStart: Bool

    /// Reads the connections.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        var connections: [ByteString: DatabasePool] = [:]
        for text in parameters.list("sqlcon") {
            let (name, url) = try Self.parse(text)
            guard connections[name] == nil else {
                throw ScriptError("connection '\(name)' of 'sqlcon' is there already")
            }
            connections[name] = try server.databases.pool(for: url.string)
        }
        self.connections = connections
        self.server = server
        quotesWithBackslash = connections.isEmpty || connections.values.contains { $0.url.engine == .mysql }
        connectsAtStart = !parameters.flag("connect_mode")
    }

    private static func parse(_ text: ByteString) throws(ScriptError) -> (name: ByteString, url: ByteString) {
        guard let arrow = text.range(of: "=>") else {
            throw ScriptError("'\(text)' of 'sqlcon' is no connection", hint: "write 'name=>mysql://…'")
        }
        let name = text.prefix(arrow.lowerBound - text.range.lowerBound).trimmed()
        let url = text.dropFirst(arrow.upperBound - text.range.lowerBound).trimmed()
        guard !name.isEmpty, !url.isEmpty else {
            throw ScriptError("'\(text)' of 'sqlcon' is no connection", hint: "write 'name=>mysql://…'")
        }
        return (name, url)
    }

    /// Checks that the databases can be reached, unless `connect_mode` is 1.
    package func start() async throws {
        guard connectsAtStart else { return }
        for pool in connections.values {
            try await server.databases.run { try pool.withConnection { _ = try $0.firstRow("SELECT 1") } }
        }
    }

    /// The database of a connection that a script names.
    func pool(_ name: ByteString) throws(ScriptError) -> DatabasePool {
        guard let pool = connections[name] else {
            throw ScriptError(
                "connection '\(name)' is unknown", hint: "add modparam(\"sqlops\", \"sqlcon\", \"\(name)=>URL\")")
        }
        return pool
    }

    /// What the module offers.
    package static var description: ModuleDescription<SQLOperationsModule> {
        ModuleDescription(
            name: "sqlops", summary: "SQL statements in the script.",
            parameters: [
                .list("sqlcon", "a database as `name=>URL`; may be set several times"),
                .flag("connect_mode", false, "whether the server starts without its databases"),
                .ignored("tr_buf_size", because: "buffers grow as needed"),
                .ignored("log_buf_size", because: "buffers grow as needed"),
            ],
            functions: functions, variables: variables, transformations: [valueTransformation])
    }
}
