import SIPMessage
import ScriptEngine

/// The sets of media relays by number; an immutable snapshot.
struct RelaySets: Sendable {
    /// The members of each set, in order.
    private(set) var members: [Int: [RelayMember]] = [:]

    /// Most nodes in all sets.
    private static let nodesMax = 1024
    private static let weightMax = 1_000_000

    /// All members with their set, in order of sets.
    var all: [(set: Int, member: RelayMember)] {
        members.sorted { $0.key < $1.key }.flatMap { entry in entry.value.map { (entry.key, $0) } }
    }

    /// Adds what one setting holds: `udp:h:p=weight udp:h:p`, with `set ==` in front for another set than `set`.
    mutating func add(_ text: ByteString, defaultSet: Int) throws(ScriptError) {
        var set = defaultSet
        var rest = text.trimmed()
        if let equals = rest.range(of: "==") {
            let number = ByteString(rest.bytes[..<equals.lowerBound]).trimmed()
            guard let value = number.integerValue, (0...Int(Int32.max)).contains(value) else {
                throw ScriptError("'\(number)' is no number of a set")
            }
            set = value
            rest = ByteString(rest.bytes[equals.upperBound...])
        }
        for word in rest.bytes.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) {
            var url = ByteString(word)
            var weight = 1
            if let equals = url.lastIndex(of: UInt8(ascii: "=")) {
                let number = ByteString(url.bytes[(equals + 1)...])
                guard let value = number.integerValue else { throw ScriptError("'\(number)' is no weight") }
                weight = value
                url = ByteString(url.bytes[..<equals])
            }
            try add(try RelayNode(url), weight: weight, to: set)
        }
    }

    /// Adds one node.
    mutating func add(_ node: RelayNode, weight: Int, to set: Int, isDisabled: Bool = false) throws(ScriptError) {
        guard (0...Self.weightMax).contains(weight) else {
            throw ScriptError("weight \(weight) of '\(node.url)' is not in 0 to \(Self.weightMax)")
        }
        guard members.reduce(0, { $0 + $1.value.count }) < Self.nodesMax else {
            throw ScriptError("there are more than \(Self.nodesMax) media relays")
        }
        let known = all.first { $0.member.node.url == node.url }?.member.node ?? node
        members[set, default: []].append(RelayMember(node: known, weight: weight, isDisabled: isDisabled))
    }

    /// The order in which the nodes of a set are tried for a call: first the one its hash chooses by the weights.
    func order(of set: Int, hash: Int, where isUsable: (RelayMember) -> Bool) -> [RelayNode] {
        var candidates = (members[set] ?? []).filter { isUsable($0) && $0.weight > 0 }
        var order: [RelayNode] = []
        while !candidates.isEmpty {
            var cut = hash % candidates.reduce(0) { $0 + $1.weight }
            let index = candidates.firstIndex { candidate in
                cut -= candidate.weight
                return cut < 0
            }
            order.append(candidates.remove(at: index ?? 0).node)
        }
        return order
    }
}

/// The hash of a Call-ID that chooses a node.
enum RelayHash: Int, Sendable {
    /// The sum of the bytes, modulo 256, as older Kamailios do.
    case sum = 0
    /// A hash that spreads better.
    case mixed = 1
    case mixedToo = 2

    func value(of callID: ByteString) -> Int {
        switch self {
        case .sum: callID.bytes.reduce(0) { ($0 + Int($1)) & 0xFF }
        case .mixed, .mixedToo:
            Int(callID.bytes.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } >> 1)
        }
    }
}
