package import Database
import Synchronization

/// Which generation of a watched table each list in memory was made of, for `core.drift`.
package final class LoadedTables: Sendable {
    /// A list in memory that was made of a table.
    package struct Entry: Sendable {
        /// The table's name in `sipd_generation`: `address`.
        package let table: String
        /// The method that loads it again.
        package let reload: String
        /// Where the table is.
        package let pool: DatabasePool
        /// What the table's number was when the list was made; nil when the database counts none.
        package let loaded: @Sendable () -> Int64?
    }

    private let entries = Mutex<[Entry]>([])

    /// No lists.
    package init() {}

    /// Adds a list.
    package func add(
        table: String, reload: String, pool: DatabasePool, loaded: @escaping @Sendable () -> Int64?
    ) {
        entries.withLock { $0.append(Entry(table: table, reload: reload, pool: pool, loaded: loaded)) }
    }

    /// All lists, in the order added.
    package var all: [Entry] { entries.withLock { $0 } }
}
