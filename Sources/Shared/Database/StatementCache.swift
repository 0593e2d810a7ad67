/// Prepared statements by their text.
///
/// A statement in use is not in the cache, so that a nested use prepares its own.
struct StatementCache<Statement> {
    /// More different statements than a program has, few enough for a server's `max_prepared_stmt_count`.
    static var countMax: Int { 128 }

    private var entries: [String: (statement: Statement, lastUse: Int)] = [:]
    private var useCount = 0
    /// The statement used last, which is often the next one too: comparing a text with itself is cheaper than hashing it.
    private var recent: (sql: String, statement: Statement)?

    mutating func take(_ sql: String) -> Statement? {
        if let found = recent, found.sql == sql {
            recent = nil
            return found.statement
        }
        return entries.removeValue(forKey: sql)?.statement
    }

    /// Keeps a statement and returns the one that has to be closed for it.
    mutating func put(_ statement: Statement, for sql: String) -> Statement? {
        guard let previous = recent else {
            recent = (sql, statement)
            return nil
        }
        recent = (sql, statement)
        return store(previous.statement, for: previous.sql)
    }

    private mutating func store(_ statement: Statement, for sql: String) -> Statement? {
        useCount += 1
        if let same = entries.updateValue((statement, useCount), forKey: sql) { return same.statement }
        guard entries.count > Self.countMax, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return nil }
        return entries.removeValue(forKey: oldest.key)?.statement
    }

    mutating func removeAll() -> [Statement] {
        defer {
            entries = [:]
            recent = nil
        }
        return entries.values.map(\.statement) + (recent.map { [$0.statement] } ?? [])
    }
}
