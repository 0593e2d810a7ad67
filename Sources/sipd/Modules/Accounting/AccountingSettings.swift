import Database
import ModuleInterface
import ScriptEngine

/// The parameters of module acc.
struct AccountingSettings: Sendable {
    var logFlag: Int?
    var logMissedFlag: Int?
    var databaseFlag: Int?
    var databaseMissedFlag: Int?
    var failedFlag: Int?
    var reportsAck: Bool
    var reportsCancels: Bool
    var reportsEarlyMedia: Bool
    var logLevel: Int
    var table: SQLIdentifier
    var missedTable: SQLIdentifier

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        func flag(_ name: String) -> Int? {
            let value = parameters.integer(name)
            return value < 0 ? nil : value
        }
        logFlag = flag("log_flag")
        logMissedFlag = flag("log_missed_flag")
        databaseFlag = flag("db_flag")
        databaseMissedFlag = flag("db_missed_flag")
        failedFlag = flag("failed_transaction_flag")
        reportsAck = parameters.flag("report_ack")
        reportsCancels = parameters.flag("report_cancels")
        reportsEarlyMedia = parameters.flag("early_media")
        logLevel = parameters.integer("log_level")
        table = try Self.identifier("db_table_acc", parameters)
        missedTable = try Self.identifier("db_table_missed_calls", parameters)
    }

    private static func identifier(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> SQLIdentifier
    {
        let text = (parameters.string(name) ?? "").string
        guard let identifier = SQLIdentifier(text) else {
            throw ScriptError("parameter '\(name)': '\(text)' is no name")
        }
        return identifier
    }

    static let descriptions: [ParameterDescription] = [
        .integer("log_flag", -1, in: -1...31, "flag of transactions to log"),
        .integer("log_missed_flag", -1, in: -1...31, "flag of calls to log when they are missed"),
        .integer("db_flag", -1, in: -1...31, "flag of transactions to write to the table"),
        .integer("db_missed_flag", -1, in: -1...31, "flag of calls to write when they are missed"),
        .integer("failed_transaction_flag", -1, in: -1...31, "flag of failed transactions to account too"),
        .flag("report_ack", false, "whether the ACK of a 2xx is accounted"),
        .flag("report_cancels", false, "whether CANCEL is accounted"),
        .flag("early_media", false, "whether a 183 with a body is accounted"),
        .flag("detect_direction", false, "accepted; From and To are taken as they are"),
        .integer("log_level", 1, "level of the log lines, 1 is notice"),
        .string("log_facility", nil, "accepted; log lines go to the daemon's log"),
        .string("log_extra", nil, "more fields of log lines: name=$variable;…"),
        .string("db_extra", nil, "more columns of the tables: name=$variable;…"),
        .string("db_url", nil, "URL of the database"),
        .string("db_table_acc", "acc", "table of transactions"),
        .string("db_table_missed_calls", "missed_calls", "table of missed calls"),
        .ignored("db_insert_mode", because: "rows are written at once"),
        .ignored("time_mode", because: "the time column has whole seconds"),
        .ignored("time_format", because: "the time column is a DATETIME"),
    ]
}
