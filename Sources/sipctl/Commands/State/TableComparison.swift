import CommandLineInterface
import Database

/// What has to be done so that a table holds the rows of a file.
struct TableComparison {
    static let pruneOption = CommandOption.flag("prune", "remove rows that the file does not have")
    static let maxChangeOption = CommandOption.value(
        "max-change", "PERCENT", "refuse to change more than this part of the rows; 20 or 20%")
    static let options = [
        FileFormat.option, pruneOption, Ownership.option, maxChangeOption, TableOptions.table,
    ]

    private(set) var added: [RowDraft] = []
    private(set) var changed: [(row: RowDraft, changes: RowDraft, names: [String])] = []
    private(set) var removed: [RowDraft] = []
    /// Rows that are as they should be, which get the owner too.
    private(set) var same: [RowDraft] = []
    /// Rows the table has now, of the owner when one is given.
    private(set) var existing = 0

    var count: Int { added.count + changed.count + removed.count }

    /// Compares; `wanted` is complete.
    init(_ wanted: [RowDraft], _ table: OpenTable, scope: RowSelection = RowSelection()) throws {
        let owner = table.invocation.value(of: Ownership.option)
        let owned = try owner.map { try Ownership(table).keys(of: $0) }
        let ownership = Ownership(table)
        let prunes = table.invocation.has(Self.pruneOption)
        var missing: [String: RowDraft] = [:]
        var order: [String] = []
        for row in wanted {
            let key = BulkWriter.key(row, table)
            if missing.updateValue(row, forKey: key) == nil { order.append(key) }
        }
        try table.forEach(scope, locking: table.connection.isInTransaction) { row throws(DatabaseError) in
            let isOwned = owned?.contains(ownership.key(row)) ?? true
            if isOwned { existing += 1 }
            if let target = missing.removeValue(forKey: BulkWriter.key(row, table)) {
                let names = target.differences(to: row).filter { $0 != table.description.stamp }
                if names.isEmpty { same.append(row) } else { changed.append((row, target, names)) }
            } else if prunes, isOwned {
                removed.append(row)
            }
            return .proceed
        }
        added = order.compactMap { missing[$0] }
    }

    /// Refuses a change that is larger than the caller allows.
    func checkSize(_ table: OpenTable) throws(CommandFailure) {
        guard let text = table.invocation.value(of: Self.maxChangeOption) else { return }
        let digits = text.hasSuffix("%") ? String(text.dropLast()) : text
        guard let percent = Double(digits), (0...100).contains(percent) else {
            throw CommandFailure(.usage, "max-change '\(text)' is not a number from 0 to 100")
        }
        // The first load of an empty table is no accident.
        guard existing > 0, Double(count) * 100 > percent * Double(existing) else { return }
        throw CommandFailure(
            .badData,
            "\(count) of \(existing) rows would change in table '\(table.definition.name)', more than \(digits) %",
            hint: "nothing was changed; look with diff, then give a larger --max-change")
    }

    /// Makes the changes; the table's generation rises once, and not at all when nothing differs.
    func apply(to table: OpenTable, expires: Int64 = 0) throws {
        guard count > 0 else { return try change(table, expires: expires) }
        try GenerationTable(table.connection).raisingOnce(table.definition.name.name) {
            try change(table, expires: expires)
        }
    }

    private func change(_ table: OpenTable, expires: Int64) throws {
        let owner = table.invocation.value(of: Ownership.option) ?? ""
        let ownership = Ownership(table)
        let notes = !owner.isEmpty || expires > 0
        for row in removed {
            try table.delete(row)
            if notes { try ownership.forget(row) }
        }
        for change in changed {
            var changes = RowDraft(table.definition, table.engine)
            for name in change.names { changes[name] = change.changes[name] }
            try table.update(change.row, changes)
        }
        try insert(table)
        guard notes else { return }
        let known = try ownership.keys(of: owner)
        for row in added + changed.map(\.row) + same where expires > 0 || !known.contains(ownership.key(row)) {
            try ownership.note(row, owner: owner, expires: expires)
        }
    }

    private func insert(_ table: OpenTable) throws {
        var bulk: BulkInsert?
        var columns: [SQLIdentifier] = []
        for row in added {
            if bulk == nil || columns != row.givenColumns {
                try bulk?.finish()
                columns = row.givenColumns
                bulk = BulkInsert(table.connection, into: table.definition.name, columns: columns)
            }
            try bulk?.add(row.givenValues)
            table.recorder.record(table, before: nil, after: row)
        }
        try bulk?.finish()
    }

    /// Prints what differs: `+` for a row that is missing, `~` for one that differs, `-` for one too many.
    func write(_ table: OpenTable, _ console: Console) {
        for row in added { console.write("+ \(table.describe(row))\n") }
        for (row, changes, names) in changed {
            var parts: [String] = []
            for name in names {
                let isSecret = table.description.secrets.contains(name)
                let (old, new) = isSecret ? ("***", "***") : (row.texts([name])[0], changes.texts([name])[0])
                parts.append("\(name) '\(TextEscape.controls(old))' -> '\(TextEscape.controls(new))'")
            }
            console.write("~ \(table.describe(row)): \(parts.joined(separator: ", "))\n")
        }
        for row in removed { console.write("- \(table.describe(row))\n") }
    }

    /// The numbers for a message.
    var summary: String { "\(added.count) added, \(changed.count) changed, \(removed.count) removed" }
}

extension OpenTable {
    /// All rows of a file, complete; everything wrong with it is told at once.
    func wantedRows(_ path: String, _ format: FileFormat) throws -> [RowDraft] {
        var reader = try RecordReader(path, format, self)
        var rows: [RowDraft] = []
        var errors = ErrorList()
        while !reader.isBroken {
            do throws(CommandFailure) {
                guard let record = try reader.next() else { break }
                var row = record.row
                try complete(&row)
                rows.append(row)
            } catch {
                errors.add(error)
            }
        }
        try errors.check()
        return rows
    }
}
