/// Parses JSON text strictly as RFC 8259 wants it, within bounds.
///
/// Strict means: one document and nothing after it but blanks, no leading zeros, no unescaped control characters,
/// valid UTF-8, complete surrogate pairs. The depth is bounded because parsing recurses, the number of values because
/// a byte of text (`[0,0,0…`) costs many of memory.
package struct JSONParser: Sendable {
    /// The bounds of a document.
    package struct Limits: Sendable, Hashable {
        /// How deep arrays and objects may be nested.
        package var depth: Int
        /// How many values the document may hold in all.
        package var values: Int
        /// How long the text may be.
        package var bytes: Int

        /// Makes bounds; the defaults suit a request.
        package init(depth: Int = 64, values: Int = 1_000_000, bytes: Int = 16 << 20) {
            self.depth = depth
            self.values = values
            self.bytes = bytes
        }

        /// For an answer of a daemon that we trust not to be endless.
        package static let answer = Limits(depth: 128, values: .max, bytes: .max)
    }

    private let limits: Limits
    private var position = 0
    private var valueCount = 0

    private init(limits: Limits) {
        self.limits = limits
    }

    /// Parses one document.
    ///
    /// - Throws: what is wrong and at which byte.
    package static func parse(_ bytes: Span<UInt8>, limits: Limits = Limits()) throws(JSONParseError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw JSONParseError(reason: .tooLong(limitBytes: limits.bytes), offset: limits.bytes)
        }
        var parser = JSONParser(limits: limits)
        let value = try parser.parseValue(bytes, depth: 0)
        parser.skipBlanks(bytes)
        guard parser.position == bytes.count else { throw parser.unexpected(bytes, expected: "the end") }
        return value
    }

    /// Parses one document.
    package static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONParseError) -> JSONValue {
        try parse(bytes.span, limits: limits)
    }

    /// Parses one document.
    package static func parse(_ text: String, limits: Limits = Limits()) throws(JSONParseError) -> JSONValue {
        try parse(text.utf8.span, limits: limits)
    }

    private mutating func parseValue(_ bytes: Span<UInt8>, depth: Int) throws(JSONParseError) -> JSONValue {
        skipBlanks(bytes)
        valueCount += 1
        guard valueCount <= limits.values else {
            throw JSONParseError(reason: .tooManyValues(limit: limits.values), offset: position)
        }
        guard position < bytes.count else { throw unexpected(bytes, expected: "a value") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try parseObject(bytes, depth: depth + 1)
        case UInt8(ascii: "["): return try parseArray(bytes, depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try parseString(bytes))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber(bytes)
        case UInt8(ascii: "t"): return try parseWord("true", bytes, .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", bytes, .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", bytes, .null)
        default: throw unexpected(bytes, expected: "a value")
        }
    }

    private mutating func parseArray(_ bytes: Span<UInt8>, depth: Int) throws(JSONParseError) -> JSONValue {
        try enter(depth: depth)
        var elements: [JSONValue] = []
        if skip(UInt8(ascii: "]"), bytes) { return .array(elements) }
        while true {
            elements.append(try parseValue(bytes, depth: depth))
            if skip(UInt8(ascii: "]"), bytes) { return .array(elements) }
            guard skip(UInt8(ascii: ","), bytes) else { throw unexpected(bytes, expected: "',' or ']'") }
        }
    }

    private mutating func parseObject(_ bytes: Span<UInt8>, depth: Int) throws(JSONParseError) -> JSONValue {
        try enter(depth: depth)
        var members: [JSONMember] = []
        if skip(UInt8(ascii: "}"), bytes) { return .object(members) }
        while true {
            skipBlanks(bytes)
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw unexpected(bytes, expected: "a member name")
            }
            let name = try parseString(bytes)
            guard skip(UInt8(ascii: ":"), bytes) else { throw unexpected(bytes, expected: "':'") }
            members.append(JSONMember(name, try parseValue(bytes, depth: depth)))
            if skip(UInt8(ascii: "}"), bytes) { return .object(members) }
            guard skip(UInt8(ascii: ","), bytes) else { throw unexpected(bytes, expected: "',' or '}'") }
        }
    }

    private mutating func enter(depth: Int) throws(JSONParseError) {
        guard depth <= limits.depth else {
            throw JSONParseError(reason: .tooDeep(limit: limits.depth), offset: position)
        }
        position += 1
    }

    private mutating func parseWord(
        _ word: StaticString, _ bytes: Span<UInt8>, _ value: JSONValue
    ) throws(JSONParseError) -> JSONValue {
        for byte in "\(word)".utf8 {
            guard position < bytes.count, bytes[position] == byte else {
                throw unexpected(bytes, expected: "'\(word)'")
            }
            position += 1
        }
        return value
    }

    // MARK: Blanks and errors

    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func skip(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        skipBlanks(bytes)
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private func unexpected(_ bytes: Span<UInt8>, expected: String) -> JSONParseError {
        JSONParseError(
            reason: .unexpected(found: position < bytes.count ? bytes[position] : nil, expected: expected),
            offset: position)
    }

    // MARK: Numbers

    private mutating func parseNumber(_ bytes: Span<UInt8>) throws(JSONParseError) -> JSONValue {
        let start = position
        let invalid = JSONParseError(reason: .invalidNumber, offset: start)
        let isNegative = skipByte(UInt8(ascii: "-"), bytes)
        let leadingZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
        let integerStart = position
        let magnitude = skipDigits(bytes)
        let digitCount = position - integerStart
        guard digitCount > 0, !leadingZero || digitCount == 1 else { throw invalid }
        var isIntegral = true
        if skipByte(UInt8(ascii: "."), bytes) {
            isIntegral = false
            let fractionStart = position
            skipDigits(bytes)
            guard position > fractionStart else { throw invalid }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isIntegral = false
            position += 1
            if !skipByte(UInt8(ascii: "+"), bytes) { _ = skipByte(UInt8(ascii: "-"), bytes) }
            let exponentStart = position
            skipDigits(bytes)
            guard position > exponentStart else { throw invalid }
        }
        // -0 stays a Double, so that its sign survives.
        if isIntegral, let magnitude, !(isNegative && magnitude == 0) {
            return .integer(isNegative ? -magnitude : magnitude)
        }
        let text = String(decodingASCII: bytes, from: start, to: position)
        if isIntegral, let integer = Int64(text), integer != 0 { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw invalid }
        return .number(number)
    }

    private mutating func skipByte(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Returns the value of the digits, or nil when it is beyond Int64.
    @discardableResult
    private mutating func skipDigits(_ bytes: Span<UInt8>) -> Int64? {
        var value: Int64? = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            position += 1
            guard let sofar = value else { continue }
            let (product, overflow) = sofar.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int64(digit))
            value = overflow || carry ? nil : sum
        }
        return value
    }

    // MARK: Strings

    private mutating func parseString(_ bytes: Span<UInt8>) throws(JSONParseError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = try decode(bytes, from: start)
                position += 1
                return text
            case UInt8(ascii: "\\"): return try parseEscapedString(bytes, from: start)
            case 0..<0x20:
                throw JSONParseError(reason: .controlCharacter(bytes[position]), offset: position)
            default: position += 1
            }
        }
        throw unexpected(bytes, expected: "'\"'")
    }

    private func decode(_ bytes: Span<UInt8>, from start: Int) throws(JSONParseError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes.extracting(start..<position)))
        } catch {
            throw JSONParseError(reason: .invalidUTF8, offset: start + error.byteOffsets.lowerBound)
        }
    }

    private mutating func parseEscapedString(_ bytes: Span<UInt8>, from start: Int) throws(JSONParseError) -> String {
        var text = try decode(bytes, from: start)
        while position < bytes.count {
            let runStart = position
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return text
            case UInt8(ascii: "\\"):
                text.unicodeScalars.append(try parseEscape(bytes))
            case 0..<0x20:
                throw JSONParseError(reason: .controlCharacter(bytes[position]), offset: position)
            default:
                while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\""),
                    bytes[position] != UInt8(ascii: "\\")
                {
                    position += 1
                }
                text += try decode(bytes, from: runStart)
            }
        }
        throw unexpected(bytes, expected: "'\"'")
    }

    private mutating func parseEscape(_ bytes: Span<UInt8>) throws(JSONParseError) -> Unicode.Scalar {
        let invalid = JSONParseError(reason: .invalidEscape, offset: position)
        position += 1
        guard position < bytes.count else { throw unexpected(bytes, expected: "an escape") }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw invalid
        }
        guard let first = parseHexadecimal(bytes) else { throw invalid }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xd800..<0xdc00).contains(first), skipByte(UInt8(ascii: "\\"), bytes),
            skipByte(UInt8(ascii: "u"), bytes), let second = parseHexadecimal(bytes),
            (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw invalid }
        return scalar
    }

    private mutating func parseHexadecimal(_ bytes: Span<UInt8>) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position + offset])).hexDigitValue,
                bytes[position + offset] < 0x80
            else { return nil }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}

extension String {
    fileprivate init(decodingASCII bytes: Span<UInt8>, from start: Int, to end: Int) {
        self = ""
        for index in start..<end { unicodeScalars.append(Unicode.Scalar(bytes[index])) }
    }
}
