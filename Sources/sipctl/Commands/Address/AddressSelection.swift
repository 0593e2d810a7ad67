import CommandLineInterface
import Database
import NetworkAddress

/// Which rows a command is about; addresses are compared as addresses, and as the text that is stored.
struct AddressSelection: Sendable {
    private var text: String?
    private var address: IPAddress?
    private var mask: Int64?
    /// The mask behind the slash, which is no part of an address that is stored without one.
    private var maskOfText: Int64?
    private var port: Int64?

    init(_ texts: [(column: String, text: String)]) throws(CommandFailure) {
        for (column, text) in texts {
            switch column {
            case "ip_addr":
                self.text = text
                let parts = text.split(separator: "/", maxSplits: 1)
                address = parts.first.flatMap { IPAddress($0) }
                if address != nil, parts.count == 2 { maskOfText = try Self.number("mask", String(parts[1])) }
            case "mask": mask = try Self.number("mask", text)
            case "port": port = try Self.number("port", text)
            default: continue
            }
        }
    }

    private static func number(_ field: String, _ text: String) throws(CommandFailure) -> Int64? {
        guard !text.isEmpty else { return nil }
        guard let number = Int64(text) else { throw ValueRefusal.failure(field, text, "is not a whole number") }
        return number
    }

    /// Whether a row is meant.
    func matches(_ row: RowDraft) -> Bool {
        if let mask, row["mask"]?.integer != mask { return false }
        if let port, row["port"]?.integer != port { return false }
        let stored = row.text("ip_addr") ?? ""
        guard let text, stored != text else { return true }
        guard let address, IPAddress(stored) == address else { return false }
        return maskOfText == nil || row["mask"]?.integer == maskOfText
    }
}

/// Rows of the address table in words.
enum AddressText {
    /// `address '203.0.113.0/24' port 5060 of group 200`.
    static func describe(_ row: RowDraft) -> String {
        var text = "address '\(row.text("ip_addr") ?? "")"
        if let mask = row["mask"]?.integer { text += "/\(mask)" }
        text += "'"
        if let port = row["port"]?.integer, port != 0 { text += " port \(port)" }
        if let group = row["grp"]?.integer { text += " of group \(group)" }
        return text
    }
}
