/// Reads an extended regular expression.
struct SubstitutionPatternParser {
    typealias Failure = DirectiveExpression.Failure

    private let text: [UInt8]
    private let ignoresCase: Bool
    private var index = 0
    private var depth = 0
    private(set) var groupCount = 0

    init(_ text: [UInt8], ignoresCase: Bool) {
        self.text = text
        self.ignoresCase = ignoresCase
    }

    mutating func parse() throws(Failure) -> SubstitutionPattern.Node {
        let node = try alternatives()
        guard index == text.count else { throw Failure(message: "the pattern has a ')' too many") }
        return node
    }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private mutating func alternatives() throws(Failure) -> SubstitutionPattern.Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 50 else { throw Failure(message: "the pattern is nested too deep") }
        var branches = [try sequence()]
        while next == UInt8(ascii: "|") {
            index += 1
            branches.append(try sequence())
        }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(Failure) -> SubstitutionPattern.Node {
        var nodes: [SubstitutionPattern.Node] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            nodes.append(try repetition())
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func repetition() throws(Failure) -> SubstitutionPattern.Node {
        var node = try atom()
        while let byte = next {
            switch byte {
            case UInt8(ascii: "*"): node = .repetition(node, min: 0, max: .max)
            case UInt8(ascii: "+"): node = .repetition(node, min: 1, max: .max)
            case UInt8(ascii: "?"): node = .repetition(node, min: 0, max: 1)
            case UInt8(ascii: "{"):
                guard let (min, max) = try bounds() else { return node }
                node = .repetition(node, min: min, max: max)
                continue
            default: return node
            }
            index += 1
        }
        return node
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; nil, with nothing read, for a brace that is just a brace.
    private mutating func bounds() throws(Failure) -> (Int, Int)? {
        guard let close = text[index...].firstIndex(of: UInt8(ascii: "}")), text.count > index + 1,
            text[index + 1].isDigit
        else {
            return nil
        }
        let parts = text[(index + 1)..<close].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        let numbers = parts.map { Int(String(decoding: $0, as: UTF8.self)) }
        guard let min = numbers.first ?? nil, min <= 255, numbers.count <= 2 else {
            throw Failure(message: "the pattern has a bad repetition")
        }
        var max = min
        if numbers.count == 2 { max = parts[1].isEmpty ? .max : numbers[1] ?? -1 }
        guard max >= min, max <= 255 || max == .max else { throw Failure(message: "the pattern has a bad repetition") }
        index = close + 1
        return (min, max)
    }

    private mutating func atom() throws(Failure) -> SubstitutionPattern.Node {
        let byte = text[index]
        index += 1
        switch byte {
        case UInt8(ascii: "."): return .set(Set(0...255))
        case UInt8(ascii: "^"): return .start
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "["): return .set(try bracket())
        case UInt8(ascii: "("):
            groupCount += 1
            let number = groupCount
            let inner = try alternatives()
            guard next == UInt8(ascii: ")") else { throw Failure(message: "the pattern has a '(' without ')'") }
            index += 1
            return .group(inner, number)
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw Failure(message: "the pattern repeats nothing")
        case .backslash:
            guard let escaped = next else { throw Failure(message: "the pattern ends with a backslash") }
            index += 1
            return .set(variants(escaped))
        default: return .set(variants(byte))
        }
    }

    private func variants(_ byte: UInt8) -> Set<UInt8> {
        guard ignoresCase, byte.isLetter else { return [byte] }
        return [byte, byte ^ 0x20]
    }

    private mutating func bracket() throws(Failure) -> Set<UInt8> {
        var set: Set<UInt8> = []
        let isNegated = next == UInt8(ascii: "^")
        if isNegated { index += 1 }
        var isFirst = true
        while let byte = next, byte != UInt8(ascii: "]") || isFirst {
            isFirst = false
            if byte == UInt8(ascii: "["), index + 1 < text.count, text[index + 1] == UInt8(ascii: ":") {
                set.formUnion(try characterClass())
                continue
            }
            index += 1
            guard next == UInt8(ascii: "-"), index + 1 < text.count, text[index + 1] != UInt8(ascii: "]") else {
                set.formUnion(variants(byte))
                continue
            }
            let last = text[index + 1]
            index += 2
            guard byte <= last else { throw Failure(message: "the pattern has a range that runs backwards") }
            for member in byte...last { set.formUnion(variants(member)) }
        }
        guard next == UInt8(ascii: "]") else { throw Failure(message: "the pattern has a '[' without ']'") }
        index += 1
        return isNegated ? Set(0...255).subtracting(set) : set
    }

    private mutating func characterClass() throws(Failure) -> Set<UInt8> {
        let start = index + 2
        guard let colon = text[start...].firstIndex(of: UInt8(ascii: ":")), colon + 1 < text.count,
            text[colon + 1] == UInt8(ascii: "]")
        else { throw Failure(message: "the pattern has a bad class of characters") }
        index = colon + 2
        let all = UInt8(0)...UInt8(0x7F)
        switch String(decoding: text[start..<colon], as: UTF8.self) {
        case "alpha": return Set(all.filter(\.isLetter))
        case "digit": return Set(all.filter(\.isDigit))
        case "alnum": return Set(all.filter { $0.isLetter || $0.isDigit })
        case "upper": return Set(all.filter { $0.isLetter && $0 < 0x60 })
        case "lower": return Set(all.filter { $0.isLetter && $0 > 0x60 })
        case "xdigit": return Set(all.filter { $0.hexadecimalValue != nil })
        case "space": return [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D]
        case "blank": return [0x20, 0x09]
        case "punct": return Set(all.filter { $0 > 0x20 && $0 < 0x7F && !$0.isLetter && !$0.isDigit })
        default: throw Failure(message: "the pattern has an unknown class of characters")
        }
    }
}
