/// A set of table groups that `sipctl db create` installs together.
package enum SchemaSet: String, CaseIterable, Sendable {
    /// What a registrar and proxy needs.
    case standard
    /// Presence and resource lists.
    case presence
    /// Tables of single modules.
    case extra
    /// The tables keyed by user id; kamdbctl installs them only when asked.
    case uid
    /// What sipd adds.
    case sipd
}

/// One statement of a schema file and what it is about.
struct SchemaStatement: Equatable {
    enum Kind: Equatable {
        case table
        case index
        case trigger
        case column
        case row
    }

    let kind: Kind
    /// The table the statement makes, or belongs to.
    let table: String
    let sql: String
}

/// The tables of one Kamailio module family, in both engines' SQL.
package struct SchemaGroup: Sendable {
    /// The name of the files in `schema/sqlite` and `schema/mysql`, and of kamdbctl's group.
    package let name: String
    /// The set it belongs to.
    package let set: SchemaSet
    private let sqlite: String
    private let mysql: String

    init(name: String, set: SchemaSet, sqlite: String, mysql: String) {
        self.name = name
        self.set = set
        self.sqlite = sqlite
        self.mysql = mysql
    }

    /// The statements for an engine; in the files an empty line stands between two of them.
    func statements(for engine: DatabaseURL.Engine) -> [SchemaStatement] {
        var result: [SchemaStatement] = []
        var lines: [Substring] = []
        let text =
            switch engine {
            case .sqlite: sqlite
            case .mysql: mysql
            }
        let terminator: [Substring] = [""]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) + terminator {
            if line.isEmpty {
                if let statement = Self.statement(lines.joined(separator: "\n")) { result.append(statement) }
                lines = []
            } else if !line.hasPrefix("--") {
                lines.append(line)
            }
        }
        return result
    }

    /// The lines between the parentheses of a table's CREATE TABLE in MariaDB's words; nil when it is not in the group.
    func lines(ofTable table: String) -> [Substring]? {
        let bytes = mysql.utf8
        var start = bytes.startIndex
        // Every command looks a table up: lines are only made of the one that is wanted.
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if bytes[start] == UInt8(ascii: "C"), isHead(bytes[start..<end], of: table) {
                return body(bytes[bytes.index(after: end)...])
            }
            start = bytes.index(after: end)
            if start == bytes.endIndex { break }
        }
        return nil
    }

    private func isHead(_ line: Substring.UTF8View, of table: String) -> Bool {
        ["CREATE TABLE `\(table)` (", "CREATE TABLE \(table) ("].contains { line.elementsEqual($0.utf8) }
    }

    private func body(_ bytes: Substring.UTF8View) -> [Substring] {
        var lines: [Substring] = []
        for line in bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 60) {
            guard line.first != UInt8(ascii: ")") else { break }
            lines.append(Substring(line.drop { $0 == UInt8(ascii: " ") }))
        }
        return lines
    }

    /// The tables of the group with their versions, in order.
    package var tables: [(name: String, version: Int)] {
        statements(for: .sqlite).compactMap { statement in
            guard statement.kind == .row, statement.sql.hasPrefix("INSERT INTO version") else { return nil }
            let digits = statement.sql.reversed().drop { !$0.isNumber }.prefix { $0.isNumber }
            return Int(String(digits.reversed())).map { (statement.table, $0) }
        }
    }

    private static func statement(_ text: String) -> SchemaStatement? {
        guard !text.isEmpty else { return nil }
        var sql = text
        if !sql.hasSuffix("END;") { sql.removeLast() }
        let words = sql.split(maxSplits: 8) { " \n(".contains($0) }.map(String.init)
        let quoted = sql.split(separator: "'", omittingEmptySubsequences: false)
        let firstQuoted = quoted.count > 1 ? String(quoted[1]) : ""
        switch words.prefix(2) {
        case ["CREATE", "TABLE"]: return SchemaStatement(kind: .table, table: bare(words[2]), sql: sql)
        case ["CREATE", "INDEX"]: return SchemaStatement(kind: .index, table: bare(words[4]), sql: sql)
        case ["ALTER", "TABLE"]: return SchemaStatement(kind: .column, table: bare(words[2]), sql: sql)
        case ["CREATE", "TRIGGER"]: return SchemaStatement(kind: .trigger, table: bare(words[6]), sql: sql)
        default: return SchemaStatement(kind: .row, table: firstQuoted, sql: sql)
        }
    }

    private static func bare(_ name: String) -> String {
        String(name.filter { $0 != "`" && $0 != "\"" })
    }
}

/// The tables of Kamailio 5.6, and what sipd adds to them.
package enum Schema {
    /// All groups in the order they have to be created.
    package static let groups = embeddedGroups

    /// What `db create` installs when nothing else is asked for.
    package static let defaultSets: Set<SchemaSet> = [.standard, .presence, .extra, .sipd]

    /// Versions of Kamailio 6 that are as good as ours: the tables only got wider columns or more of them.
    private static let newerVersions = ["acc_cdrs": 3, "uacreg": 6]

    /// The versions of a table that programs of this release can work with; a new table gets the lowest.
    package static func versions(of table: String) -> ClosedRange<Int>? {
        guard let version = versionsByTable[table] else { return nil }
        return version...max(version, newerVersions[table] ?? version)
    }

    private static let versionsByTable: [String: Int] = Dictionary(
        groups.flatMap(\.tables).map { ($0.name, $0.version) }, uniquingKeysWith: { first, _ in first })
}
