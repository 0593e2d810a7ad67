import OperatingSystem
import SIPMessage
import ScriptEngine

/// All tables, by name.
final class HashTableSet: Sendable {
    private let tables: [ByteString: HashTable]

    init(_ definitions: [HashTableDefinition]) {
        tables = Dictionary(definitions.map { ($0.name, HashTable($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// A table, or nil.
    subscript(name: ByteString) -> HashTable? { tables[name] }

    /// All tables in the order of their names.
    var all: [HashTable] { tables.values.sorted { $0.definition.name < $1.definition.name } }

    /// Seconds since 1970.
    static var now: Int { WallClock.now.seconds }

    /// A table that the script names in its text.
    ///
    /// DIFFERS: Kamailio starts without the table and fails in each message.
    func table(_ name: ByteString) throws(ScriptError) -> HashTable {
        guard let table = tables[name] else {
            throw ScriptError(
                "hash table '\(name)' is not defined", hint: "add modparam(\"htable\", \"htable\", \"\(name)=>size=8\")"
            )
        }
        return table
    }
}
