import CommandLineInterface
import Database

/// Writes rows of a file into a table quickly, and finds the line of a row that is there already.
final class BulkWriter {
    /// What happens to a row that is there already.
    enum Conflict: String, CaseIterable, Sendable {
        case fail, skip, update

        static let option = CommandOption.value(
            "on-conflict", "WHAT", choices: allCases.map(\.rawValue), default: "fail",
            "what happens to a row that is in the table already")
    }

    private let table: OpenTable
    private let conflict: Conflict
    /// Whether the engine knows that two rows with the same key are one.
    private let engineKnowsKey: Bool
    /// The rows that are there, where the engine does not know.
    private var known: [String: RowDraft] = [:]
    private var bulk: BulkInsert?
    private var columns: [SQLIdentifier] = []
    private var waiting: [(line: Int, row: RowDraft)] = []
    private let fileName: String
    private(set) var added = 0
    private(set) var changed = 0
    private(set) var skipped = 0

    init(_ table: OpenTable, _ conflict: Conflict, fileName: String) throws {
        self.table = table
        self.conflict = conflict
        self.fileName = fileName
        let key = Set(table.description.key)
        engineKnowsKey = table.definition.uniqueKeys.contains { Set($0.map(\.name)) == key }
        guard !engineKnowsKey else { return }
        try table.forEach(RowSelection()) { row throws(DatabaseError) in
            known[Self.key(row, table)] = row
            return .proceed
        }
    }

    static func key(_ row: RowDraft, _ table: OpenTable) -> String {
        row.texts(table.description.key).joined(separator: "\u{1F}")
    }

    func write(_ record: RecordReader.Record) throws {
        var row = record.row
        do throws(CommandFailure) {
            try table.complete(&row)
        } catch {
            throw CommandFailure(error.exitCode, "\(fileName):\(record.line): \(error.message)", hint: error.hint)
        }
        if !engineKnowsKey {
            let key = Self.key(row, table)
            if let there = known[key] {
                try settle(record, there)
                return
            }
            known[key] = row
            table.recorder.record(table, before: nil, after: row)
            added += 1
        }
        if bulk == nil || columns != row.givenColumns { try begin(row.givenColumns) }
        waiting.append((record.line, row))
        do throws(DatabaseError) {
            try bulk?.add(row.givenValues)
        } catch {
            throw try named(error)
        }
        if bulk?.waitingCount == 0 { waiting.removeAll(keepingCapacity: true) }
    }

    private func begin(_ columns: [SQLIdentifier]) throws {
        try finish()
        self.columns = columns
        let key = Set(table.description.key)
        let onConflict: BulkInsert.Conflict =
            switch (engineKnowsKey, conflict) {
            case (false, _), (true, .fail): .fail
            case (true, .skip): .skip
            case (true, .update): .update(columns.filter { !key.contains($0.name) })
            }
        bulk = BulkInsert(table.connection, into: table.definition.name, columns: columns, onConflict: onConflict)
    }

    /// A row that is there, in a table whose engine does not know.
    private func settle(_ record: RecordReader.Record, _ there: RowDraft) throws {
        switch conflict {
        case .fail: throw duplicate(record.line, record.row)
        case .skip: skipped += 1
        case .update:
            // A row of the same file has no number yet.
            guard there["id"] != nil else { throw duplicate(record.line, record.row) }
            if record.row.differences(to: there).filter({ $0 != table.description.stamp }).isEmpty {
                skipped += 1
            } else {
                try table.update(there, record.row)
                changed += 1
            }
        }
    }

    func finish() throws {
        do throws(DatabaseError) {
            try bulk?.finish()
        } catch {
            throw try named(error)
        }
        waiting.removeAll(keepingCapacity: true)
    }

    // MARK: Errors

    private func duplicate(_ line: Int, _ row: RowDraft) -> CommandFailure {
        CommandFailure(
            .alreadyExists, "\(fileName):\(line): \(table.describe(row)) is in the table already",
            hint: "--on-conflict skip leaves it as it is, --on-conflict update changes it")
    }

    /// Finds the line that an error of the engine is about.
    private func named(_ error: DatabaseError) throws -> any Error {
        guard error.reason == .duplicate, let last = waiting.last else { return error }
        var seen: Set<String> = []
        for (line, row) in waiting {
            let isRepeated = !seen.insert(Self.key(row, table)).inserted
            if try isRepeated || table.existing(row) != nil { return duplicate(line, row) }
        }
        return duplicate(last.line, last.row)
    }
}
