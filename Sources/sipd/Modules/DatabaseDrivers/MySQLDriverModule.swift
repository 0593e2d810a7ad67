package import ModuleInterface
package import ScriptEngine

/// Module `db_mysql`: MariaDB and MySQL for the other modules.
///
/// The driver is always there; loading it is accepted.
package struct MySQLDriverModule: ScriptModule {
    /// Takes over the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the module offers.
    package static var description: ModuleDescription<MySQLDriverModule> {
        ModuleDescription(
            name: "db_mysql", summary: "MariaDB and MySQL for the other modules (mysql:// URLs).",
            parameters: [
                .ignored("ping_interval", because: "connections are checked when they are used"),
                .ignored("timeout_interval", because: "time-outs are 3 s to connect and 30 s for an answer"),
                .ignored("auto_reconnect", because: "lost connections are always opened again"),
                .ignored("insert_delayed", because: "rows are written at once"),
                .ignored("update_affected_found", because: "changed rows are counted"),
                .ignored("unsigned_type", because: "numbers are 64 bits wide"),
                .ignored("opt_ssl_mode", because: "the server's settings decide"),
                .ignored("opt_ssl_ca", because: "the server's settings decide"),
            ])
    }
}

/// Module `db_sqlite`: SQLite for the other modules.
///
/// The driver is always there; loading it is accepted.
package struct SQLiteDriverModule: ScriptModule {
    /// Takes over the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the module offers.
    package static var description: ModuleDescription<SQLiteDriverModule> {
        ModuleDescription(
            name: "db_sqlite", summary: "SQLite for the other modules (sqlite:// URLs).",
            parameters: [
                .ignored("db_set_readonly", because: "each module opens the file as it needs it"),
                .ignored("db_set_journal_mode", because: "files are used in WAL mode"),
            ])
    }
}
