import ModuleInterface
import SIPMessage
import ScriptEngine

extension HashTablesModule {
    /// Functions that look at, or remove, the items whose name or value matches.
    static var searchFunctions: [FunctionDescription<HashTablesModule>] {
        [
            removingMatches("sht_rm_name_re", "name") { condition, name, _ in condition.isSatisfied(by: name) },
            removingMatches("sht_rm_value_re", "value") { condition, _, value in condition.isSatisfied(by: value) },
            comparing("sht_rm_name", "Removes the items whose name matches.") { table, condition in
                table.removeAll { name, _ in condition.isSatisfied(by: name) }
                return true
            },
            comparing("sht_rm_value", "Removes the items whose value is a text that matches.") { table, condition in
                table.removeAll { _, value in condition.isSatisfied(by: value) }
                return true
            },
        ]
            + ["sht_match_name", "sht_has_name"].map { function in
                comparing(function, "Whether any item's name matches.") { table, condition in
                    table.contains(now: HashTableSet.now) { name, _ in condition.isSatisfied(by: name) }
                }
            }
            + ["sht_match_str_value", "sht_has_str_value"].map { function in
                comparing(function, "Whether any item's value is a text that matches.") { table, condition in
                    table.contains(now: HashTableSet.now) { _, value in condition.isSatisfied(by: value) }
                }
            }
    }

    private static func comparing(
        _ name: String, _ summary: String,
        _ act: @escaping @Sendable (HashTable, ItemCondition) -> Bool
    ) -> FunctionDescription<HashTablesModule> {
        FunctionDescription(
            name, [.format, .format, .format],
            summary: summary + " Operators: eq, ne, sw starts, ew ends, in contains, re expression.",
            example: "\(name)(\"calls\", \"sw\", \"$ci\");"
        ) { module, arguments throws(ScriptError) in
            let table = try TableArgument(arguments[0], module)
            if let operation = arguments[1].constant?.text {
                guard try ItemCondition(operation: operation, "x") != nil else {
                    throw ScriptError("operator '\(operation)' is unknown", hint: "eq, ne, sw, ew, in and re are")
                }
            }
            return { context in
                guard let table = table.table(in: context),
                    let condition = try? ItemCondition(
                        operation: arguments[1].text(in: context), arguments[2].text(in: context))
                else { return .failure }
                return act(table, condition) ? .success : .failure
            }
        }
    }

    private static func removingMatches(
        _ name: String, _ what: String,
        _ matches: @escaping @Sendable (ItemCondition, ByteString, HashTableValue) -> Bool
    ) -> FunctionDescription<HashTablesModule> {
        FunctionDescription(
            name, [.format], summary: "Removes the items whose \(what) matches a regular expression.",
            example: "\(name)(\"calls=>^alice\");"
        ) { module, arguments throws(ScriptError) in
            try TableArgument.check(arguments[0], module)
            return { context in
                guard let (name, pattern) = arguments[0].text(in: context).splitAtArrow(),
                    let table = module.tables[name], let expression = try? RegularExpression(pattern)
                else { return .failure }
                table.removeAll { matches(.matches(expression), $0, $1) }
                return .success
            }
        }
    }

    // MARK: - Iterators

    /// Functions that walk over a table.
    static var iteratorFunctions: [FunctionDescription<HashTablesModule>] {
        [
            FunctionDescription(
                "sht_iterator_start", [.format, .format], summary: "Begins to walk over a table.",
                example: "sht_iterator_start(\"i1\", \"calls\");"
            ) { module, arguments throws(ScriptError) in
                let table = try TableArgument(arguments[1], module)
                return { context in
                    guard let table = table.table(in: context) else { return .failure }
                    HashTableIterators.of(context)[arguments[0].text(in: context)] = HashTableIterator(table)
                    return .success
                }
            },
            iterating("sht_iterator_next", "Goes to the next item; false at the end.") { iterator, _, _ in
                iterator.next(now: HashTableSet.now)
            },
            FunctionDescription(
                "sht_iterator_end", [.format], summary: "Ends a walk.", example: "sht_iterator_end(\"i1\");"
            ) { _, arguments in
                { context in
                    HashTableIterators.of(context)[arguments[0].text(in: context)] = nil
                    return .success
                }
            },
            iterating("sht_iterator_rm", "Removes the item that the walk is at.") { iterator, item, _ in
                item.map { iterator.table.remove($0.key) } ?? false
            },
            iterating("sht_iterator_sets", "Sets the item that the walk is at to a text.", .format) {
                iterator, item, value in
                set(iterator, item, .string(value.text.compacted()))
            },
            iterating("sht_iterator_seti", "Sets the item that the walk is at to a number.", .integer) {
                iterator, item, value in
                set(iterator, item, .integer(value.number))
            },
            iterating("sht_iterator_setex", "Sets the life, in seconds, of the item that the walk is at.", .integer) {
                iterator, item, value in
                guard let item else { return false }
                iterator.table.setSeconds(value.number, of: item.key, now: HashTableSet.now)
                return true
            },
        ]
    }

    private static func set(_ iterator: HashTableIterator, _ item: HashTableItem?, _ value: HashTableValue) -> Bool {
        guard let item, iterator.table.set(item.key, to: value, now: HashTableSet.now) else { return false }
        iterator.replaceValue(value)
        return true
    }

    private static func iterating(
        _ name: String, _ summary: String, _ kind: ParameterKind? = nil,
        _ act: @escaping @Sendable (HashTableIterator, HashTableItem?, ScriptValue) -> Bool
    ) -> FunctionDescription<HashTablesModule> {
        FunctionDescription(
            name, [.format] + (kind.map { [$0] } ?? []), summary: summary,
            example: kind == nil ? "\(name)(\"i1\");" : "\(name)(\"i1\", \"5\");"
        ) { _, arguments in
            { context in
                guard let iterator = HashTableIterators.of(context)[arguments[0].text(in: context)] else {
                    return .failure
                }
                let value = arguments.count > 1 ? arguments[1].value(in: context) : .null
                return act(iterator, iterator.current, value) ? .success : .failure
            }
        }
    }
}
