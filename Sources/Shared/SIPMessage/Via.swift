/// One Via value: a hop the message took (RFC 3261 §20.42).
///
/// `SIP/2.0/UDP client.example:5060;branch=z9hG4bK74bf9;received=192.0.2.4`. The parts are places in `text`.
package struct Via: Hashable, Sendable {
    /// The whole value, without a comma or line end.
    package let text: ByteString
    private var protocolPart = TextRange.none
    private var transportPart = TextRange.none
    private var hostPart = TextRange.none
    private var portPart = TextRange.none
    private var parametersPart = TextRange.none
    private var branchPart = TextRange.none
    private var receivedPart = TextRange.none
    private var receivedWhole = TextRange.none
    private var rportPart = TextRange.none
    private var rportWhole = TextRange.none
    /// The port of sent-by, if one is given.
    package private(set) var port: UInt16?

    /// Reads one Via value.
    ///
    /// White space is allowed around `/`, `:` and `;` (RFC 4475 §3.1.1.1).
    package static func parse(_ text: ByteString) throws(SIPParseError) -> Via {
        var via = Via(text: text.trimmed())
        try via.scan()
        return via
    }

    private init(text: ByteString) {
        self.text = text
    }

    /// The protocol name and version, like `SIP/2.0`.
    package var protocolVersion: ByteString { text.part(protocolPart) }

    /// The transport as written, like `UDP`.
    package var transport: ByteString { text.part(transportPart) }

    /// The host of sent-by; an IPv6 address keeps its brackets.
    package var host: ByteString { text.part(hostPart) }

    /// Everything behind sent-by, from the first semicolon on; empty if there is nothing.
    package var parameters: ByteString { text.part(parametersPart) }

    /// The branch parameter.
    package var branch: ByteString? { text.optionalPart(branchPart) }

    /// The received parameter: the address the message came from, where it differs from sent-by.
    package var received: ByteString? { text.optionalPart(receivedPart) }

    /// The rport parameter (RFC 3581): a flag in a request that asks for it, a port in the answer.
    package var rport: ParameterValue {
        guard rportWhole.exists else { return .absent }
        guard rportPart.exists else { return .flag }
        return .value(text.part(rportPart))
    }

    /// Tells whether the sender asks for the port its message came from (RFC 3581 §3).
    package var asksForRport: Bool { rportWhole.exists }

    /// Tells whether protocol and version are those of RFC 3261.
    package var isVersion2: Bool {
        text.bytes.span.matches(ignoringCase: "sip/2.0", from: Int(protocolPart.start), to: Int(protocolPart.end))
    }

    /// Tells whether the branch begins with the cookie that marks RFC 3261 senders (§8.1.1.7).
    package var hasMagicCookie: Bool { branch?.hasPrefixIgnoringCase("z9hG4bK") ?? false }

    /// Finds a parameter by name, without regard to case.
    package func parameter(named name: String) -> ParameterValue {
        ParameterList(parameters).value(named: name)
    }

    /// The place of the value in its message.
    package var range: Range<Int> { text.range }

    /// The place of the host in the message.
    package var hostRange: Range<Int>? { text.storageRange(hostPart) }

    /// The place of the port's digits in the message.
    package var portRange: Range<Int>? { text.storageRange(portPart) }

    /// The place of `;received=...` in the message, with its semicolon.
    package var receivedRange: Range<Int>? { text.storageRange(receivedWhole) }

    /// The place of `;rport` or `;rport=...` in the message, with its semicolon.
    package var rportRange: Range<Int>? { text.storageRange(rportWhole) }

    /// The place of the branch's value in the message.
    package var branchRange: Range<Int>? { text.storageRange(branchPart) }

    private mutating func scan() throws(SIPParseError) {
        // A copy, because a span of `self.text` would not let the parts be set.
        let text = text
        let span = text.bytes.span
        let base = text.bytes.startIndex
        guard span.count > 0 else { throw SIPParseError(.via, .empty, at: base) }
        var position = 0
        let name = try Via.token(span, &position, part: "protocol name", base)
        try Via.slash(span, &position, base)
        let version = try Via.token(span, &position, part: "protocol version", base)
        try Via.slash(span, &position, base)
        protocolPart = TextRange(start: name.start, end: version.end)
        transportPart = try Via.token(span, &position, part: "transport", base)
        guard position < span.count, span[position].isWhitespace else {
            throw SIPParseError(.via, .missingPart("sent-by"), at: base + position)
        }
        span.skipWhitespace(&position, to: span.count)
        try scanSentBy(span, &position, base)
        guard position < span.count else { return }
        guard span[position] == 0x3B else {
            throw SIPParseError(.via, .unexpectedByte(span[position]), at: base + position)
        }
        parametersPart = TextRange(position, span.count)
        scanParameters(span, position)
    }

    private static func token(
        _ span: borrowing Span<UInt8>, _ position: inout Int, part: String, _ base: Int
    ) throws(SIPParseError) -> TextRange {
        let start = position
        while position < span.count, span[position].isTokenByte { position += 1 }
        guard position > start else { throw SIPParseError(.via, .missingPart(part), at: base + position) }
        return TextRange(start, position)
    }

    private static func slash(
        _ span: borrowing Span<UInt8>, _ position: inout Int, _ base: Int
    ) throws(SIPParseError) {
        span.skipWhitespace(&position, to: span.count)
        guard position < span.count, span[position] == 0x2F else {
            throw SIPParseError(.via, .missingPart("slash"), at: base + position)
        }
        position += 1
        span.skipWhitespace(&position, to: span.count)
    }

    private mutating func scanSentBy(
        _ span: borrowing Span<UInt8>, _ position: inout Int, _ base: Int
    ) throws(SIPParseError) {
        let start = position
        if position < span.count, span[position] == 0x5B {
            guard let close = span.firstIndex(of: 0x5D, from: position, to: span.count) else {
                throw SIPParseError(.via, .unterminated, at: base + start)
            }
            position = close + 1
        } else {
            while position < span.count, span[position].isTokenByte { position += 1 }
        }
        guard position > start else { throw SIPParseError(.via, .missingPart("host"), at: base + position) }
        hostPart = TextRange(start, position)
        span.skipWhitespace(&position, to: span.count)
        guard position < span.count, span[position] == 0x3A else { return }
        position += 1
        span.skipWhitespace(&position, to: span.count)
        let portStart = position
        while position < span.count, span[position].isDigit { position += 1 }
        guard let number = span.decimal(from: portStart, to: position, limit: 65_535) else {
            throw SIPParseError(.via, .badNumber, at: base + portStart)
        }
        port = UInt16(number)
        portPart = TextRange(portStart, position)
        span.skipWhitespace(&position, to: span.count)
    }

    private mutating func scanParameters(_ span: borrowing Span<UInt8>, _ start: Int) {
        var position = start
        var separator = start
        while let found = scanParameter(span, &position, span.count) {
            let whole = TextRange(separator, Int(found.value.exists ? found.value.end : found.name.end))
            let name = (start: Int(found.name.start), end: Int(found.name.end))
            if span.matches(ignoringCase: "branch", from: name.start, to: name.end) {
                if !branchPart.exists { branchPart = found.value }
            } else if span.matches(ignoringCase: "received", from: name.start, to: name.end) {
                if !receivedWhole.exists {
                    receivedPart = found.value
                    receivedWhole = whole
                }
            } else if span.matches(ignoringCase: "rport", from: name.start, to: name.end), !rportWhole.exists {
                rportPart = found.value.isEmpty ? .none : found.value
                rportWhole = whole
            }
            separator = position
        }
    }
}
