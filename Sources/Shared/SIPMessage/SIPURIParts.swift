/// The places of a URI's parts, relative to its first byte.
struct SIPURIParts: Sendable {
    enum SchemeKind: UInt8, Sendable {
        case sip, sips, tel, urn, other
    }

    var scheme = SchemeKind.sip
    var schemePart = TextRange.none
    var user = TextRange.none
    var password = TextRange.none
    var host = TextRange.none
    var portText = TextRange.none
    var parameters = TextRange.none
    var headers = TextRange.none
    var port: UInt16?

    func kind(of scheme: SIPURI.Scheme) -> SchemeKind {
        switch scheme {
        case .sip: .sip
        case .sips: .sips
        case .tel: .tel
        case .urn: .urn
        case .other: .other
        }
    }

    static func scan(_ text: ByteString, lengthMax: Int) throws(SIPParseError) -> SIPURIParts {
        let base = text.bytes.startIndex
        let span = text.bytes.span
        guard span.count > 0 else { throw SIPParseError(.uri, .empty, at: base) }
        guard span.count <= lengthMax, span.count <= Int(Int32.max) else {
            throw SIPParseError(.uri, .exceeds(limit: lengthMax), at: base)
        }
        var parts = SIPURIParts()
        let colon = try parts.scanScheme(span, base)
        switch parts.scheme {
        case .sip, .sips: try parts.scanSIP(span, colon + 1, base)
        case .tel: try parts.scanTelephone(span, colon + 1, base)
        case .urn, .other: break
        }
        return parts
    }

    private mutating func scanScheme(_ span: borrowing Span<UInt8>, _ base: Int) throws(SIPParseError) -> Int {
        var colon = 0
        while colon < span.count, span[colon] != 0x3A {
            let byte = span[colon]
            let isLetter = byte.isLetter
            guard isLetter || colon > 0 && (byte.isDigit || byte == 0x2B || byte == 0x2D || byte == 0x2E) else {
                throw SIPParseError(.uri, .unexpectedByte(byte), at: base + colon)
            }
            colon += 1
        }
        guard colon > 0, colon < span.count - 1 else {
            throw SIPParseError(
                .uri, .missingPart(colon == 0 || colon == span.count ? "scheme" : "host"), at: base + colon)
        }
        schemePart = TextRange(0, colon)
        if span.matches(ignoringCase: "sip", from: 0, to: colon) {
            scheme = .sip
        } else if span.matches(ignoringCase: "sips", from: 0, to: colon) {
            scheme = .sips
        } else if span.matches(ignoringCase: "tel", from: 0, to: colon) {
            scheme = .tel
        } else if span.matches(ignoringCase: "urn", from: 0, to: colon) {
            scheme = .urn
        } else {
            scheme = .other
        }
        return colon
    }

    private mutating func scanSIP(
        _ span: borrowing Span<UInt8>, _ start: Int, _ base: Int
    ) throws(SIPParseError) {
        var position = start
        // User parts may hold `;` and `?` (RFC 3261 §25.1, user-unreserved), so the `@` decides where the host begins.
        if let at = span.firstIndex(of: 0x40, from: start, to: span.count) {
            let colon = span.firstIndex(of: 0x3A, from: start, to: at)
            user = TextRange(start, colon ?? at)
            if let colon { password = TextRange(colon + 1, at) }
            guard !user.isEmpty else { throw SIPParseError(.uri, .missingPart("user"), at: base + start) }
            position = at + 1
        }
        try scanHost(span, &position, base)
        if position < span.count, span[position] == 0x3A {
            let portStart = position + 1
            position = portStart
            while position < span.count, span[position].isDigit { position += 1 }
            guard let number = span.decimal(from: portStart, to: position, limit: 65_535) else {
                throw SIPParseError(.uri, .badNumber, at: base + portStart)
            }
            port = UInt16(number)
            portText = TextRange(portStart, position)
        }
        try scanTail(span, position, base)
    }

    private mutating func scanHost(
        _ span: borrowing Span<UInt8>, _ position: inout Int, _ base: Int
    ) throws(SIPParseError) {
        let start = position
        if position < span.count, span[position] == 0x5B {
            position += 1
            while position < span.count, span[position].isAddressByte { position += 1 }
            guard position < span.count, span[position] == 0x5D, position > start + 1 else {
                throw SIPParseError(.uri, .unterminated, at: base + start)
            }
            position += 1
        } else {
            while position < span.count, span[position].isHostByte { position += 1 }
        }
        guard position > start else { throw SIPParseError(.uri, .missingPart("host"), at: base + position) }
        host = TextRange(start, position)
    }

    private mutating func scanTelephone(
        _ span: borrowing Span<UInt8>, _ start: Int, _ base: Int
    ) throws(SIPParseError) {
        var position = start
        while position < span.count, span[position] != 0x3B, span[position] != 0x3F {
            guard span[position] > 0x20, span[position] != 0x3C, span[position] != 0x3E else {
                throw SIPParseError(.uri, .unexpectedByte(span[position]), at: base + position)
            }
            position += 1
        }
        guard position > start else { throw SIPParseError(.uri, .missingPart("number"), at: base + position) }
        user = TextRange(start, position)
        try scanTail(span, position, base)
    }

    /// Reads parameters and headers.
    private mutating func scanTail(
        _ span: borrowing Span<UInt8>, _ start: Int, _ base: Int
    ) throws(SIPParseError) {
        var position = start
        guard position < span.count else { return }
        guard span[position] == 0x3B || span[position] == 0x3F else {
            throw SIPParseError(.uri, .unexpectedByte(span[position]), at: base + position)
        }
        let question = span.firstIndex(of: 0x3F, from: position, to: span.count) ?? span.count
        if question > position { parameters = TextRange(position + 1, question) }
        if question < span.count { headers = TextRange(question + 1, span.count) }
        while position < span.count {
            guard span[position] > 0x20, span[position] != 0x3C, span[position] != 0x3E else {
                throw SIPParseError(.uri, .unexpectedByte(span[position]), at: base + position)
            }
            position += 1
        }
    }
}
