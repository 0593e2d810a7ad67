import CommandLineInterface
import ControlProtocol
import Database
import DigestAuthentication
import OperatingSystem

/// `location add` and `location rm`: through the daemon when it holds the contacts, else in the table.
enum LocationChange {
    private static let sourceOption = CommandOption.value(
        "source", "WHERE", choices: ["auto", "db", "memory"], default: "auto",
        "the table, or the daemon's memory; auto asks the daemon when it runs")
    private static let preferenceOption = CommandOption.value("q", "Q", default: "1", "the preference, from 0 to 1")
    private static let pathOption = CommandOption.value("path", "PATH", "the Path to the contact")
    private static let allMethods: Int64 = 4_294_967_295

    static let commands: [Command] = [
        Command(
            "add", summary: "add a contact",
            discussion:
                "A running daemon adds it itself, so that its memory and the table agree; else the table gets the row.",
            arguments: [
                .required("USER", "user@domain"), .required("CONTACT", "the contact's URI"),
                .optional("SECONDS", "how long it lasts; 0, which means for ever, when missing"),
            ],
            options: [preferenceOption, pathOption, sourceOption],
            examples: [Example("sipctl location add alice@pbx.test sip:alice@192.0.2.5 3600", "for an hour")],
            run: { try add($0, $1) }),
        Command(
            "rm", summary: "remove a contact, or all of a user",
            discussion: "A running daemon removes it itself, so that its memory and the table agree.",
            arguments: [.required("USER", "user@domain"), .optional("CONTACT", "the contact's URI; all when missing")],
            options: [TableOptions.ifExists, sourceOption],
            examples: [Example("sipctl location rm alice@pbx.test", "all contacts of a user")],
            run: { try remove($0, $1) }),
    ]

    /// Calls the daemon; false when the table is to be changed instead.
    private static func ask(_ method: String, _ parameters: [JSONValue], _ invocation: Invocation) throws -> Bool {
        let source = invocation.value(of: sourceOption) ?? "auto"
        guard source != "db" else { return false }
        do throws(ControlClientError) {
            _ = try Daemon.call(method, parameters, invocation)
            return true
        } catch {
            switch error {
            case .notFound where source == "auto", .refused where source == "auto": return false
            default: throw error
            }
        }
    }

    private static func add(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let contact = try FieldRule.sipURI.canonical("contact", invocation.required(1))
        let seconds =
            Int64(try FieldRule.number(0...Int64(Int32.max)).canonical("seconds", invocation.argument(2) ?? "0")) ?? 0
        let preference =
            Double(try FieldRule.preference.canonical("q", invocation.value(of: preferenceOption) ?? "1")) ?? 1
        let path = invocation.value(of: pathOption)
        let note = "added contact '\(contact)' of '\(user)'"
        if !invocation.isDryRun {
            let parameters: [JSONValue] = [
                "location", .string(user.description), .string(contact), .integer(seconds), .number(preference),
                .string(path ?? "."), 0, 0, .integer(allMethods),
            ]
            if try ask("ul.add", parameters, invocation) {
                console.note(note + ", by the daemon")
                return .success
            }
        }
        var record = LocationRecord(ruid: newID(), username: user.username, domain: user.domain, contact: contact)
        let now = Int64(WallClock.now.seconds)
        record.expires = seconds == 0 ? 0 : now + seconds
        record.lastModified = now
        record.q = preference
        record.path = path
        record.callID = "sipctl"
        record.userAgent = "sipctl"
        try invocation.change(console) { connection in
            let table = LocationTable(connection)
            var isThere = false
            try table.forEach(.addressOfRecord(username: user.username, domain: user.domain)) {
                row throws(DatabaseError) in
                isThere = isThere || row.contact == contact
                return .proceed
            }
            guard !isThere else {
                throw CommandFailure(.alreadyExists, "contact '\(contact)' of '\(user)' is in the table")
            }
            try table.insert(record)
        }
        invocation.report(note, on: console)
        return .success
    }

    private static func newID() -> String {
        let digits = Array("0123456789abcdef")
        return "sipctl-" + String(randomBytes(12).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func remove(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let contact = try invocation.argument(1).map { text throws(CommandFailure) in
            try FieldRule.sipURI.canonical("contact", text)
        }
        let what = contact.map { "contact '\($0)' of '\(user)'" } ?? "the contacts of '\(user)'"
        if !invocation.isDryRun {
            let parameters =
                [JSONValue.string("location"), .string(user.description)] + (contact.map { [.string($0)] } ?? [])
            if try ask(contact == nil ? "ul.rm" : "ul.rm_contact", parameters, invocation) {
                console.note("removed \(what), by the daemon")
                return .success
            }
        }
        let count = try invocation.editing(.location, console) { table in
            var selection = try table.selection([Slot.user()], [user.description])
            if let contact { selection.conditions.append(RowCondition("contact", .equal, .text(contact))) }
            let rows = try table.found(selection)
            guard !rows.isEmpty || invocation.has(TableOptions.ifExists) else {
                throw CommandFailure(
                    .noSuchRecord, "there is no contact of '\(user)' like that",
                    hint: "'sipctl location list' shows all")
            }
            for row in rows { try table.delete(row) }
            return rows.count
        }
        invocation.report(count == 0 ? "removed nothing" : "removed \(what)", on: console)
        return .success
    }
}
