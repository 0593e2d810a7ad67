import Database
import Logging
package import ModuleInterface
import OperatingSystem
import SIPMessage
package import ScriptEngine
import Synchronization

/// Module `acc`: accounts transactions to the log and to the database.
package struct AccountingModule: ScriptModule {
    let settings: AccountingSettings
    let server: Server
    let pool: DatabasePool?
    private let logExtraText: ByteString
    private let databaseExtraText: ByteString
    let extras = ExtraFields()

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        settings = try AccountingSettings(parameters)
        logExtraText = parameters.string("log_extra") ?? ""
        databaseExtraText = parameters.string("db_extra") ?? ""
        let url = parameters.string("db_url") ?? ""
        pool = url.isEmpty ? nil : try server.databases.pool(for: url.string)
    }

    /// Compiles `log_extra` and `db_extra`.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        extras.set(
            log: try ExtraField.parse(logExtraText, formats, parameter: "log_extra"),
            database: try ExtraField.parse(databaseExtraText, formats, parameter: "db_extra"))
    }

    /// Checks the tables.
    package func start() async throws {
        guard let pool, settings.databaseFlag != nil || settings.databaseMissedFlag != nil else { return }
        for table in [settings.table, settings.missedTable] {
            try await server.databases.checkVersions(
                of: [table.name], like: table == settings.table ? "acc" : "missed_calls", in: pool)
        }
    }

    /// Watches the transactions of a worker.
    package func start(on worker: Worker) {
        worker.transactionObservers.append { event, transaction in observe(event, transaction) }
    }

    /// What the module offers.
    package static var description: ModuleDescription<AccountingModule> {
        ModuleDescription(
            name: "acc", summary: "Accounts transactions to the log and to the database.",
            parameters: AccountingSettings.descriptions, functions: functions)
    }
}

/// The fields that the configuration adds, compiled when all modules are known.
final class ExtraFields: Sendable {
    private let fields = Mutex<(log: [ExtraField], database: [ExtraField])>(([], []))

    func set(log: [ExtraField], database: [ExtraField]) {
        fields.withLock { $0 = (log, database) }
    }

    var log: [ExtraField] { fields.withLock { $0.log } }
    var database: [ExtraField] { fields.withLock { $0.database } }
}

/// One `name=$variable` of `log_extra` or `db_extra`.
struct ExtraField: Sendable {
    let name: String
    let variable: ScriptVariable

    static func parse(_ text: ByteString, _ formats: FormatCompiler, parameter: String) throws(ScriptError)
        -> [ExtraField]
    {
        var fields: [ExtraField] = []
        for part in text.split(on: UInt8(ascii: ";")).map({ $0.trimmed() }) where !part.isEmpty {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")),
                SQLIdentifier(ByteString(part.bytes[..<equals]).string) != nil
            else { throw ScriptError("\(parameter): '\(part)' is no name=$variable") }
            fields.append(
                ExtraField(
                    name: ByteString(part.bytes[..<equals]).trimmed().string,
                    variable: try formats.variable(ByteString(part.bytes[(equals + 1)...]).trimmed())))
        }
        return fields
    }
}
