import CommandLineInterface
import Database

/// What the daemon writes while it runs.
extension TableDescription {
    /// Registered contacts.
    static let location = TableDescription(
        noun: "location", table: "location", summary: "registered contacts, as the database holds them",
        thing: "contact",
        rules: ["username": .username, "domain": .optionalDomain, "contact": .sipURI, "q": .preference],
        key: ["ruid"],
        add: [
            .user(), .column("contact", "CONTACT", "the contact's URI"),
            Slot.column("expires", "EXPIRES", "when it ends, or never").optional,
        ],
        find: [.user()],
        listColumns: ["username", "domain", "contact", "expires", "q", "received", "user_agent"],
        stamp: "last_modified",
        refine: Refinement(columns: ["domain"]) { texts throws(CommandFailure) in
            // A registrar that does not use domains stores none.
            let wanted = texts.first { $0.column == "domain" }?.text
            return { row in
                let domain = row.text("domain") ?? ""
                return domain.isEmpty || domain == wanted
            }
        },
        describe: {
            "contact '\($0.text("contact") ?? "")' of '\($0.text("username") ?? "")@\($0.text("domain") ?? "")'"
        })

    /// Answered requests.
    static let accounting = records("acc", "answered requests", "call record")
    /// Calls that were not answered.
    static let missedCall = records("missed_calls", "calls that were not answered", "missed call")
    /// Whole calls.
    static let callRecord = TableDescription(
        noun: "acc_cdrs", table: "acc_cdrs", summary: "whole calls", thing: "call record",
        key: ["start_time", "end_time"])

    private static func records(_ table: SQLIdentifier, _ summary: String, _ thing: String) -> TableDescription {
        TableDescription(
            noun: table.name, table: table, summary: summary, thing: thing,
            key: ["time", "method", "callid", "from_tag", "to_tag", "sip_code"],
            find: [.column("callid", "CALL", "the Call-ID")])
    }

    /// Running calls.
    static let dialog = TableDescription(
        noun: "dialog", table: "dialog", summary: "running calls", thing: "dialog", key: ["hash_entry", "hash_id"],
        find: [.column("callid", "CALL", "the Call-ID")],
        listColumns: ["hash_entry", "hash_id", "callid", "from_uri", "to_uri", "state", "start_time", "timeout"])

    /// Stored messages.
    static let message = TableDescription(
        noun: "silo", table: "silo", summary: "stored messages", thing: "message", key: ["id"],
        find: [.user()])

    /// Address prefixes that users block.
    static let userBlock = TableDescription(
        noun: "userblocklist", table: "userblocklist", summary: "numbers that users block or allow", thing: "entry",
        rules: ["username": .username, "domain": .optionalDomain, "prefix": .prefix, "allowlist": .number(0...1)],
        key: ["username", "domain", "prefix"],
        add: [
            .user(), .column("prefix", "PREFIX", "the beginning of the number"),
            Slot.column("allowlist", "ALLOW", "1 allows it; 0, which blocks it, when missing").optional,
        ],
        find: [.user(), Slot.column("prefix", "PREFIX", "the beginning of the number").optional],
        example: "alice@pbx.test 0900")

    /// Address prefixes that are blocked for all.
    static let globalBlock = TableDescription(
        noun: "globalblocklist", table: "globalblocklist", summary: "numbers that are blocked or allowed for all",
        thing: "entry", rules: ["prefix": .prefix, "allowlist": .number(0...1)], key: ["prefix"],
        add: [
            .column("prefix", "PREFIX", "the beginning of the number"),
            Slot.column("allowlist", "ALLOW", "1 allows it; 0, which blocks it, when missing").optional,
        ],
        find: [.column("prefix", "PREFIX", "the prefix")],
        reload: "userblocklist.reload_blocklist", example: "0900")
}
