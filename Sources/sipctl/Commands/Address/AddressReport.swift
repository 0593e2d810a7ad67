import CommandLineInterface
import Database
import NetworkAddress

/// `address report`: rows that are twice there, without effect, dangerous, or could be one.
enum AddressReport {
    /// Networks as wide as this admit more than anybody means.
    private static let wideIPv4 = 8
    private static let wideIPv6 = 24

    private struct Entry {
        let id: Int64
        let group: Int64
        let port: Int64
        let prefix: AddressPrefix
    }

    static let command = Command(
        "report", summary: "show rows that are doubled, shadowed, dangerous, unusable, or could be one",
        discussion: """
            duplicate: the same network twice; shadowed: inside a wider one of the same group and port; wide: very many
            addresses; unusable: no daemon can match it; mergeable: two halves of one network. The exit code is 1 when there is
            a finding.
            """,
        arguments: [.optional("GROUP", "only this group")], options: [TableOptions.table],
        examples: [Example("sipctl address report 200", "one group")], run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        var writer = RowWriter(try invocation.layout(["finding", "id", "grp", "address", "detail"]), console: console)
        var count = 0
        let entries = try invocation.reading(.address, console) { table in
            var entries: [Entry] = []
            let selection = try table.selection(TableDescription.address.listSlots, invocation.arguments[...])
            try table.forEach(selection) { row throws(DatabaseError) in
                let id = row["id"]?.integer ?? 0
                let group = row["grp"]?.integer ?? 0
                if let prefix = AddressCheck.prefix(row), group > 0 {
                    entries.append(Entry(id: id, group: group, port: row["port"]?.integer ?? 0, prefix: prefix))
                } else if IPAddress(row.text("ip_addr") ?? "") != nil || group <= 0
                    || !HostName.isIntended(row.text("ip_addr") ?? "")
                {
                    count += 1
                    writer.write([
                        .text("unusable"), .integer(id), .integer(group), Field(row.text("ip_addr")),
                        .text("mask \(row.text("mask") ?? "NULL")"),
                    ])
                }
                return .proceed
            }
            return entries
        }
        for (finding, entry, detail) in findings(entries) {
            count += 1
            writer.write([
                .text(finding), .integer(entry.id), .integer(entry.group), .text("\(entry.prefix)"), .text(detail),
            ])
        }
        writer.finish()
        return count == 0 ? .success : .negative
    }

    /// Sorted by group, port, first address and width, every network stands behind those that contain it.
    private static func findings(_ entries: [Entry]) -> [(String, Entry, String)] {
        let sorted = entries.sorted { left, right in
            (left.group, left.port, left.prefix, left.id) < (right.group, right.port, right.prefix, right.id)
        }
        var findings: [(String, Entry, String)] = []
        var around: [Entry] = []
        var previous: Entry?
        for entry in sorted {
            while let outer = around.last,
                outer.group != entry.group || outer.port != entry.port || !outer.prefix.contains(entry.prefix)
            {
                around.removeLast()
            }
            let wide = entry.prefix.address.isIPv4 ? wideIPv4 : wideIPv6
            if entry.prefix.length <= wide { findings.append(("wide", entry, "a /\(entry.prefix.length)")) }
            if let outer = around.last {
                let isSame = outer.prefix == entry.prefix
                findings.append((isSame ? "duplicate" : "shadowed", entry, "by id \(outer.id), \(outer.prefix)"))
            } else {
                if let left = previous, let parent = parent(left, entry) {
                    findings.append(("mergeable", entry, "with id \(left.id) into \(parent)"))
                }
                previous = entry
            }
            around.append(entry)
        }
        return findings
    }

    private static func parent(_ left: Entry, _ right: Entry) -> AddressPrefix? {
        let length = left.prefix.length
        guard left.group == right.group, left.port == right.port, right.prefix.length == length, length > 0,
            let parent = AddressPrefix(left.prefix.first, length: length - 1), !parent.hasHostBits,
            parent.contains(right.prefix), left.prefix != right.prefix
        else { return nil }
        return parent
    }
}
