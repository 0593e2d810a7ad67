/// A user and the digest credentials.
package struct Subscriber: Equatable, Sendable {
    /// The user part of the address of record.
    package var username: String
    /// The domain of the address of record; the realm the hashes were made with.
    package var domain: String
    /// The clear password, or nothing.
    package var password = ""
    /// MD5 of `username:domain:password` in hexadecimal digits.
    package var ha1 = ""
    /// MD5 of `username@domain:domain:password` in hexadecimal digits.
    package var ha1b = ""

    /// Creates a record that is not in the database yet.
    package init(username: String, domain: String, password: String = "", ha1: String = "", ha1b: String = "") {
        self.username = username
        self.domain = domain
        self.password = password
        self.ha1 = ha1
        self.ha1b = ha1b
    }
}

/// The table `subscriber`.
package struct SubscriberTable {
    /// The table's name.
    package static let name: SQLIdentifier = "subscriber"
    /// Longest user name, domain and clear password the columns hold, in characters.
    package static let textLengthMax = 64

    private static let selection = "SELECT username, domain, password, ha1, ha1b FROM subscriber"

    private let connection: any DatabaseConnection

    /// Access by a connection.
    package init(_ connection: any DatabaseConnection) {
        self.connection = connection
    }

    /// Adds a user.
    ///
    /// - Throws: `duplicate` when the user exists.
    package func insert(_ subscriber: Subscriber) throws(DatabaseError) {
        _ = try connection.execute(
            "INSERT INTO subscriber (username, domain, password, ha1, ha1b) VALUES (?, ?, ?, ?, ?)",
            [
                .text(subscriber.username), .text(subscriber.domain), .text(subscriber.password),
                .text(subscriber.ha1), .text(subscriber.ha1b),
            ])
    }

    /// Replaces the credentials of a user; false when there is no such user.
    package func updateCredentials(_ subscriber: Subscriber) throws(DatabaseError) -> Bool {
        let change = try connection.execute(
            "UPDATE subscriber SET password = ?, ha1 = ?, ha1b = ? WHERE username = ? AND domain = ?",
            [
                .text(subscriber.password), .text(subscriber.ha1), .text(subscriber.ha1b),
                .text(subscriber.username), .text(subscriber.domain),
            ])
        return change.affectedRows > 0
    }

    /// The record of a user, or nil.
    package func find(username: String, domain: String) throws(DatabaseError) -> Subscriber? {
        try connection.firstRow(
            Self.selection + " WHERE username = ? AND domain = ?", [.text(username), .text(domain)]
        ).map(Self.subscriber)
    }

    /// Removes a user; false when there is no such user.
    package func delete(username: String, domain: String) throws(DatabaseError) -> Bool {
        let change = try connection.execute(
            "DELETE FROM subscriber WHERE username = ? AND domain = ?", [.text(username), .text(domain)])
        return change.affectedRows > 0
    }

    /// Hands over all users, or those of a domain, by domain and name, in constant memory.
    package func forEach(
        domain: String? = nil, limit: Int? = nil, _ body: (Subscriber) throws(DatabaseError) -> RowStep
    ) throws(DatabaseError) {
        var sql = Self.selection
        var parameters: [DatabaseValue] = []
        if let domain {
            sql += " WHERE domain = ?"
            parameters.append(.text(domain))
        }
        sql += " ORDER BY domain, username"
        if let limit {
            sql += " LIMIT ?"
            parameters.append(.integer(Int64(limit)))
        }
        try connection.forEachRow(sql, parameters) { row throws(DatabaseError) in try body(Self.subscriber(row)) }
    }

    private static func subscriber(_ row: DatabaseRow) -> Subscriber {
        Subscriber(
            username: row[0].text ?? "", domain: row[1].text ?? "", password: row[2].text ?? "",
            ha1: row[3].text ?? "", ha1b: row[4].text ?? "")
    }
}
