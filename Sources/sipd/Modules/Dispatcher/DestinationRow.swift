import Database
import NetworkAddress
import SIPMessage
import Transport

/// A row of the list as it is stored; nothing about it was checked.
struct DestinationRow: Sendable, Equatable {
    /// The row's number in the table or its line in the file, for messages.
    var number = 0
    var set: String = ""
    var uri: String = ""
    var flags: String = "0"
    var priority: String = "0"
    var attributes: String = ""

    /// A row that cannot be used, and why.
    struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        let row: Int
        let reason: String

        var description: String { "row \(row): \(reason)" }
    }

    /// The destination and the number of its set.
    ///
    /// - Parameters:
    ///   - find: finds a socket by its text or name.
    ///   - usual: the socket when the row names none.
    /// - Returns: both.
    /// - Throws: `Problem` that names the field, its value and the rule.
    func destination(
        socket find: (ByteString) -> ListenSocket?, default usual: ListenSocket?
    ) throws(Problem) -> (set: Int, destination: Destination) {
        guard let set = Int32(self.set), set >= 0 else { throw problem("set '\(self.set)' is not a number from 0 on") }
        guard let flags = Int32(flags), flags >= 0 else { throw problem("flags '\(self.flags)' are not a number") }
        guard let priority = Int32(priority) else { throw problem("priority '\(self.priority)' is not a number") }
        let text = ByteString(uri)
        guard let uri = try? SIPURI.parse(text), uri.scheme == .sip || uri.scheme == .sips, !uri.host.isEmpty else {
            throw problem("destination '\(self.uri)' is not a SIP URI")
        }
        let attributes = DestinationAttributes(ByteString(self.attributes))
        var socket = usual
        for name in [attributes.socketName, attributes.socket].compactMap(\.self) where !name.isEmpty {
            guard let found = find(name) else { throw problem("'\(name)' is not a socket of this server") }
            socket = found
        }
        let host = uri.host
        let isBracketed = host.first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
        return (
            Int(set),
            Destination(
                uri: text, host: isBracketed ? host.dropFirst().dropLast() : host, port: uri.port ?? 0,
                transport: uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) },
                priority: Int(priority), initialState: DestinationState(rawValue: Int(flags)), attributes: attributes,
                socket: socket)
        )
    }

    private func problem(_ reason: String) -> Problem { Problem(row: number, reason: reason) }
}

/// The list as a file: `setid destination flags priority attributes`, the last three optional, `#` begins a comment.
enum DestinationFile {
    /// A larger file is refused.
    static let bytesMax = 16 << 20

    static func rows(_ bytes: [UInt8]) -> [DestinationRow] {
        var rows: [DestinationRow] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.map {
                String(decoding: $0, as: UTF8.self)
            }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            var row = DestinationRow(number: index + 1, set: first)
            if words.count > 1 { row.uri = words[1] }
            if words.count > 2 { row.flags = words[2] }
            if words.count > 3 { row.priority = words[3] }
            if words.count > 4, !words[4].hasPrefix("#") { row.attributes = words[4] }
            rows.append(row)
        }
        return rows
    }
}

/// The list as a table.
struct DestinationTable: Sendable {
    let table: SQLIdentifier
    /// Set, destination, flags, priority and attributes.
    let columns: [SQLIdentifier]
    /// Columns that become attributes of their names (`ds_db_extra_attrs`).
    let extraColumns: [SQLIdentifier]

    /// More rows than that are refused: each may be looked at for a request.
    static let countMax = 100_000

    /// Reads all rows; blocking.
    func rows(_ connection: any DatabaseConnection) throws(DatabaseError) -> [DestinationRow] {
        var rows: [DestinationRow] = []
        let query = SelectQuery(columns: columns + extraColumns, from: table)
        try connection.forEachRow(query.sql + " LIMIT \(Self.countMax)", []) { values throws(DatabaseError) in
            rows.append(row(values, number: rows.count + 1))
            return .proceed
        }
        return rows
    }

    private func row(_ values: DatabaseRow, number: Int) -> DestinationRow {
        var attributes = values[4].text ?? ""
        for (index, column) in extraColumns.enumerated() {
            guard let text = values[5 + index].text, !text.isEmpty else { continue }
            attributes += (attributes.isEmpty || attributes.hasSuffix(";") ? "" : ";") + "\(column.name)=\(text)"
        }
        return DestinationRow(
            number: number, set: values[0].text ?? "", uri: values[1].text ?? "", flags: values[2].text ?? "0",
            priority: values[3].text ?? "0", attributes: attributes)
    }
}
