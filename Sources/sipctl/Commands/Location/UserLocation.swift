import CommandLineInterface
import ControlProtocol
import Database
import OperatingSystem

/// kamctl's `ul` and `alias`: contacts in the daemon's memory.
struct UserLocation: Sendable {
    private static let briefOption = CommandOption.flag("brief", "only addresses of record and contacts")
    private static let allMethods: Int64 = 4_294_967_295

    /// The daemon's name of the set of contacts: `location`, or `aliases`.
    let domain: String

    static let command = UserLocation(domain: "location").command("ul", ["usrloc"])
    static let aliasCommand = UserLocation(domain: "aliases").command("alias", [])

    private func command(_ name: String, _ aliases: [String]) -> Command {
        Command(
            name, aliases: aliases, summary: "contacts in the daemon's memory, of '\(domain)'",
            section: Sipctl.daemonSection,
            subcommands: [show(name), add(name), remove(name), clean(name)])
    }

    private func show(_ name: String) -> Command {
        Command(
            "show", summary: "show contacts", arguments: [.optional("USER", "user@domain; all when missing")],
            options: [Self.briefOption], examples: [Example("sipctl \(name) show --brief", "kamctl's spelling")],
            run: { invocation, console in
                if let text = invocation.argument(0) {
                    let user = try AddressOfRecord(text, invocation)
                    try Daemon.write(
                        try Daemon.call("ul.lookup", [.string(domain), .string(user.description)], invocation),
                        invocation,
                        console)
                } else {
                    let brief: [JSONValue] = invocation.has(Self.briefOption) ? ["brief"] : []
                    try Daemon.write(try Daemon.call("ul.dump", brief, invocation), invocation, console)
                }
                return .success
            })
    }

    private func add(_ name: String) -> Command {
        Command(
            "add", summary: "add a contact",
            arguments: [
                .required("USER", "user@domain"), .required("CONTACT", "the contact's URI"),
                .optional("SECONDS", "how long it lasts; 0, which means for ever, when missing"),
                .optional("PATH", "the Path to it"),
            ],
            examples: [Example("sipctl \(name) add alice@pbx.test sip:alice@192.0.2.5 3600", "kamctl's spelling")],
            run: { invocation, console in
                let user = try AddressOfRecord(invocation.required(0), invocation)
                let contact = try FieldRule.sipURI.canonical("contact", invocation.required(1))
                let seconds = try FieldRule.number(0...Int64(Int32.max)).canonical(
                    "expires", invocation.argument(2) ?? "0")
                if invocation.isDryRun {
                    invocation.report("added contact '\(contact)' of '\(user)'", on: console)
                    return .success
                }
                _ = try Daemon.call(
                    "ul.add",
                    [
                        .string(domain), .string(user.description), .string(contact), .integer(Int64(seconds) ?? 0),
                        .number(1), .string(invocation.argument(3) ?? "."), .integer(0), .integer(0),
                        .integer(Self.allMethods),
                    ], invocation)
                invocation.report("added contact '\(contact)' of '\(user)'", on: console)
                return .success
            })
    }

    private func remove(_ name: String) -> Command {
        Command(
            "rm", summary: "remove a contact, or all of a user",
            arguments: [.required("USER", "user@domain"), .optional("CONTACT", "the contact's URI")],
            examples: [Example("sipctl \(name) rm alice@pbx.test", "kamctl's spelling")],
            run: { invocation, console in
                let user = try AddressOfRecord(invocation.required(0), invocation)
                var parameters: [JSONValue] = [.string(domain), .string(user.description)]
                var what = "the contacts of '\(user)'"
                if let text = invocation.argument(1) {
                    let contact = try FieldRule.sipURI.canonical("contact", text)
                    parameters.append(.string(contact))
                    what = "contact '\(contact)' of '\(user)'"
                }
                if !invocation.isDryRun {
                    _ = try Daemon.call(parameters.count == 3 ? "ul.rm_contact" : "ul.rm", parameters, invocation)
                }
                invocation.report("removed \(what)", on: console)
                return .success
            })
    }

    /// kamctl's only `ul` command that works on the table.
    private func clean(_ name: String) -> Command {
        Command(
            "dbclean", summary: "remove contacts from the table that ended some time ago",
            arguments: [.optional("SECONDS", "how long ago; 3600 when missing")],
            examples: [Example("sipctl \(name) dbclean 86400", "kamctl's spelling")],
            run: { try LocationClean.run($0, $1) })
    }
}

/// `location clean`, kamctl's `ul dbclean`.
enum LocationClean {
    static let command = Command(
        "clean", summary: "remove contacts from the table that ended some time ago",
        arguments: [.optional("SECONDS", "how long ago; 3600 when missing")],
        examples: [Example("sipctl location clean 86400", "those that ended a day ago")], run: { try run($0, $1) })

    static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let text = invocation.argument(0) ?? "3600"
        guard let seconds = Int64(text), seconds >= 0, text.first != "+" else {
            throw ValueRefusal.failure("seconds", text, "is not a whole number from 0")
        }
        let before = Int64(WallClock.now.seconds) - min(seconds, Int64(Int32.max))
        let count = try invocation.change(console) { try LocationTable($0).deleteExpired(before: before) }
        invocation.report("removed \(count) contact\(count == 1 ? "" : "s")", on: console)
        return .success
    }
}

/// kamctl's `online`: who has a contact.
enum Online {
    static let command = Command(
        "online", summary: "the users who have a contact, one a line", section: Sipctl.daemonSection,
        examples: [Example("sipctl online", "kamctl's spelling")],
        run: { invocation, console in
            let answer = try Daemon.call("ul.dump", ["brief"], invocation)
            var names: Set<String> = []
            collect(answer, &names)
            for name in names.sorted() { console.write(name + "\n") }
            return .success
        })

    /// Addresses of record are the values called `AoR`, however deep they stand.
    private static func collect(_ value: JSONValue, _ names: inout Set<String>) {
        for member in value.objectValue ?? [] {
            if member.name == "AoR", let name = member.value.stringValue { names.insert(name) }
            collect(member.value, &names)
        }
        for element in value.arrayValue ?? [] { collect(element, &names) }
    }
}
