/// A name-addr or addr-spec with its header parameters, as in From, To, Contact and Route (RFC 3261 §20.10, §25.1).
///
/// `"Alice" <sip:alice@example.com;transport=tcp>;tag=1928`. Without angle brackets all parameters are the header's.
package struct NameAddress: Hashable, Sendable {
    /// The whole value, without a comma or line end.
    package let text: ByteString
    private var displayPart = TextRange(0, 0)
    private var uriPart = TextRange.none
    private var parametersPart = TextRange.none
    private var tagPart = TextRange.none
    /// Tells whether the URI stands in angle brackets.
    package private(set) var isBracketed = false

    /// Reads one value; a Contact of `*` is allowed and gives the URI `*`.
    package static func parse(_ text: ByteString) throws(SIPParseError) -> NameAddress {
        var address = NameAddress(text: text.trimmed())
        try address.scan()
        return address
    }

    private init(text: ByteString) {
        self.text = text
    }

    /// The display name as written, with quotes if it has them; empty if there is none.
    package var displayName: ByteString { text.part(displayPart) }

    /// The URI, without angle brackets.
    package var uri: ByteString { text.part(uriPart) }

    /// The place of the URI in the message, without angle brackets.
    package var uriRange: Range<Int> { uri.range }

    /// The place of the display name in the message; empty if there is none.
    package var displayNameRange: Range<Int> { displayName.range }

    /// The header parameters, from the first semicolon on; empty if there are none.
    package var parameters: ByteString { text.part(parametersPart) }

    /// The tag parameter, if it has a value.
    package var tag: ByteString? { text.optionalPart(tagPart) }

    /// Tells whether there is a tag parameter with a value.
    package var hasTag: Bool { tagPart.exists }

    /// Tells whether the value is `*`, which in REGISTER removes all bindings (RFC 3261 §10.2.2).
    package var isWildcard: Bool { !isBracketed && uri == "*" }

    /// The URI taken apart, or nil if it is none.
    package var parsedURI: SIPURI? { try? SIPURI.parse(uri) }

    /// Finds a header parameter by name, without regard to case.
    package func parameter(named name: String) -> ParameterValue {
        ParameterList(parameters).value(named: name)
    }

    /// The preference of a contact in thousandths, 0...1000, or nil if it has none or an invalid one.
    package var q: Int? {
        guard let value = parameter(named: "q").text else { return nil }
        return NameAddress.thousandths(value)
    }

    /// The `expires` parameter in seconds, or nil if it has none or an invalid one.
    ///
    /// Larger values than RFC 3261 allows (2^32 - 1) are cut to that.
    package var expires: Int? {
        guard let value = parameter(named: "expires").text else { return nil }
        return deltaSeconds(value)
    }

    /// Reads a qvalue: `0`, `1`, `0.5`, `1.000` (RFC 3261 §25.1), also `.5`, which some phones send.
    static func thousandths(_ text: ByteString) -> Int? {
        let span = text.bytes.span
        var position = 0
        var value = 0
        if position < span.count, span[position] == 0x30 || span[position] == 0x31 {
            value = span[position] == 0x31 ? 1000 : 0
            position += 1
        }
        if position < span.count {
            guard span[position] == 0x2E, span.count - position <= 4, span.count > 1 else { return nil }
            position += 1
            var scale = 100
            while position < span.count {
                guard span[position].isDigit else { return nil }
                value += Int(span[position] &- 0x30) * scale
                scale /= 10
                position += 1
            }
        } else if span.count == 0 {
            return nil
        }
        return value <= 1000 ? value : nil
    }

    private mutating func scan() throws(SIPParseError) {
        // A copy, because a span of `self.text` would not let the parts be set.
        let text = text
        let span = text.bytes.span
        let base = text.bytes.startIndex
        guard span.count > 0 else { throw SIPParseError(.nameAddress, .empty, at: base) }
        var position = 0
        if let open = try NameAddress.openingBracket(span, base) {
            guard let close = span.firstIndex(of: 0x3E, from: open, to: span.count) else {
                throw SIPParseError(.nameAddress, .unterminated, at: base + open)
            }
            isBracketed = true
            displayPart = TextRange(0, span.trimmedEnd(from: 0, to: open))
            var uriStart = open + 1
            span.skipWhitespace(&uriStart, to: close)
            uriPart = TextRange(uriStart, span.trimmedEnd(from: uriStart, to: close))
            position = close + 1
        } else {
            while position < span.count, span[position] != 0x3B, !span[position].isWhitespace { position += 1 }
            uriPart = TextRange(0, position)
        }
        guard !uriPart.isEmpty else { throw SIPParseError(.nameAddress, .missingPart("URI"), at: base + position) }
        span.skipWhitespace(&position, to: span.count)
        guard position < span.count else { return }
        guard span[position] == 0x3B else {
            throw SIPParseError(.nameAddress, .unexpectedByte(span[position]), at: base + position)
        }
        parametersPart = TextRange(position, span.count)
        while let found = scanParameter(span, &position, span.count) {
            if span.matches(ignoringCase: "tag", from: Int(found.name.start), to: Int(found.name.end)),
                !found.value.isEmpty
            {
                tagPart = found.value
                break
            }
        }
    }

    /// The position of `<` outside a quoted display name, before any parameter.
    private static func openingBracket(
        _ span: borrowing Span<UInt8>, _ base: Int
    ) throws(SIPParseError) -> Int? {
        var position = 0
        while position < span.count {
            switch span[position] {
            case 0x3C: return position
            case 0x3B: return nil
            case 0x22:
                guard let behind = span.endOfQuotedString(from: position, to: span.count) else {
                    throw SIPParseError(.nameAddress, .unterminated, at: base + position)
                }
                position = behind
            default: position += 1
            }
        }
        return nil
    }
}

/// Reads delta-seconds, cutting what is larger than RFC 3261 §20.19 allows to 2^32 - 1.
func deltaSeconds(_ text: ByteString) -> Int? {
    let span = text.bytes.span
    guard span.count > 0 else { return nil }
    var position = 0
    var value = 0
    while position < span.count {
        guard span[position].isDigit else { return nil }
        value = min(value * 10 + Int(span[position] &- 0x30), 0xFFFF_FFFF)
        position += 1
    }
    return value
}
