import Database
import SIPMessage
import ScriptEngine

/// One table as `modparam("htable", "htable", "name=>size=8;autoexpire=300")` defines it.
struct HashTableDefinition: Sendable, Equatable {
    /// The name in the script.
    var name: ByteString
    /// The number of slots is 2 to the power of this; it shows in `htable.dump` and `htable.stats` only.
    var sizeExponent = 8
    /// Seconds that an item lives; 0 for ever.
    var autoexpireSeconds = 0
    /// Whether writing an item gives it its full life again.
    var updatesExpiry = true
    /// The value of items that do not exist.
    var initialValue: Int?
    /// The table that is loaded at the start.
    var databaseTable: SQLIdentifier?
    /// Whether the items are written to that table at the end.
    var isStored = false
    /// The key column and the value columns, when they are not the usual ones.
    var columns: [SQLIdentifier] = []
    /// What stands between the values of several columns.
    var columnDelimiter: ByteString = ","
    /// What stands for NULL in a column.
    var columnNull: ByteString = ""

    private static let sizeExponents = 1...30
    private static let columnCountMax = 14

    /// Reads a definition.
    init(_ text: ByteString) throws(ScriptError) {
        guard let (name, attributes) = text.splitAtArrow(), !name.trimmed().isEmpty else {
            throw ScriptError("'\(text)' defines no table", hint: "write 'name=>size=8;autoexpire=300'")
        }
        self.name = name.trimmed().compacted()
        for attribute in Self.split(attributes) where !attribute.isEmpty {
            guard let equals = attribute.firstIndex(of: UInt8(ascii: "=")) else {
                throw ScriptError("table '\(self.name)': '\(attribute)' is no attribute=value")
            }
            let value = Self.unquoted(ByteString(attribute.bytes[(equals + 1)...]).trimmed())
            try set(ByteString(attribute.bytes[..<equals]).trimmed().string, to: value)
        }
    }

    private mutating func set(_ attribute: String, to value: ByteString) throws(ScriptError) {
        switch attribute {
        case "size": sizeExponent = try number(attribute, value, Self.sizeExponents)
        case "autoexpire": autoexpireSeconds = try number(attribute, value, 0...Int(Int32.max))
        case "initval": initialValue = try number(attribute, value, Int(Int32.min)...Int(Int32.max))
        case "updateexpire": updatesExpiry = try number(attribute, value, 0...1) == 1
        case "dbmode": isStored = try number(attribute, value, 0...1) == 1
        case "dbtable": databaseTable = try identifier(attribute, value)
        case "cols": columns = try columnList(value)
        case "coldelim": columnDelimiter = value
        case "colnull": columnNull = value
        case "dmqreplicate":
            guard try number(attribute, value, 0...1) == 0 else {
                throw ScriptError(
                    "table '\(name)': replication by DMQ is not supported",
                    hint: "let the nodes share a database, or remove 'dmqreplicate'")
            }
        default:
            throw ScriptError(
                "table '\(name)': unknown attribute '\(attribute)'",
                hint: "size, autoexpire, initval, updateexpire, dbtable, dbmode, cols")
        }
    }

    private func number(
        _ attribute: String, _ value: ByteString, _ range: ClosedRange<Int>
    ) throws(ScriptError) -> Int {
        guard let number = value.integerValue, range.contains(number) else {
            throw ScriptError(
                "table '\(name)': \(attribute) is '\(value)'",
                hint: "it is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func identifier(_ attribute: String, _ value: ByteString) throws(ScriptError) -> SQLIdentifier {
        guard let identifier = SQLIdentifier(value.string) else {
            throw ScriptError("table '\(name)': \(attribute) '\(value)' is no name")
        }
        return identifier
    }

    private func columnList(_ value: ByteString) throws(ScriptError) -> [SQLIdentifier] {
        var columns: [SQLIdentifier] = []
        for column in value.split(on: UInt8(ascii: ",")) { columns.append(try identifier("cols", column.trimmed())) }
        guard (2...Self.columnCountMax).contains(columns.count) else {
            throw ScriptError(
                "table '\(name)': cols has \(columns.count) columns",
                hint: "a key and from 1 to \(Self.columnCountMax - 1) values")
        }
        return columns
    }

    /// Cuts at semicolons outside of quotes.
    private static func split(_ text: ByteString) -> [ByteString] {
        var parts: [ByteString] = []
        var start = text.bytes.startIndex
        var quote: UInt8?
        for index in text.bytes.indices {
            let byte = text.bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: ";") {
                parts.append(ByteString(text.bytes[start..<index]).trimmed())
                start = index + 1
            }
        }
        return parts + [ByteString(text.bytes[start...]).trimmed()]
    }

    private static func unquoted(_ text: ByteString) -> ByteString {
        guard text.count >= 2, let first = text.first, first == text.last,
            first == UInt8(ascii: "'") || first == UInt8(ascii: "\"")
        else { return text }
        return text.dropFirst().dropLast()
    }
}

extension ByteString {
    /// What stands before and behind the first `=>`, or nil when there is none.
    func splitAtArrow() -> (ByteString, ByteString)? {
        range(of: "=>").map { (ByteString(bytes[..<$0.lowerBound]), ByteString(bytes[$0.upperBound...])) }
    }
}
