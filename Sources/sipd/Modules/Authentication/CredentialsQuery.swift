import Database
import SIPMessage
import ScriptEngine

/// The query that fetches a user's password, as the parameters of `auth_db` shape it.
struct CredentialsQuery: Sendable {
    /// A column that is loaded into an AVP together with the password (`load_credentials`).
    struct LoadedColumn: Sendable {
        let attribute: ByteString
        let column: SQLIdentifier
    }

    /// Who is looked up.
    struct User: Hashable, Sendable {
        /// What one statement has in common for all users it looks up.
        struct Group: Hashable, Sendable {
            let table: SQLIdentifier
            var domain: String
            /// Whether the password is the hash over `user@domain`.
            let hasLongName: Bool
        }

        let name: String
        let group: Group
    }

    /// What was found for a user.
    struct Row: Sendable {
        let password: String
        let loaded: [DatabaseValue]

        init(_ values: ArraySlice<DatabaseValue>) {
            password = values.first?.text ?? ""
            loaded = Array(values.dropFirst())
        }
    }

    let userColumn: SQLIdentifier
    let domainColumn: SQLIdentifier
    let passwordColumn: SQLIdentifier
    /// The column with the hash over `user@domain`, for user names that hold a domain.
    let longNamePasswordColumn: SQLIdentifier
    let usesDomain: Bool
    let loaded: [LoadedColumn]

    /// The most users of one statement; the numbers of parameters are powers of two, so that few statements are prepared.
    private static let statementCountMax = 64

    /// Fetches the rows of users, in their order, nil for those who have none; blocking.
    func fetch(_ connection: any DatabaseConnection, _ users: [User]) -> [Result<Row?, DatabaseError>] {
        var answers: [Result<Row?, DatabaseError>?] = Array(repeating: nil, count: users.count)
        var groups: [User.Group: [Int]] = [:]
        for (index, user) in users.enumerated() where isPlain(user.name) {
            var group = user.group
            if !usesDomain { group.domain = "" }
            groups[group, default: []].append(index)
        }
        for (group, indices) in groups where indices.count > 1 {
            var rest = indices[...]
            while !rest.isEmpty {
                let part = rest.prefix(Self.statementCountMax)
                rest = rest.dropFirst(part.count)
                // Whom this does not answer is asked for alone below, so an error has to be told only there.
                guard let rows = try? rows(connection, group, part.map { users[$0].name }) else { continue }
                for index in part { answers[index] = rows[users[index].name].map { .success($0) } }
            }
        }
        return answers.enumerated().map { index, answer in
            if let answer { return answer }
            do throws(DatabaseError) {
                return .success(try row(connection, users[index]))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Whether a name can be looked up together with others: one that the database cannot compare fails a statement.
    private func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { $0 < 0x80 }
    }

    private func columns(_ group: User.Group) -> String {
        ([group.hasLongName ? longNamePasswordColumn : passwordColumn] + loaded.map(\.column)).map(\.quoted)
            .joined(separator: ", ")
    }

    private func row(_ connection: any DatabaseConnection, _ user: User) throws(DatabaseError) -> Row? {
        var sql = "SELECT \(columns(user.group)) FROM \(user.group.table.quoted) WHERE \(userColumn.quoted) = ?"
        var parameters: [DatabaseValue] = [.text(user.name)]
        if usesDomain {
            sql += " AND \(domainColumn.quoted) = ?"
            parameters.append(.text(user.group.domain))
        }
        return try connection.firstRow(sql, parameters).map { Row($0.values[...]) }
    }

    /// The rows of the users whose name stands in the table exactly as it is asked for.
    ///
    /// How else the database compares names (without case, for one) only it knows: such a user is not among the answers.
    private func rows(
        _ connection: any DatabaseConnection, _ group: User.Group, _ names: [String]
    ) throws(DatabaseError) -> [String: Row] {
        var count = 2
        while count < names.count { count *= 2 }
        let places = Array(repeating: "?", count: count).joined(separator: ",")
        var sql =
            "SELECT \(userColumn.quoted), \(columns(group)) FROM \(group.table.quoted) "
            + "WHERE \(userColumn.quoted) IN (\(places))"
        var parameters = names.map { DatabaseValue.text($0) }
        while let last = parameters.last, parameters.count < count { parameters.append(last) }
        if usesDomain {
            sql += " AND \(domainColumn.quoted) = ?"
            parameters.append(.text(group.domain))
        }
        var rows: [String: Row] = [:]
        try connection.forEachRow(sql, parameters) { row throws(DatabaseError) in
            // The first row counts where a name has several, as it does for one user alone.
            if let name = row[0].text, rows[name] == nil { rows[name] = Row(row.values.dropFirst()) }
            return .proceed
        }
        return rows
    }

    /// Reads the value of `load_credentials`: `column;$avp(name)=column;…`.
    static func parseLoaded(_ text: ByteString) throws(ScriptError) -> [LoadedColumn] {
        var loaded: [LoadedColumn] = []
        for part in text.string.split(separator: ";").map({ $0.filter { $0 != " " } }) where !part.isEmpty {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard let last = sides.last, let column = SQLIdentifier(last) else {
                throw ScriptError("load_credentials: '\(part)' names no column")
            }
            loaded.append(LoadedColumn(attribute: ByteString(try attributeName(sides[0])), column: column))
        }
        return loaded
    }

    private static func attributeName(_ text: String) throws(ScriptError) -> String {
        guard text.hasPrefix("$") else { return text }
        guard text.hasPrefix("$avp("), text.hasSuffix(")") else {
            throw ScriptError("load_credentials: '\(text)' is no AVP", hint: "write $avp(name)=column")
        }
        let name = text.dropFirst(5).dropLast()
        return String(name.hasPrefix("s:") ? name.dropFirst(2) : name)
    }
}
