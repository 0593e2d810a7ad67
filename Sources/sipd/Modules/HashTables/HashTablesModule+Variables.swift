import ModuleInterface
import SIPMessage
import ScriptEngine

/// `table=>key` of a variable, checked at start.
private struct ItemReference: Sendable {
    let table: HashTable
    private let key: FormatString

    init(_ reference: VariableReference, _ module: HashTablesModule) throws(ScriptError) {
        guard let (name, key) = (reference.inner ?? "").splitAtArrow() else {
            throw ScriptError(
                "'$\(reference.name)(\(reference.inner ?? ""))' names no item",
                hint: "write '$\(reference.name)(table=>key)'")
        }
        table = try module.tables.table(name.trimmed())
        self.key = try reference.formats.format(key)
    }

    func key(in context: ScriptContext) -> ByteString {
        key.evaluate(in: context)
    }
}

extension HashTablesModule {
    static var itemVariables: [VariableDescription<HashTablesModule>] {
        [
            VariableDescription(["sht"], inner: .required, summary: "An item of a table: `table=>key`.") {
                module, reference throws(ScriptError) in
                let item = try ItemReference(reference, module)
                return ScriptVariable(
                    source: source(reference),
                    read: { item.table.value(item.key(in: $0), now: HashTableSet.now)?.scriptValue ?? .null },
                    write: { context, value in
                        let key = item.key(in: context)
                        guard let value = HashTableValue(value) else {
                            item.table.remove(key)
                            return true
                        }
                        return item.table.set(key, to: value, now: HashTableSet.now)
                    })
            },
            VariableDescription(["shtex"], inner: .required, summary: "Seconds until an item ends, 0 for never.") {
                module, reference throws(ScriptError) in
                let item = try ItemReference(reference, module)
                return ScriptVariable(
                    source: source(reference),
                    read: { .integer(item.table.secondsLeft(item.key(in: $0), now: HashTableSet.now)) },
                    write: { context, value in
                        item.table.setSeconds(value.number, of: item.key(in: context), now: HashTableSet.now)
                        return true
                    })
            },
            adding("shtinc", 1, "Adds 1 to an item and gives the sum."),
            adding("shtdec", -1, "Takes 1 from an item and gives the difference."),
            counting("shtcn", "How many names match: `table=>~~expression`, `~^start`, `~%end`, `==name`.") {
                table, condition in
                table.count(now: HashTableSet.now) { name, _ in condition.isSatisfied(by: name) }
            },
            counting("shtcv", "How many values match: `table=>~~expression`, `~^start`, `~%end`, `==text`, `eqnumber`.")
            {
                table, condition in
                table.count(now: HashTableSet.now) { _, value in condition.isSatisfied(by: value) }
            },
        ]
    }

    private static func adding(
        _ name: String, _ amount: Int, _ summary: String
    ) -> VariableDescription<HashTablesModule> {
        VariableDescription([name], inner: .required, summary: summary) { module, reference throws(ScriptError) in
            let item = try ItemReference(reference, module)
            return ScriptVariable(source: source(reference)) { context in
                let sum = item.table.add(amount, to: item.key(in: context), now: HashTableSet.now)
                return sum.map { .integer($0) } ?? .null
            }
        }
    }

    private static func counting(
        _ name: String, _ summary: String, _ count: @escaping @Sendable (HashTable, ItemCondition) -> Int
    ) -> VariableDescription<HashTablesModule> {
        VariableDescription([name], inner: .required, summary: summary) { module, reference throws(ScriptError) in
            let item = try ItemReference(reference, module)
            return ScriptVariable(source: source(reference)) { context in
                let text = item.key(in: context)
                guard let condition = try? ItemCondition(counting: text, numbers: name == "shtcv") else { return .null }
                return .integer(count(item.table, condition))
            }
        }
    }

    static var otherVariables: [VariableDescription<HashTablesModule>] {
        [
            VariableDescription(
                ["shtrecord"], inner: .required,
                summary: "`key` or `value` of the item that event_route[htable:expired:…] is about."
            ) { _, reference throws(ScriptError) in
                let wantsKey: Bool
                switch reference.inner?.string {
                case "key": wantsKey = true
                case "value": wantsKey = false
                default:
                    throw ScriptError(
                        "'$shtrecord(\(reference.inner ?? ""))' is unknown",
                        hint: "write '$shtrecord(key)' or '$shtrecord(value)'")
                }
                return ScriptVariable(source: source(reference)) { context in
                    guard let item = context[HashTableEvents.Record.key]?.item else { return .null }
                    return wantsKey ? .string(item.key) : item.value.scriptValue
                }
            },
            VariableDescription(["shtitkey"], inner: .required, summary: "The name of the item an iterator is at.") {
                _, reference in
                ScriptVariable(source: source(reference)) { context in
                    let iterator = HashTableIterators.of(context)[reference.innerText(in: context)]
                    return iterator?.current.map { .string($0.key) } ?? .null
                }
            },
            VariableDescription(["shtitval"], inner: .required, summary: "The value of the item an iterator is at.") {
                _, reference in
                ScriptVariable(source: source(reference)) { context in
                    let iterator = HashTableIterators.of(context)[reference.innerText(in: context)]
                    return iterator?.current?.value.scriptValue ?? .null
                }
            },
        ]
    }

    private static func source(_ reference: VariableReference) -> ByteString {
        "$" + ByteString(reference.name) + "(" + (reference.inner ?? "") + ")"
    }
}
