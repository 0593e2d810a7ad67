import CommandLineInterface
import Database

/// The rows a command is about.
struct RowSelection {
    var conditions: [RowCondition] = []
    /// Addresses are compared as addresses, whatever their spelling; SQL cannot.
    var accepts: (@Sendable (RowDraft) -> Bool)?

    /// Whether nothing was said, so that every row is meant.
    var isEverything: Bool { conditions.isEmpty && accepts == nil }
}

extension OpenTable {
    /// The rows that words, filter options, `--where` and `--id` ask for; one selection for each repeated word.
    func selections(_ slots: [Slot], _ words: ArraySlice<String>) throws(CommandFailure) -> [RowSelection] {
        var common: [RowCondition] = []
        for filter in description.filters {
            guard let text = invocation.value(of: filter.option) else { continue }
            common += try conditions(try filter.slot.texts(text, invocation))
        }
        for text in invocation.values(of: TableOptions.condition) {
            common.append(try TableOptions.condition(text, self))
        }
        if let id = try idCondition(words) { return [RowSelection(conditions: common + [id])] }
        var result: [RowSelection] = []
        for texts in try slots.rows(words, invocation) {
            var selection = RowSelection(conditions: common)
            if let refine = description.refine, texts.contains(where: { refine.columns.contains($0.column) }) {
                selection.accepts = try refine.test(texts)
                selection.conditions += try conditions(texts.filter { !refine.columns.contains($0.column) })
            } else {
                selection.conditions += try conditions(texts)
            }
            result.append(selection)
        }
        return result
    }

    /// All rows that a command line without repeated words asks for.
    func selection(_ slots: [Slot], _ words: ArraySlice<String>) throws(CommandFailure) -> RowSelection {
        try selections(slots, words).first ?? RowSelection()
    }

    private func idCondition(_ words: ArraySlice<String>) throws(CommandFailure) -> RowCondition? {
        var text = invocation.value(of: TableOptions.id)
        if text != nil, !words.isEmpty {
            throw CommandFailure(.usage, "--id names one row, other words are not needed")
        }
        if text == nil, description.oneNumberIsID, words.count == 1, let word = words.first, Int64(word) != nil {
            text = word
        }
        guard let text else { return nil }
        guard let id = Int64(text) else { throw ValueRefusal.failure("id", text, "is not a whole number") }
        return RowCondition("id", .equal, .integer(id))
    }

    /// Conditions for texts; one that its rule refuses is looked for as it is, because other tools store it.
    func conditions(_ texts: [(column: String, text: String)]) throws(CommandFailure) -> [RowCondition] {
        var result: [RowCondition] = []
        for (name, text) in texts {
            let column = try column(name)
            var canonical = text
            if let rule = description.rules[name], let stored = try? rule.canonical(name, text) { canonical = stored }
            result.append(
                RowCondition(column.name, .equal, try ColumnText.value(canonical, column, engine: engine)))
        }
        return result
    }

    /// Hands over whole rows.
    func forEach(
        _ selection: RowSelection, order: [RowQuery.Order] = [RowQuery.Order("id")], locking: Bool = false,
        _ body: (RowDraft) throws(DatabaseError) -> RowStep
    ) throws(DatabaseError) {
        var query = RowQuery(columns: definition.columns.map(\.name))
        query.conditions = selection.conditions
        query.order = definition.hasID ? order : []
        try rows.forEach(query, locking: locking) { row throws(DatabaseError) in
            let draft = RowDraft(definition, engine, row)
            guard selection.accepts?(draft) ?? true else { return .proceed }
            return try body(draft)
        }
    }

    /// The rows of a selection, which are locked inside a transaction.
    func found(_ selection: RowSelection) throws(DatabaseError) -> [RowDraft] {
        var result: [RowDraft] = []
        try forEach(selection, locking: connection.isInTransaction) { row throws(DatabaseError) in
            result.append(row)
            return .proceed
        }
        return result
    }
}
