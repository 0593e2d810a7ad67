import CommandLineInterface
import ControlProtocol
import Database
import OperatingSystem

/// `address sync`: makes a group hold what a list from elsewhere says.
enum AddressSync {
    private static let groupOption = CommandOption.value("group", "N", "the group")
    private static let fromOption = CommandOption.value(
        "from", "SOURCE", "a file, - for standard input, https://..., or dns:NAME")
    private static let minimumOption = CommandOption.value(
        "min-entries", "N", default: "1", "refuse a list with fewer addresses")
    private static let tagOption = CommandOption.value("tag", "TAG", "the tag of addresses that the list gives none")
    private static let changedExitOption = CommandOption.value(
        "changed-exit", "CODE", "exit with this code when something was changed; 0 when missing")

    static let command = Command(
        "sync", summary: "make a group hold what a list from elsewhere says",
        discussion: """
            Fetches the list, checks every address, compares, and changes what differs in one transaction; nothing is changed
            when one address is wrong, when there are too few, or when too much would change. Lists are one address a line
            (address[/mask] [port] [tag], # begins a comment), CSV with ip_addr in its first line, or JSON. Says nothing when
            nothing changed. Addresses that the list does not have are removed with --prune, with --owner only those of that
            owner. https:// needs curl.
            """,
        options: [
            groupOption, fromOption, TableComparison.pruneOption, Ownership.option, minimumOption,
            TableComparison.maxChangeOption, tagOption, AddressExpiry.option, changedExitOption, DaemonReload.option,
            AddressEntry.maskHostBitsOption, TableOptions.table,
        ],
        examples: [
            Example(
                "printf '192.0.2.1\\n198.51.100.0/24\\n' | sipctl address sync --group 200 --from - --prune --max-change 20%",
                "for cron")
        ],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        guard let group = invocation.value(of: groupOption), let source = invocation.value(of: fromOption) else {
            throw CommandFailure(.usage, "missing --group and --from", hint: "sipctl help address sync")
        }
        let minimum = Int(
            try FieldRule.number(0...1_000_000_000).canonical("min-entries", invocation.value(of: minimumOption) ?? "1")
        )
        let code = try invocation.value(of: changedExitOption).map { text throws(CommandFailure) in
            Int32(try FieldRule.number(0...255).canonical("changed-exit", text)) ?? 0
        }
        let expires = try AddressExpiry.seconds(invocation)
        let feed = try AddressFeed(source)
        guard feed.entries.count >= minimum ?? 1 else {
            throw CommandFailure(
                .badData, "'\(feed.name)' has \(feed.entries.count) addresses, fewer than \(minimum ?? 1)",
                hint: "nothing was changed; --min-entries says how few are too few")
        }
        let result = try invocation.editing(.address, console) { table in
            let rows = try rows(feed, group, table)
            var scope = RowSelection()
            scope.conditions = try table.conditions([("grp", group)])
            let comparison = try TableComparison(rows, table, scope: scope)
            try comparison.checkSize(table)
            try comparison.apply(to: table, expires: expires)
            return comparison
        }
        guard result.count > 0 else { return .success }
        invocation.report("synchronised group \(group) with '\(feed.name)': \(result.summary)", on: console)
        if invocation.has(DaemonReload.option), !invocation.isDryRun { try confirmReload(invocation, console) }
        if let code { console.exitCode = code }
        return .success
    }

    private static func rows(_ feed: AddressFeed, _ group: String, _ table: OpenTable) throws -> [RowDraft] {
        var rows: [RowDraft] = []
        var errors = ErrorList()
        for entry in feed.entries {
            do throws(CommandFailure) {
                guard entry.texts.contains(where: { $0.column == "ip_addr" }) else {
                    throw CommandFailure(.badData, "there is no ip_addr")
                }
                var texts = entry.texts
                texts.append(("grp", group))
                if let tag = table.invocation.value(of: tagOption), !texts.contains(where: { $0.column == "tag" }) {
                    texts.append(("tag", tag))
                }
                var row = try table.draft(texts)
                try table.normalise(&row)
                try table.complete(&row)
                rows.append(row)
            } catch {
                errors.add(CommandFailure(.badData, "\(feed.name):\(entry.line): \(error.message)", hint: error.hint))
            }
        }
        try errors.check()
        return rows
    }

    /// Reloads, and asks the daemon whether it runs what the database holds.
    private static func confirmReload(_ invocation: Invocation, _ console: Console) throws {
        _ = try Daemon.call("permissions.addressReload", [], invocation)
        guard let drift = try? Daemon.call("core.drift", [], invocation) else {
            console.note("reloaded")
            return
        }
        let entry = drift["tables"]?.arrayValue?.first { $0["table"]?.stringValue == "address" }
        guard entry?["drift"]?.boolValue != true else {
            throw CommandFailure(
                .tryLater, "the daemon was told to reload and still runs an older list",
                hint: "'sipctl status' compares them")
        }
        let generation = entry?["running"]?.integerValue.map { ", generation \($0)" } ?? ""
        console.note("reloaded\(generation)")
    }
}

/// Addresses that end by themselves.
enum AddressExpiry {
    static let option = CommandOption.value(
        "expires", "TIME", "remove the row after this time, as in 2h, 30m or 7d; 'address sweep' does it")

    /// When rows of this command end, in seconds since 1970; 0 for never.
    static func seconds(_ invocation: Invocation) throws(CommandFailure) -> Int64 {
        guard let text = invocation.value(of: option) else { return 0 }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? text[...] : text.dropLast()), (1...1_000_000_000).contains(number) else {
            throw ValueRefusal.failure("expires", text, "is not a time", fix: "as in 90s, 30m, 2h or 7d")
        }
        return Int64(WallClock.now.seconds) + number * (unit ?? 1)
    }

    static let sweep = Command(
        "sweep", summary: "remove the addresses whose time is over",
        discussion: "Run it by cron; it says nothing when there is nothing to do.", options: [DaemonReload.option],
        examples: [Example("sipctl address sweep", "for cron")],
        run: { invocation, console in
            let names = try invocation.editing(.address, console) { table in
                let ownership = Ownership(table)
                let keys = try ownership.expired(at: Int64(WallClock.now.seconds))
                guard !keys.isEmpty else { return [String]() }
                var rows: [RowDraft] = []
                try table.forEach(RowSelection()) { row throws(DatabaseError) in
                    if keys.contains(ownership.key(row)) { rows.append(row) }
                    return .proceed
                }
                for row in rows {
                    try table.delete(row)
                    try ownership.forget(row)
                }
                return rows.map(table.describe)
            }
            for name in names { invocation.report("removed \(name)", on: console) }
            guard !names.isEmpty else { return .success }
            return try DaemonReload.followUp(.address, invocation, console)
        })
}
