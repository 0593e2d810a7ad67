import ControlProtocol
import Logging
import ModuleInterface
import SIPMessage
import ScriptEngine

extension HashTablesModule {
    /// `htable.*` of whole tables.
    static var tableMethods: [ModuleMethod<HashTablesModule>] {
        [
            dumpMethod, listMethod, statsMethod, flushMethod,
            storageMethod("htable.reload", "Reads a table from the database again.", "Htable reloaded successfully") {
                try $0.load($1)
            },
            storageMethod("htable.store", "Writes a table to the database.", "Htable stored successfully") {
                try $0.store($1)
            },
        ]
    }

    private static func parameters() -> [MethodDescription.Parameter] {
        [.init("htable", .string, doc: "name of the table")]
    }

    private func table(_ call: MethodCall) throws(MethodFault) -> HashTable {
        guard case .string(let name)? = call.value(0, named: "htable") else {
            throw MethodFault(500, "No htable name given")
        }
        guard let table = tables[ByteString(name)] else { throw MethodFault(500, "No such htable") }
        return table
    }

    private static var dumpMethod: ModuleMethod<HashTablesModule> {
        ModuleMethod(
            MethodDescription(
                "htable.dump", parameters: parameters(), summary: "All items of a table.",
                doc: "An array of the slots that hold items: entry, size, and the array slot of name, value, type.",
                example: "sipcmd htable.dump ipban", lists: true)
        ) { module in
            { call throws(MethodFault) in .rows(SlotRows(table: try module.table(call))) }
        }
    }

    private static var listMethod: ModuleMethod<HashTablesModule> {
        ModuleMethod(
            MethodDescription(
                "htable.listTables", summary: "The tables as they are defined.",
                doc: "An array: name, dbtable, dbmode, expire, updateexpire, size (slots), dmqreplicate.",
                example: "sipcmd htable.listTables", lists: true)
        ) { module in
            { _ throws(MethodFault) in
                .value(
                    .array(
                        try module.someTables().map { table in
                            let definition = table.definition
                            return [
                                "name": .string(definition.name.string),
                                "dbtable": .string(definition.databaseTable?.name ?? ""),
                                "dbmode": definition.isStored ? 1 : 0,
                                "expire": .integer(Int64(definition.autoexpireSeconds)),
                                "updateexpire": definition.updatesExpiry ? 1 : 0,
                                "size": .integer(Int64(table.slotCount)), "dmqreplicate": 0,
                            ]
                        }))
            }
        }
    }

    private static var statsMethod: ModuleMethod<HashTablesModule> {
        ModuleMethod(
            MethodDescription(
                "htable.stats", summary: "How full the tables are.",
                doc: "An array: name, slots, all (items), min and max (items of the emptiest and the fullest slot).",
                example: "sipcmd htable.stats", lists: true)
        ) { module in
            { _ throws(MethodFault) in
                .value(
                    .array(
                        try module.someTables().map { table in
                            let occupancy = table.occupancy()
                            return [
                                "name": .string(table.definition.name.string),
                                "slots": .integer(Int64(table.slotCount)), "all": .integer(Int64(occupancy.all)),
                                "min": .integer(Int64(occupancy.min)), "max": .integer(Int64(occupancy.max)),
                            ]
                        }))
            }
        }
    }

    private func someTables() throws(MethodFault) -> [HashTable] {
        let all = tables.all
        guard !all.isEmpty else { throw MethodFault(500, "No htables") }
        return all
    }

    private static var flushMethod: ModuleMethod<HashTablesModule> {
        ModuleMethod(
            MethodDescription(
                "htable.flush", parameters: parameters(), summary: "Removes all items of a table.",
                doc: "The text `Ok. Htable flushed.`", example: "sipcmd htable.flush ipban", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                try module.table(call).removeAll()
                return .value("Ok. Htable flushed.")
            }
        }
    }

    private static func storageMethod(
        _ name: String, _ summary: String, _ done: String,
        _ act: @escaping @Sendable (HashTableStorage, HashTable) throws -> Int
    ) -> ModuleMethod<HashTablesModule> {
        ModuleMethod(
            MethodDescription(
                name, parameters: parameters(), summary: summary,
                doc: "The text `Ok. \(done).`; a fault names what the database said, and nothing has changed then.",
                example: "sipcmd \(name) rates", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let storage = module.storage else { throw MethodFault(500, "No htable db_url") }
                let table = try module.table(call)
                guard table.definition.databaseTable != nil else { throw MethodFault(500, "No database htable") }
                do {
                    _ = try await module.server.databases.run { try act(storage, table) }
                } catch {
                    throw MethodFault(500, "\(summary.dropLast()) failed: \(error)")
                }
                return .value(.string("Ok. \(done)."))
            }
        }
    }
}

/// The slots of a table that hold items, a part of the table at a time.
private struct SlotRows: RowSource {
    let table: HashTable
    private var shard = 0
    private var rows: ArraySlice<JSONValue> = []

    init(table: HashTable) {
        self.table = table
    }

    mutating func next() async throws(MethodFault) -> JSONValue? {
        while rows.isEmpty, shard < table.shardCount {
            rows = makeRows()[...]
            shard += 1
        }
        return rows.popFirst()
    }

    private func makeRows() -> [JSONValue] {
        var rows: [JSONValue] = []
        var items = table.items(inShard: shard, now: HashTableSet.now)[...]
        while let first = items.first {
            let slot = table.slot(of: first.key)
            let same = items.prefix { table.slot(of: $0.key) == slot }
            items = items.dropFirst(same.count)
            let shown = same.map { item -> JSONValue in
                let (value, flags) = HashTablesModule.shown(item.value)
                return ["name": .string(item.key.string), "value": value, "type": flags == 2 ? "str" : "int"]
            }
            rows.append([
                "entry": .integer(Int64(slot)), "size": .integer(Int64(same.count)), "slot": .array(shown),
            ])
        }
        return rows
    }
}
