import SIPMessage
import ScriptEngine

/// Values by prefixes of numbers, in a tree of their characters; immutable once it is built.
struct PrefixTable: Sendable {
    /// How long a prefix may be.
    static let prefixLengthMax = 64

    private struct Node: Sendable {
        var children: [UInt8: Int32] = [:]
        var values: [ByteString] = []
    }

    private var nodes = [Node()]
    /// The number of values.
    private(set) var count = 0

    /// The number of places in the tree.
    var nodeCount: Int { nodes.count }

    /// Adds a value.
    ///
    /// - Throws: `ScriptError` when the prefix is empty, too long or holds a character that is not allowed.
    mutating func add(_ value: ByteString, at prefix: ByteString, characters: Set<UInt8>) throws(ScriptError) {
        guard (1...Self.prefixLengthMax).contains(prefix.count) else {
            throw ScriptError("prefix '\(prefix)' has \(prefix.count) characters")
        }
        var index = 0
        for byte in prefix.bytes {
            guard characters.contains(byte) else {
                throw ScriptError("prefix '\(prefix)' holds a character that is not in char_list")
            }
            if let next = nodes[index].children[byte] {
                index = Int(next)
            } else {
                nodes[index].children[byte] = Int32(nodes.count)
                index = nodes.count
                nodes.append(Node())
            }
        }
        nodes[index].values.append(value)
        count += 1
    }

    /// Whether a prefix has a value.
    func hasValue(at prefix: ByteString) -> Bool {
        var index = 0
        for byte in prefix.bytes {
            guard let next = nodes[index].children[byte] else { return false }
            index = Int(next)
        }
        return !nodes[index].values.isEmpty
    }

    /// The prefixes of a number that have values, the longest first.
    func matches(of number: ByteString) -> [(prefix: ByteString, values: [ByteString])] {
        var found: [(ByteString, [ByteString])] = []
        var index = 0
        for (length, byte) in number.bytes.enumerated() {
            guard let next = nodes[index].children[byte] else { break }
            index = Int(next)
            if !nodes[index].values.isEmpty { found.append((number.prefix(length + 1), nodes[index].values)) }
        }
        return found.reversed()
    }

    /// All prefixes with their values, in the order of the prefixes.
    var entries: [(prefix: ByteString, values: [ByteString])] {
        var entries: [(ByteString, [ByteString])] = []
        var pending: [(Int, [UInt8])] = [(0, [])]
        while let (index, prefix) = pending.popLast() {
            let node = nodes[index]
            if !node.values.isEmpty { entries.append((ByteString(prefix), node.values)) }
            for (byte, child) in node.children.sorted(by: { $0.key > $1.key }) {
                pending.append((Int(child), prefix + [byte]))
            }
        }
        return entries
    }
}

/// One tree of `modparam("mtree", "mtree", "name=pf;dbtable=mtree;type=0")`.
struct TreeDefinition: Sendable, Equatable {
    /// What the values are (Kamailio: `type`).
    enum Kind: Int, Sendable {
        case text, weighted, number
    }

    var name: ByteString
    var table: String
    var kind = Kind.text
    /// Whether the table holds several trees, told apart by a column.
    var sharesTable = false

    /// Reads a definition.
    init(_ text: ByteString) throws(ScriptError) {
        var fields: [String: ByteString] = [:]
        for part in text.split(on: UInt8(ascii: ";")).map({ $0.trimmed() }) where !part.isEmpty {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else {
                throw ScriptError("'\(part)' is no attribute=value")
            }
            fields[ByteString(part.bytes[..<equals]).trimmed().string] =
                ByteString(part.bytes[(equals + 1)...]).trimmed().compacted()
        }
        let known = ["name", "dbtable", "type", "multi"]
        if let unknown = fields.keys.sorted().first(where: { !known.contains($0) }) {
            throw ScriptError("unknown attribute '\(unknown)'", hint: known.joined(separator: ", "))
        }
        guard let name = fields["name"], !name.isEmpty else {
            throw ScriptError("tree '\(text)' has no name", hint: "write \"name=pf;dbtable=mtree;type=0\"")
        }
        self.name = name
        table = fields["dbtable"]?.string ?? "mtree"
        if let text = fields["type"] {
            guard let number = text.integerValue, let kind = Kind(rawValue: number) else {
                throw ScriptError("tree '\(name)': type is '\(text)'", hint: "0 text, 1 dst=weight, 2 number")
            }
            self.kind = kind
        }
        sharesTable = (fields["multi"]?.integerValue ?? 0) != 0
    }
}
