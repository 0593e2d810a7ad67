/// Where a database is, in Kamailio's notation.
///
/// - `sqlite:///absolute/path`, also with more slashes
/// - `mysql://user:password@host[:port]/name`; host may be `[2001:db8::1]` or `unix(/path/of/socket)`, and a query
///   `?socket=/path` names the socket too. `mariadb://` is the same.
///
/// As in Kamailio nothing is percent-decoded. The password may contain `@` and `/`, because the last `@` ends it.
/// The password appears in no description of the value.
package struct DatabaseURL: Equatable, Sendable {
    /// The two engines.
    package enum Engine: String, Sendable, CaseIterable {
        /// A file, opened by libsqlite3.
        case sqlite
        /// A MariaDB or MySQL server.
        case mysql
    }

    /// Where a MariaDB server is and how to log in.
    package struct Server: Equatable, Sendable {
        /// Host name or address; `localhost` means the default Unix socket, as in every MySQL client.
        package var host: String
        /// TCP port; 0 for the default.
        package var port: UInt16
        /// Path of a Unix socket, which wins over host and port.
        package var socket: String?
        /// Account name; empty for the name of the operating system's user.
        package var user: String
        /// Password; empty for none.
        package var password: String
        /// Name of the database.
        package var name: String

        /// Names a place on a server.
        package init(
            host: String = "localhost", port: UInt16 = 0, socket: String? = nil, user: String = "",
            password: String = "", name: String
        ) {
            self.host = host
            self.port = port
            self.socket = socket
            self.user = user
            self.password = password
            self.name = name
        }
    }

    /// The parsed location.
    package enum Location: Equatable, Sendable {
        /// The absolute path of an SQLite file.
        case file(String)
        /// A server.
        case server(Server)
    }

    private static let lengthMax = 2048

    /// The parsed location.
    package let location: Location

    /// The engine the URL names.
    package var engine: Engine {
        switch location {
        case .file: .sqlite
        case .server: .mysql
        }
    }

    /// A URL for a place that is already known.
    package init(_ location: Location) {
        self.location = location
    }

    /// Parses a URL.
    ///
    /// - Throws: `DatabaseError` with reason `badURL`, whose text never quotes the URL.
    package init(parsing text: String) throws(DatabaseError) {
        guard text.utf8.count <= Self.lengthMax else { throw Self.refusal("it is longer than \(Self.lengthMax) bytes") }
        guard !text.utf8.contains(0) else { throw Self.refusal("it contains a NUL byte") }
        guard let separator = text.range(of: "://") else {
            throw Self.refusal("it does not begin with sqlite:// or mysql://")
        }
        let rest = String(text[separator.upperBound...])
        switch text[..<separator.lowerBound] {
        case "sqlite", "db_sqlite": location = .file(try Self.filePath(rest))
        case "mysql", "mariadb", "db_mysql": location = .server(try Self.server(rest))
        case let scheme: throw Self.refusal("'\(scheme)' is not a known engine; known are sqlite and mysql")
        }
    }

    private static func filePath(_ rest: String) throws(DatabaseError) -> String {
        guard rest.hasPrefix("/") else {
            throw refusal("the path of an SQLite file has to be absolute: sqlite:///var/lib/sipd/sipd.sqlite")
        }
        let path = "/" + rest.drop { $0 == "/" }
        guard path.count > 1 else { throw refusal("the path of the SQLite file is missing") }
        return path
    }

    private static func server(_ rest: String) throws(DatabaseError) -> Server {
        var server = Server(host: "localhost", port: 0, socket: nil, user: "", password: "", name: "")
        var place = rest[...]
        if let at = rest.lastIndex(of: "@") {
            let account = rest[..<at]
            place = rest[rest.index(after: at)...]
            let colon = account.firstIndex(of: ":")
            server.user = String(account[..<(colon ?? account.endIndex)])
            server.password = colon.map { String(account[account.index(after: $0)...]) } ?? ""
        }
        if let question = place.firstIndex(of: "?") {
            try parseQuery(place[place.index(after: question)...], into: &server)
            place = place[..<question]
        }
        place = try parseHost(place, into: &server)
        guard place.first == "/" else { throw refusal("the database name is missing: mysql://user:password@host/name") }
        server.name = String(place.dropFirst())
        guard !server.name.isEmpty else {
            throw refusal("the database name is missing: mysql://user:password@host/name")
        }
        guard !server.name.contains("/") else { throw refusal("the database name contains a '/'") }
        return server
    }

    private static func parseQuery(_ query: Substring, into server: inout Server) throws(DatabaseError) {
        for item in query.split(separator: "&") {
            guard item.hasPrefix("socket=/") else {
                throw refusal("only ?socket=/path is understood behind the database name")
            }
            server.socket = String(item.dropFirst("socket=".count))
        }
    }

    /// Returns what stands behind host and port.
    private static func parseHost(_ place: Substring, into server: inout Server) throws(DatabaseError) -> Substring {
        if place.hasPrefix("unix(") {
            guard let close = place.firstIndex(of: ")") else { throw refusal("the ')' behind unix( is missing") }
            let path = String(place[..<close].dropFirst("unix(".count))
            guard path.hasPrefix("/") else { throw refusal("the socket path has to be absolute: unix(/path)") }
            server.socket = path
            return place[place.index(after: close)...]
        }
        var rest = place
        if place.hasPrefix("[") {
            guard let close = place.firstIndex(of: "]") else { throw refusal("the ']' behind the host is missing") }
            server.host = String(place[..<close].dropFirst())
            rest = place[place.index(after: close)...]
        } else {
            let end = place.firstIndex { $0 == ":" || $0 == "/" } ?? place.endIndex
            if end > place.startIndex { server.host = String(place[..<end]) }
            rest = place[end...]
        }
        guard rest.first == ":" else { return rest }
        let digits = rest.dropFirst().prefix { $0 != "/" }
        guard let port = UInt16(digits), port > 0 else { throw refusal("'\(digits)' is not a port from 1 to 65535") }
        server.port = port
        return rest[digits.endIndex...]
    }

    private static func refusal(_ rule: String) -> DatabaseError {
        DatabaseError(.badURL, database: "", detail: rule)
    }
}

extension DatabaseURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL with `***` in place of the password.
    package var description: String {
        switch location {
        case .file(let path): return "sqlite://\(path)"
        case .server(let server):
            var text = "mysql://"
            if !server.user.isEmpty { text += server.user + (server.password.isEmpty ? "" : ":***") + "@" }
            if let socket = server.socket {
                text += "unix(\(socket))"
            } else {
                text += server.host.contains(":") ? "[\(server.host)]" : server.host
                if server.port != 0 { text += ":\(server.port)" }
            }
            return text + "/" + server.name
        }
    }

    package var debugDescription: String { description }

    /// Shows only the description, so that a dump cannot reveal the password.
    package var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}

extension DatabaseURL.Server: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { DatabaseURL(.server(self)).description }

    package var debugDescription: String { description }

    /// Shows only the description, so that a dump cannot reveal the password.
    package var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}

extension String {
    /// The first occurrence of a short text; the standard library has none without Foundation.
    func range(of part: String) -> Range<String.Index>? {
        guard let first = part.first else { return nil }
        var start = startIndex
        while let found = self[start...].firstIndex(of: first) {
            if self[found...].hasPrefix(part) { return found..<index(found, offsetBy: part.count) }
            start = index(after: found)
        }
        return nil
    }
}
