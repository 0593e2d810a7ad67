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

    /// What was found for a user.
    struct Row: Sendable {
        let password: String
        let loaded: [DatabaseValue]
    }

    let userColumn: SQLIdentifier
    let domainColumn: SQLIdentifier
    let passwordColumn: SQLIdentifier
    /// The column with the hash over `user@domain`, for user names that hold a domain.
    let longNamePasswordColumn: SQLIdentifier
    let usesDomain: Bool
    let loaded: [LoadedColumn]

    /// Fetches the row of a user, or nil; blocking.
    func fetch(
        _ connection: any DatabaseConnection, table: SQLIdentifier, username: String, domain: String, hasLongName: Bool
    ) throws(DatabaseError) -> Row? {
        let password = hasLongName ? longNamePasswordColumn : passwordColumn
        let columns = ([password] + loaded.map(\.column)).map(\.quoted).joined(separator: ", ")
        var sql = "SELECT \(columns) FROM \(table.quoted) WHERE \(userColumn.quoted) = ?"
        var parameters: [DatabaseValue] = [.text(username)]
        if usesDomain {
            sql += " AND \(domainColumn.quoted) = ?"
            parameters.append(.text(domain))
        }
        return try connection.firstRow(sql, parameters).map {
            Row(password: $0[0].text ?? "", loaded: Array($0.values.dropFirst()))
        }
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
