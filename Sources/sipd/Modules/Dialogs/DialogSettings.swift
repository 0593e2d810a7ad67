import ModuleInterface
import SIPMessage
import ScriptEngine

/// The parameters of module dialog.
struct DialogSettings: Sendable {
    /// How requests are told to belong to a dialog (Kamailio: `dlg_match_mode`).
    enum Matching: Int, Sendable {
        case byIdentifier, byIdentifierOrTags, byTags
    }

    var defaultLifetime: Int
    var earlySeconds: Int
    var noAckSeconds: Int
    var endSeconds: Int
    var sendsBye: Bool
    var keepsTimeout: Bool
    var detectsSpirals: Bool
    var matching: Matching
    var routeParameter: ByteString
    var extraHeaders: ByteString
    var hashSize: Int
    var keepAliveSeconds: Int
    var keepAliveFailuresMax: Int
    /// Created for every INVITE that has this flag.
    var flag: Int?

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        defaultLifetime = parameters.integer("default_timeout")
        earlySeconds = parameters.integer("early_timeout")
        noAckSeconds = parameters.integer("noack_timeout")
        endSeconds = parameters.integer("end_timeout")
        sendsBye = parameters.flag("send_bye")
        keepsTimeout = parameters.flag("timeout_noreset")
        detectsSpirals = parameters.flag("detect_spirals")
        matching = Matching(rawValue: parameters.integer("dlg_match_mode")) ?? .byIdentifier
        routeParameter = parameters.string("rr_param") ?? "did"
        extraHeaders = Self.unescaped(parameters.string("dlg_extra_hdrs") ?? "")
        hashSize = parameters.integer("hash_size")
        keepAliveSeconds = parameters.integer("ka_interval")
        keepAliveFailuresMax = parameters.integer("ka_failed_limit")
        let flag = parameters.integer("dlg_flag")
        self.flag = flag < 0 ? nil : flag
        guard routeParameter.bytes.allSatisfy(Self.isTokenByte), !routeParameter.isEmpty else {
            throw ScriptError("parameter 'rr_param': '\(routeParameter)' is no name of a parameter")
        }
        guard extraHeaders.isEmpty || extraHeaders.hasSuffix("\r\n") else {
            throw ScriptError("parameter 'dlg_extra_hdrs' does not end with a line end", hint: "add \\r\\n")
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// Line ends that stand as `\r\n` in the text.
    private static func unescaped(_ text: ByteString) -> ByteString {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text.bytes {
            if isEscaped {
                isEscaped = false
                switch byte {
                case UInt8(ascii: "r"): bytes.append(13)
                case UInt8(ascii: "n"): bytes.append(10)
                default: bytes += [UInt8(ascii: "\\"), byte]
                }
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return ByteString(bytes)
    }

    static let descriptions: [ParameterDescription] = [
        .integer("default_timeout", 43_200, in: 1...Int(Int32.max), "seconds that a call may last"),
        .integer("early_timeout", 300, in: 1...86_400, "seconds that a call may ring"),
        .integer("noack_timeout", 60, in: 1...86_400, "seconds that the ACK of a 2xx may take"),
        .integer("end_timeout", 300, in: 1...86_400, "seconds after which a call that has not been ended is forgotten"),
        .string("timeout_avp", nil, "a variable that holds the seconds that this call may last"),
        .flag("timeout_noreset", false, "whether requests inside the call leave the time as it is"),
        .flag("send_bye", false, "whether both sides get a BYE when the call lasts too long"),
        .flag("detect_spirals", true, "whether an INVITE that comes round again belongs to the same dialog"),
        .integer("dlg_match_mode", 0, in: 0...2, "0 by the Route parameter, 1 by that or by the tags, 2 by the tags"),
        .string("rr_param", "did", "the parameter in Record-Route that names the dialog"),
        .string("dlg_extra_hdrs", nil, "header lines of requests made here, each with \\r\\n"),
        .integer("hash_size", 4096, in: 1...1 << 24, "the bound of h_entry"),
        .integer("ka_timer", 0, in: 0...86_400, "accepted; ka_interval alone decides"),
        .integer("ka_interval", 30, in: 30...86_400, "seconds between OPTIONS for dialogs with ka-src or ka-dst"),
        .integer("ka_failed_limit", 1, in: 1...1000, "failures in a row after which such a dialog is ended"),
        .integer("dlg_flag", -1, in: -1...31, "flag of INVITEs that are followed without dlg_manage()"),
        .string("profiles_with_value", "", "names of profiles that count by a value: a;b"),
        .string("profiles_no_value", "", "names of profiles without value: a;b"),
        .integer("db_mode", 0, in: 0...3, "0 memory only, 1 at once, 2 every db_update_period, 3 at the end"),
        .integer("db_update_period", 60, in: 1...86_400, "seconds between writes with db_mode 2"),
        .flag("db_skip_load", false, "whether dialogs in the table are left alone at start"),
        .string("db_url", nil, "URL of the database"),
        .string("table_name", "dialog", "table of dialogs"),
        .string("vars_table_name", "dialog_vars", "table of the dialogs' variables"),
        .flag("enable_dmq", false, "replication to other nodes; only 0 is supported"),
        .flag("enable_stats", true, "accepted; counters are always kept"),
        .ignored("event_callback", because: "there is no KEMI script"),
        .ignored("initial_cbs_inscript", because: "dialogs are made when dlg_manage() is called"),
        .ignored("keep_proxy_rr", because: "routes of this server are never kept"),
        .ignored("track_cseq_updates", because: "uac_auth() keeps the CSeq of the caller"),
        .ignored("lreq_callee_headers", because: "dlg_bridge() is not supported"),
        .ignored("bridge_controller", because: "dlg_bridge() is not supported"),
        .ignored("bridge_contact", because: "dlg_bridge() is not supported"),
        .ignored("ruri_pvar", because: "the Request-URI of each message is kept"),
        .ignored("timer_procs", because: "each worker looks after its own dialogs"),
        .ignored("wait_ack", because: "an ACK is always waited for"),
        .ignored("h_id_start", because: "numbers start somewhere and are given out one by one"),
        .ignored("h_id_step", because: "numbers start somewhere and are given out one by one"),
        .ignored("db_fetch_rows", because: "rows are read one by one"),
        .ignored("dlg_filter_mode", because: "each message is looked at once"),
        .ignored("debug_variables_list", because: "the control socket shows all variables"),
    ]
}
