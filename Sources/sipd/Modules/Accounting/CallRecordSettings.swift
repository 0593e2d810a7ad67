import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

/// The parameters of acc that are about whole calls (Kamailio: `cdr_*`).
struct CallRecordSettings: Sendable {
    var isEnabled: Bool
    var isLogged: Bool
    /// Whether a call begins with its ACK and not with its INVITE.
    var startsWhenConfirmed: Bool
    var includesFailed: Bool
    var includesExpired: Bool
    /// Whether an empty field is NULL in the table.
    var writesNull: Bool
    var table: SQLIdentifier?
    /// The variable of a dialog that keeps it from being accounted.
    var skipVariable: ByteString?
    var startName: SQLIdentifier
    var endName: SQLIdentifier
    var durationName: SQLIdentifier

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        isEnabled = parameters.flag("cdr_enable")
        isLogged = parameters.flag("cdr_log_enable")
        startsWhenConfirmed = parameters.flag("cdr_start_on_confirmed")
        includesFailed = parameters.flag("cdr_on_failed")
        includesExpired = parameters.flag("cdr_expired_dlg_enable")
        writesNull = parameters.flag("cdr_extra_nullable")
        skipVariable = parameters.string("cdr_skip")
        let table = parameters.string("cdrs_table") ?? ""
        self.table = table.isEmpty ? nil : try AccountingSettings.identifier("cdrs_table", parameters)
        startName = try AccountingSettings.identifier("cdr_start_id", parameters)
        endName = try AccountingSettings.identifier("cdr_end_id", parameters)
        durationName = try AccountingSettings.identifier("cdr_duration_id", parameters)
    }

    static let descriptions: [ParameterDescription] = [
        .flag("cdr_enable", false, "whether calls are accounted as a whole; needs module dialog"),
        .flag("cdr_log_enable", true, "whether calls are written to the log"),
        .flag("cdr_start_on_confirmed", false, "whether a call begins with its ACK and not with its INVITE"),
        .flag("cdr_on_failed", true, "whether calls that fail are accounted"),
        .flag("cdr_expired_dlg_enable", false, "whether calls that last too long are accounted when they are ended"),
        .string("cdr_facility", nil, "accepted; log lines go to the daemon's log"),
        .string("cdr_extra", nil, "more fields: name=$variable;…"),
        .flag("cdr_extra_nullable", false, "whether an empty field is NULL in the table"),
        .string("cdr_start_id", "start_time", "name of the beginning, also as a variable of the dialog"),
        .string("cdr_end_id", "end_time", "name of the end"),
        .string("cdr_duration_id", "duration", "name of the duration in seconds"),
        .string("cdrs_table", "", "table of calls; none when empty"),
        .string("cdr_skip", nil, "a variable of the dialog that, when set, keeps the call from being accounted"),
    ]
}
