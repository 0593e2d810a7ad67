import Database
package import ModuleInterface
import OperatingSystem
import SIPMessage
package import ScriptEngine

/// Module `presence_xml`: the packages `presence` and `presence.winfo`.
package struct PresenceXMLModule: ScriptModule {
    private let server: Server
    private let pool: DatabasePool?
    private let table: SQLIdentifier

    /// The number of rules documents in the table of XCAP documents.
    private static let rulesType: Int64 = 2

    /// Reads the parameters and registers the packages.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard let presence = server.interface(PresenceServer.self) else {
            throw ScriptError(
                "module presence must be loaded first", hint: "add loadmodule \"presence.so\" above presence_xml")
        }
        self.server = server
        let isOpen = parameters.flag("force_active")
        let url = parameters.string("db_url") ?? ""
        guard let table = SQLIdentifier((parameters.string("xcap_table") ?? "").string) else {
            throw ScriptError("xcap_table is no name of a table")
        }
        self.table = table
        pool = isOpen ? nil : try server.databases.pool(for: url.string)
        let expires = parameters.integer("default_expires")
        if !parameters.flag("disable_presence") {
            var package = EventPackage(
                name: "presence", contentType: "application/pidf+xml", defaultExpires: expires,
                problem: PresenceDocument.problem, compose: PresenceDocument.compose,
                composeBlocked: { PresenceDocument.closed(for: $0.key) })
            if let pool {
                package.decide = { key, watcher in try Self.decide(key, watcher, pool, table) }
            }
            presence.register(package)
        }
        guard !parameters.flag("disable_winfo") else { return }
        presence.register(
            EventPackage(
                name: "presence.winfo", contentType: "application/watcherinfo+xml", isWatcherInformation: true,
                isPublished: false, defaultExpires: expires, compose: { _ in nil }))
    }

    /// Checks the table of rules.
    package func start() async throws {
        guard let pool else { return }
        try await server.databases.checkVersions(of: [table.name], like: "xcap", in: pool)
    }

    private static func decide(
        _ key: PresentityKey, _ watcher: ByteString, _ pool: DatabasePool, _ table: SQLIdentifier
    ) throws -> RuleDecision {
        let row = try pool.withConnection {
            try $0.firstRow(
                "SELECT doc FROM \(table.quoted) WHERE username = ? AND domain = ? AND doc_type = ?",
                [.text(key.username.string), .text(key.domain.string), .integer(rulesType)])
        }
        guard let row, let watcher = PresentityKey(uri: watcher, event: key.event) else {
            return RuleDecision(status: .pending)
        }
        let document =
            if case .blob(let bytes) = row[0] { ByteString(bytes) } else { ByteString(row[0].text ?? "") }
        let now = CalendarTime.text(Int64(WallClock.now.seconds), in: .utc)
        let words = now.split(separator: " ")
        return PresenceRules(document)?.decision(about: watcher, at: words.joined(separator: "T") + "Z")
            ?? RuleDecision(status: .pending)
    }

    /// What the module offers.
    package static var description: ModuleDescription<PresenceXMLModule> {
        ModuleDescription(
            name: "presence_xml", summary: "The event packages presence and presence.winfo.",
            parameters: [
                .string("db_url", "mysql://kamailio:kamailiorw@localhost/kamailio", "URL of the database with rules"),
                .string("xcap_table", "xcap", "its table"),
                .flag("force_active", false, "whether everybody may watch everybody, whatever rules say"),
                .flag("disable_presence", false, "whether the package presence is left out"),
                .flag("disable_winfo", false, "whether the package presence.winfo is left out"),
                .integer("default_expires", 3600, in: 1...Int(Int32.max), "seconds of requests that name none"),
                .flag("integrated_xcap_server", true, "accepted; rules are read from the table"),
                .ignored("disable_bla", because: "the package dialog;sla is not there"),
                .ignored("disable_xcapdiff", because: "the package xcap-diff is not there"),
                .ignored("passive_mode", because: "rules are read from the table"),
                .ignored("xcap_server", because: "rules are read from the table"),
                .ignored("xcapauth_userdel_reason", because: "watchers are not removed with a user"),
                .ignored("force_dummy_presence", because: "NOTIFY has no body when nothing is published"),
                .ignored("force_presence_single_body", because: "documents are put together"),
                .ignored("presence_single_body_priorities", because: "documents are put together"),
                .ignored("presence_single_body_lookup_element", because: "documents are put together"),
            ])
    }
}
