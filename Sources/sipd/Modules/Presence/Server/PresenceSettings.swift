import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

/// How the presence server works.
struct PresenceSettings: Sendable {
    /// Where subscriptions are kept (`subs_db_mode`).
    enum SubscriptionStorage: Int, Sendable {
        case memory = 0
        case writeThrough = 1
        case writeBack = 2
        case databaseOnly = 3
    }

    var subscriptionStorage = SubscriptionStorage.writeBack
    /// Whether the database is asked for publications each time (`publ_cache` 0), because others write it too.
    var sharesPublications = false
    /// Whether publications are kept in memory only (`publ_cache` 2).
    var keepsPublicationsInMemory = false
    var pool: DatabasePool?
    var maxExpires = 3600
    var minExpires = 0
    /// Whether a time that is too short is raised instead of refused with 423.
    var raisesExpires = false
    var expiresOffset = 0
    /// The URI in Contact; nil for that of the socket.
    var serverAddress: ByteString?
    /// Whether a watcher that does not answer a NOTIFY is forgotten.
    var forgetsSilentWatchers = true
    var flushSeconds = 100
    var presentityTable: SQLIdentifier = "presentity"
    var subscriptionTable: SQLIdentifier = "active_watchers"
    var watcherTable: SQLIdentifier = "watchers"

    init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let url = parameters.string("db_url") ?? ""
        if !url.isEmpty { pool = try server.databases.pool(for: url.string) }
        subscriptionStorage = SubscriptionStorage(rawValue: parameters.integer("subs_db_mode")) ?? .writeBack
        sharesPublications = parameters.integer("publ_cache") == 0
        keepsPublicationsInMemory = parameters.integer("publ_cache") == 2
        if pool == nil {
            subscriptionStorage = .memory
            keepsPublicationsInMemory = true
            sharesPublications = false
        }
        maxExpires = parameters.integer("max_expires")
        minExpires = parameters.integer("min_expires")
        raisesExpires = parameters.integer("min_expires_action") == 2
        expiresOffset = parameters.integer("expires_offset")
        serverAddress = parameters.string("server_address").flatMap { $0.isEmpty ? nil : $0 }
        forgetsSilentWatchers = parameters.flag("timeout_rm_subs")
        flushSeconds = max(1, parameters.integer("db_update_period"))
        presentityTable = try Self.table("presentity_table", parameters)
        subscriptionTable = try Self.table("active_watchers_table", parameters)
        watcherTable = try Self.table("watchers_table", parameters)
        if let serverAddress, (try? SIPURI.parse(serverAddress)) == nil {
            throw ScriptError("server_address '\(serverAddress)' is no URI")
        }
        guard minExpires <= maxExpires else {
            throw ScriptError("min_expires \(minExpires) is above max_expires \(maxExpires)")
        }
    }

    private static func table(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> SQLIdentifier {
        let text = parameters.string(name)?.string ?? ""
        guard let identifier = SQLIdentifier(text) else { throw ScriptError("\(name) '\(text)' is no name of a table") }
        return identifier
    }

    static let descriptions: [ParameterDescription] =
        [
            .string("db_url", nil, "URL of the database; without it everything is in memory only"),
            .string("presentity_table", "presentity", "table of publications"),
            .string("active_watchers_table", "active_watchers", "table of subscriptions"),
            .string("watchers_table", "watchers", "table of what is decided about watchers"),
            .integer(
                "subs_db_mode", 2, in: 0...3, "subscriptions: 0 memory, 1 write-through, 2 write-back, 3 database"),
            .integer("publ_cache", 1, in: 0...2, "publications: 0 database, 1 both, 2 memory"),
            .integer("max_expires", 3600, in: 1...Int(Int32.max), "the most seconds; longer ones are cut"),
            .integer("min_expires", 0, in: 0...Int(Int32.max), "the least seconds"),
            .integer("min_expires_action", 1, in: 1...2, "shorter ones: 1 refused with 423, 2 raised"),
            .integer("expires_offset", 0, in: 0...86_400, "seconds that the server keeps more than it tells"),
            .string("server_address", nil, "URI in Contact; that of the socket without it"),
            .flag("timeout_rm_subs", true, "whether watchers that do not answer are forgotten"),
            .integer("db_update_period", 100, in: 0...86_400, "seconds between writes of mode 2"),
            .integer("clean_period", 100, in: 0...86_400, "accepted; what has ended goes within a second"),
            .flag("send_fast_notify", true, "accepted; NOTIFY follows at once"),
        ]
        + [
            ("cseq_offset", "CSeq goes on where it was"), ("waitn_time", "NOTIFY follows at once"),
            ("notifier_poll_rate", "NOTIFY follows at once"), ("notifier_processes", "NOTIFY follows at once"),
            ("force_delete", "what has ended is removed"), ("startup_mode", "subscriptions are loaded"),
            ("subs_htable_size", "the table grows by itself"), ("pres_htable_size", "the table grows by itself"),
            ("enable_sphere_check", "rules hold in each sphere"), ("fetch_rows", "rows are read one by one"),
            ("db_table_lock_type", "rows are written in transactions"), ("local_log_level", "see debug"),
            ("local_log_facility", "the log is on standard error"), ("subs_remove_match", "dialogs tell apart"),
            ("xavp_cfg", "NOTIFY goes where the dialog says"), ("retrieve_order", "the newest goes first"),
            ("retrieve_order_by", "the newest goes first"), ("sip_uri_match", "hosts are compared without case"),
            ("timer_mode", "there is one timer"), ("pres_subs_mode", "$subs() is not there"),
            ("delete_same_subs", "dialogs tell apart"), ("subs_respond_200", "200 for active, 202 for pending"),
        ].map { .ignored($0.0, because: $0.1) }
}
