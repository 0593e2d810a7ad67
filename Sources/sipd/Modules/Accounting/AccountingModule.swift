import Database
import Logging
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `acc`: accounts transactions and calls to the log and to the database.
package struct AccountingModule: ScriptModule {
    let settings: AccountingSettings
    let callRecords: CallRecordSettings
    let server: Server
    let pool: DatabasePool?
    let extras = ExtraFields()
    private let texts: [String: ByteString]

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        settings = try AccountingSettings(parameters)
        callRecords = try CallRecordSettings(parameters)
        var texts: [String: ByteString] = [:]
        for name in ["log_extra", "db_extra", "multi_leg_info", "cdr_extra"] { texts[name] = parameters.string(name) }
        self.texts = texts
        let url = parameters.string("db_url") ?? ""
        pool = url.isEmpty ? nil : try server.databases.pool(for: url.string)
    }

    /// Compiles the fields that the configuration adds.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        func parse(_ name: String) throws(ScriptError) -> [ExtraField] {
            try ExtraField.parse(texts[name] ?? "", formats, parameter: name)
        }
        extras.set(
            .init(
                log: try parse("log_extra"), database: try parse("db_extra"),
                legs: try LegFields(texts["multi_leg_info"] ?? "", formats), callRecord: try parse("cdr_extra")))
        guard !callRecords.isEnabled || server.interface(DialogTracking.self) != nil else {
            throw ScriptError("cdr_enable needs the dialogs", hint: "add loadmodule \"dialog.so\"")
        }
    }

    /// Checks the tables.
    package func start() async throws {
        guard let pool else { return }
        if settings.databaseFlag != nil || settings.databaseMissedFlag != nil {
            for table in [settings.table, settings.missedTable] {
                try await server.databases.checkVersions(
                    of: [table.name], like: table == settings.table ? "acc" : "missed_calls", in: pool)
            }
        }
    }

    /// Watches the transactions and dialogs of a worker.
    package func start(on worker: Worker) {
        worker.transactionObservers.append { event, transaction in observe(event, transaction) }
        if settings.detectsDirection {
            worker.looseRouteHandlers.append { context, parameters in UpstreamMark.look(at: parameters, context) }
        }
        guard callRecords.isEnabled else { return }
        worker.dialogObservers.append { event, dialog, context in observe(event, dialog, context) }
    }

    /// What the module offers.
    package static var description: ModuleDescription<AccountingModule> {
        ModuleDescription(
            name: "acc", summary: "Accounts transactions and calls to the log and to the database.",
            parameters: AccountingSettings.descriptions + CallRecordSettings.descriptions, functions: functions)
    }
}
