import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

/// The parameters of module acc.
struct AccountingSettings: Sendable {
    var logFlag: Int?
    var logMissedFlag: Int?
    var databaseFlag: Int?
    var databaseMissedFlag: Int?
    var failedFlag: Int?
    /// Failures that are not accounted in spite of the flag.
    var failedFilter: Set<Int> = []
    var reportsAck: Bool
    var reportsCancels: Bool
    var reportsEarlyMedia: Bool
    /// Whether requests of the callee are accounted with the tags of the call's first request.
    var detectsDirection: Bool
    /// Whether the Reason header of a response stands in place of its phrase.
    var takesReasonHeader: Bool
    var logLevel: Int
    var table: SQLIdentifier
    var missedTable: SQLIdentifier
    /// The columns of method, From-tag, To-tag, Call-ID, code, reason and time.
    var columns: [SQLIdentifier] = []
    var time: TimeAttributes

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
        detectsDirection = parameters.flag("detect_direction")
        takesReasonHeader = parameters.flag("reason_from_hf")
        logLevel = parameters.integer("log_level")
        table = try Self.identifier("db_table_acc", parameters)
        missedTable = try Self.identifier("db_table_missed_calls", parameters)
        time = try TimeAttributes(parameters)
        failedFilter = try Self.codes(parameters)
        for name in Self.columnNames { columns.append(try Self.identifier("acc_\(name)_column", parameters)) }
    }

    private static let columnNames = ["method", "from_tag", "to_tag", "callid", "sip_code", "sip_reason", "time"]

    private static func codes(_ parameters: ModuleParameters) throws(ScriptError) -> Set<Int> {
        let text = parameters.string("failed_filter") ?? ""
        var codes: Set<Int> = []
        for part in text.split(on: UInt8(ascii: ",")).map({ $0.trimmed() }) where !part.isEmpty {
            guard let code = part.integerValue, (300...999).contains(code) else {
                throw ScriptError("parameter 'failed_filter': '\(part)' is no status of a failure")
            }
            codes.insert(code)
        }
        return codes
    }

    /// A parameter that names a table or a column.
    ///
    /// - Throws: `ScriptError` when it cannot be one.
    static func identifier(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> SQLIdentifier {
        let text = (parameters.string(name) ?? "").string
        guard let identifier = SQLIdentifier(text) else {
            throw ScriptError("parameter '\(name)': '\(text)' is no name")
        }
        return identifier
    }

    static let descriptions: [ParameterDescription] =
        [
            .integer("log_flag", -1, in: -1...31, "flag of transactions to log"),
            .integer("log_missed_flag", -1, in: -1...31, "flag of calls to log when they are missed"),
            .integer("db_flag", -1, in: -1...31, "flag of transactions to write to the table"),
            .integer("db_missed_flag", -1, in: -1...31, "flag of calls to write when they are missed"),
            .integer("failed_transaction_flag", -1, in: -1...31, "flag of failed transactions to account too"),
            .string("failed_filter", nil, "statuses that are not accounted in spite of that flag: 404,486"),
            .flag("report_ack", false, "whether the ACK of a 2xx is accounted"),
            .flag("report_cancels", false, "whether CANCEL is accounted"),
            .flag("early_media", false, "whether a 183 with a body is accounted"),
            .flag("detect_direction", false, "whether requests of the callee are accounted with the tags of the call"),
            .flag("reason_from_hf", false, "whether the Reason header stands in place of the phrase"),
            .integer("log_level", 1, "level of the log lines, 1 is notice"),
            .string("log_facility", nil, "accepted; log lines go to the daemon's log"),
            .string("log_extra", nil, "more fields of log lines: name=$variable;…"),
            .string("db_extra", nil, "more columns of the tables: name=$variable;…"),
            .string("multi_leg_info", nil, "fields of call legs, a row each: name=$avp(x);…"),
            .string("db_url", nil, "URL of the database"),
            .string("db_table_acc", "acc", "table of transactions"),
            .string("db_table_missed_calls", "missed_calls", "table of missed calls"),
            .integer("time_mode", 0, in: 0...4, "0 nothing, 1 two numbers, 2 a number, 3 local time, 4 UTC"),
            .string("time_attr", "time_attr", "name of the time"),
            .string("time_exten", "time_exten", "name of the microseconds with time_mode 1"),
            .string("time_format", "%Y-%m-%d %H:%M:%S", "format of the time with time_mode 3 and 4"),
            .ignored("db_insert_mode", because: "rows are written without delay and without waiting"),
            .ignored("clone_msg", because: "messages are not changed by those who look at them"),
            .ignored("acc_prepare_flag", because: "every transaction can be accounted"),
            .ignored("acc_prepare_always", because: "every transaction can be accounted"),
        ] + columnNames.map { .string("acc_\($0)_column", $0, "column of the tables") }
}
