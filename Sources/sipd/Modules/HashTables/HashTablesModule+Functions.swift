import ModuleInterface
import SIPMessage
import ScriptEngine

extension HashTablesModule {
    /// Functions for one item or a whole table.
    static var itemFunctions: [FunctionDescription<HashTablesModule>] {
        [
            FunctionDescription(
                "sht_print", summary: "Writes all tables to the log, at most \(printedMax) items each.",
                example: "sht_print();"
            ) { module, _ in
                { context in
                    module.print(in: context)
                    return .success
                }
            },
            FunctionDescription(
                "sht_reset", [.format], summary: "Removes all items of a table. -1 when there is no such table.",
                example: "sht_reset(\"ipban\");"
            ) { module, arguments throws(ScriptError) in
                let table = try TableArgument(arguments[0], module)
                return { context in
                    guard let table = table.table(in: context) else { return .failure }
                    table.removeAll()
                    return .success
                }
            },
            FunctionDescription(
                "sht_rm", [.format, .format], summary: "Removes an item; true also when there is none.",
                example: "sht_rm(\"ipban\", \"$si\");"
            ) { module, arguments throws(ScriptError) in
                let table = try TableArgument(arguments[0], module)
                return { context in
                    guard let table = table.table(in: context) else { return .failure }
                    table.remove(arguments[1].text(in: context))
                    return .success
                }
            },
            setting("sht_setxs", .format, "text") { .string($0.text.compacted()) },
            setting("sht_setxi", .integer, "number") { .integer($0.number) },
            locking("sht_lock", "Takes the lock of a key and waits for it.") { module, name, context in
                module.locks.lock(name, in: context)
            },
            locking("sht_unlock", "Gives the lock of a key back.") { module, name, context in
                module.locks.unlock(name, in: context) ? .success : .failure
            },
        ]
    }

    /// DIFFERS: a call that worked ends the script in Kamailio 5.6.3, because it answers 0; here it answers 1.
    private static func setting(
        _ name: String, _ kind: ParameterKind, _ what: String,
        _ make: @escaping @Sendable (ScriptValue) -> HashTableValue
    ) -> FunctionDescription<HashTablesModule> {
        FunctionDescription(
            name, [.format, .format, kind, .integer], summary: "Sets an item to a \(what), with its life in seconds.",
            example: "\(name)(\"ipban\", \"$si\", \"1\", \"60\");"
        ) { module, arguments throws(ScriptError) in
            let table = try TableArgument(arguments[0], module)
            return { context in
                guard let table = table.table(in: context), let seconds = arguments[3].integer(in: context) else {
                    return .failure
                }
                let value = make(arguments[2].value(in: context))
                let isSet = table.set(
                    arguments[1].text(in: context), to: value, now: HashTableSet.now, seconds: max(0, seconds))
                return isSet ? .success : .failure
            }
        }
    }

    private static func locking(
        _ name: String, _ summary: String,
        _ act: @escaping @Sendable (HashTablesModule, ByteString, ScriptContext) -> FunctionResult
    ) -> FunctionDescription<HashTablesModule> {
        FunctionDescription(name, [.format], summary: summary, example: "\(name)(\"calls=>$fU\");") {
            module, arguments throws(ScriptError) in
            try TableArgument.check(arguments[0], module)
            return { context in
                let name = arguments[0].text(in: context)
                guard let (table, _) = name.splitAtArrow(), module.tables[table] != nil else { return .failure }
                return act(module, name, context)
            }
        }
    }

    // MARK: - Printing

    private static var printedMax: Int { 1000 }

    private func print(in context: ScriptContext) {
        for table in tables.all {
            context.host.log(level: -1, "hash table " + table.definition.name, in: context)
            var left = Self.printedMax
            for shard in 0..<table.shardCount where left > 0 {
                for item in table.items(inShard: shard, now: HashTableSet.now).prefix(left) {
                    left -= 1
                    context.host.log(
                        level: -1,
                        "  " + item.key + " = " + item.value.scriptValue.text
                            + (item.expires == 0 ? "" : ByteString(", expires \(item.expires)")), in: context)
                }
            }
        }
    }
}

/// The name of a table as an argument: checked at start when it is constant.
struct TableArgument: Sendable {
    private let argument: Argument
    private let constant: HashTable?
    private let tables: HashTableSet

    init(_ argument: Argument, _ module: HashTablesModule) throws(ScriptError) {
        self.argument = argument
        tables = module.tables
        if let name = argument.constant?.text {
            constant = try tables.table(name)
        } else {
            constant = nil
        }
    }

    func table(in context: ScriptContext) -> HashTable? {
        constant ?? tables[argument.text(in: context)]
    }

    /// Checks the table of an argument `table=>…`, unless variables make it.
    static func check(_ argument: Argument, _ module: HashTablesModule) throws(ScriptError) {
        guard let (name, _) = argument.source.splitAtArrow() else {
            guard argument.constant == nil else {
                throw ScriptError("'\(argument.source)' names no item", hint: "write 'table=>key'")
            }
            return
        }
        if !name.contains(UInt8(ascii: "$")) { _ = try module.tables.table(name) }
    }
}
