/// Prepared statements by their text.
///
/// A statement in use is not in the cache, so that a nested use prepares its own.
struct StatementCache<Statement> {
    /// More different statements than a program has, few enough for a server's `max_prepared_stmt_count`.
    static var countMax: Int { 128 }

    private var entries: [String: (statement: Statement, lastUse: Int)] = [:]
    private var useCount = 0

    mutating func take(_ sql: String) -> Statement? {
        entries.removeValue(forKey: sql)?.statement
    }

    /// Keeps a statement and returns the one that has to be closed for it.
    mutating func put(_ statement: Statement, for sql: String) -> Statement? {
        var evicted = entries.removeValue(forKey: sql)?.statement
        if evicted == nil, entries.count >= Self.countMax,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            evicted = entries.removeValue(forKey: oldest.key)?.statement
        }
        useCount += 1
        entries[sql] = (statement, useCount)
        return evicted
    }

    mutating func removeAll() -> [Statement] {
        defer { entries = [:] }
        return entries.values.map(\.statement)
    }
}
