import CommandLineInterface
import ControlProtocol
import Database
import NetworkAddress

/// `address check`: which row would allow an address.
enum AddressCheck {
    private static let portOption = CommandOption.value("port", "PORT", "the source port")
    private static let groupOption = CommandOption.value("group", "N", "only this group")
    private static let sourceOption = CommandOption.value(
        "source", "WHERE", choices: ["both", "db", "memory"], default: "both",
        "the database, the daemon's memory, or both")

    static let command = Command(
        "check", summary: "say which row allows an address",
        discussion: """
            Looks in the database, and in the daemon when it runs. The exit code is 0 when a row matches wherever it was looked
            for, 1 when none does.
            """,
        arguments: [.required("ADDRESS", "an IPv4 or IPv6 address")], options: [portOption, groupOption, sourceOption],
        examples: [Example("sipctl address check 203.0.113.10 --group 200", "would a carrier's call be let in?")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let text = try invocation.required(0)
        guard let address = IPAddress(text) else { throw ValueRefusal.failure("address", text, "is not an IP address") }
        var port: Int64?
        if let text = invocation.value(of: portOption) {
            port = Int64(try FieldRule.number(0...65_535).canonical("port", text))
        }
        let source = invocation.value(of: sourceOption) ?? "both"
        let columns = ["source", "match", "id", "grp", "prefix", "port", "tag"]
        var writer = RowWriter(try invocation.layout(columns), console: console)
        var isAllowed = true
        if source != "memory" {
            let rows = try matches(address, port, invocation, console)
            if rows.isEmpty { writer.write([.text("database"), .boolean(false)]) }
            for row in rows { writer.write([.text("database"), .boolean(true)] + row) }
            isAllowed = !rows.isEmpty
        }
        if source != "db", let row = try inMemory(address, port, invocation, mustAnswer: source == "memory") {
            writer.write([.text("memory")] + row)
            isAllowed = isAllowed && row.first == .boolean(true)
        }
        writer.finish()
        return isAllowed ? .success : .negative
    }

    private static func matches(
        _ address: IPAddress, _ port: Int64?, _ invocation: Invocation, _ console: Console
    ) throws -> [[Field]] {
        try invocation.reading(.address, console) { table in
            var selection = RowSelection()
            if let group = invocation.value(of: groupOption) {
                selection.conditions = try table.conditions([("grp", group)])
            }
            var rows: [[Field]] = []
            try table.forEach(selection) { row throws(DatabaseError) in
                guard let prefix = prefix(row), prefix.contains(address) else { return .proceed }
                let rowPort = row["port"]?.integer ?? 0
                guard rowPort == 0 || port == nil || rowPort == port else { return .proceed }
                rows.append([
                    row["id"]?.integer.map(Field.integer) ?? .null, row["grp"]?.integer.map(Field.integer) ?? .null,
                    .text("\(prefix)"), .integer(rowPort), Field(row.text("tag")),
                ])
                return .proceed
            }
            return rows
        }
    }

    /// The network of a row, as the daemon understands it.
    static func prefix(_ row: RowDraft) -> AddressPrefix? {
        guard let address = IPAddress(row.text("ip_addr") ?? ""), let mask = row["mask"]?.integer else { return nil }
        return AddressPrefix(address, length: Int(clamping: mask))?.masked
    }

    private static func inMemory(
        _ address: IPAddress, _ port: Int64?, _ invocation: Invocation, mustAnswer: Bool
    ) throws -> [Field]? {
        var parameters: [JSONValue] = [.string(address.description)]
        if port != nil || invocation.value(of: groupOption) != nil { parameters.append(.integer(port ?? 0)) }
        if let group = invocation.value(of: groupOption), let number = Int64(group) {
            parameters.append(.integer(number))
        }
        let answer: JSONValue
        do throws(ControlClientError) {
            answer = try Daemon.call("permissions.check", parameters, invocation)
        } catch {
            if mustAnswer { throw error }
            return nil
        }
        guard answer["match"]?.boolValue == true else { return [.boolean(false)] }
        return [
            .boolean(true), .null, Daemon.field(answer["group"] ?? .null), Daemon.field(answer["prefix"] ?? .null),
            Daemon.field(answer["port"] ?? .null), Daemon.field(answer["tag"] ?? .null),
        ]
    }
}
