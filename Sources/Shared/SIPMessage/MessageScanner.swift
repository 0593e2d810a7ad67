/// Finds the start line, the header fields and the body of a message in one pass.
struct MessageScanner: ~Copyable {
    /// The longest header name with the white space behind it; the longest in use has 29 bytes.
    private static let nameLengthMax = 256

    let limits: MessageLimits
    let framing: MessageFraming
    var start = 0
    var startLineEnd = 0
    /// The method in a request; none in a response.
    var method = TextRange.none
    var knownMethod: Method?
    /// The Request-URI or the reason phrase.
    var text = TextRange.none
    var version = TextRange.none
    var status = 0
    var headers: [HeaderField] = []
    var headersEnd = 0
    var bodyStart = 0
    var defects: [Defect] = []
    var present = HeaderNameSet()
    /// Indices in `headers` of the first field of each name; -1 if there is none.
    var via = -1
    var from = -1
    var to = -1
    var callID = -1
    var cseq = -1
    var maxForwards = -1
    var contentLength = -1

    init(limits: MessageLimits, framing: MessageFraming) {
        self.limits = limits
        self.framing = framing
    }

    mutating func scan(_ span: borrowing Span<UInt8>) throws(SIPParseError) {
        while start < span.count, span[start] == 0x0D || span[start] == 0x0A { start += 1 }
        guard start < span.count else { throw SIPParseError(.message, .empty, at: start) }
        try scanStartLine(span)
        headers.reserveCapacity(24)
        try scanHeaders(span)
    }

    private mutating func scanHeaders(_ span: borrowing Span<UInt8>) throws(SIPParseError) {
        let table = HeaderName.table
        var position = startLineEnd
        while position < span.count {
            let byte = span[position]
            if byte == 0x0A {
                return finish(headersEnd: position, bodyStart: position + 1)
            }
            if byte == 0x0D, position + 1 < span.count, span[position + 1] == 0x0A {
                return finish(headersEnd: position, bodyStart: position + 2)
            }
            position = try scanHeader(span, position, table)
        }
        defects.append(Defect(.unterminatedHeaders, at: span.count))
        finish(headersEnd: span.count, bodyStart: span.count)
    }

    private mutating func finish(headersEnd: Int, bodyStart: Int) {
        self.headersEnd = headersEnd
        self.bodyStart = bodyStart
    }

    /// Reads one field with its folded lines, and gives the position behind it.
    private mutating func scanHeader(
        _ span: borrowing Span<UInt8>, _ start: Int, _ table: borrowing HeaderNameTable
    ) throws(SIPParseError) -> Int {
        let colon = span.firstIndex(of: 0x3A, from: start, to: start + MessageScanner.nameLengthMax) ?? start
        var nameEnd = colon
        while nameEnd > start, span[nameEnd - 1] == 0x20 || span[nameEnd - 1] == 0x09 { nameEnd -= 1 }
        let name = table.lookup(span, start, nameEnd)
        // A colon of a later line is found if this one has none; the line end before it is no token then.
        let hasName = name != .other || isToken(span, start, nameEnd)
        let bodyStart = hasName ? colon + 1 : start
        let end = endOfField(span, bodyStart)
        guard end - start <= limits.headerLengthMax else {
            throw SIPParseError(.message, .exceeds(limit: limits.headerLengthMax), at: start)
        }
        guard headers.count < limits.headerCountMax else {
            throw SIPParseError(.message, .exceeds(limit: limits.headerCountMax), at: start)
        }
        guard hasName else {
            defects.append(Defect(.badHeaderLine, at: start))
            return end
        }
        var valueStart = bodyStart
        while valueStart < end, span[valueStart].isWhitespace { valueStart += 1 }
        note(name, at: start)
        headers.append(
            HeaderField(
                name: name, start: start, nameEnd: nameEnd, bodyStart: valueStart,
                bodyEnd: span.trimmedEnd(from: valueStart, to: end), end: end))
        return end
    }

    /// The position behind the line end that is not followed by a folded line.
    private func endOfField(_ span: borrowing Span<UInt8>, _ start: Int) -> Int {
        var position = start
        while let lineEnd = span.firstIndex(of: 0x0A, from: position, to: span.count) {
            position = lineEnd + 1
            guard position < span.count, span[position] == 0x20 || span[position] == 0x09 else { return position }
        }
        return span.count
    }

    /// Remembers the fields that are taken apart at once; these have the lowest raw values.
    private mutating func note(_ name: HeaderName, at start: Int) {
        guard name.rawValue <= HeaderName.contentLength.rawValue else { return present.insert(name) }
        let index = headers.count
        guard !present.contains(name) else {
            if name != .via, name != .contact { defects.append(Defect(.duplicateHeader, header: name, at: start)) }
            return
        }
        present.insert(name)
        if name == .via {
            via = index
        } else if name == .from {
            from = index
        } else if name == .to {
            to = index
        } else if name == .callID {
            callID = index
        } else if name == .cseq {
            cseq = index
        } else if name == .maxForwards {
            maxForwards = index
        } else if name == .contentLength {
            contentLength = index
        }
    }

    private func isToken(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard start < end else { return false }
        var position = start
        while position < end {
            if !span[position].isTokenByte { return false }
            position += 1
        }
        return true
    }
}

extension MessageScanner {
    mutating func scanStartLine(_ span: borrowing Span<UInt8>) throws(SIPParseError) {
        guard let lineEnd = span.firstIndex(of: 0x0A, from: start, to: span.count) else {
            throw SIPParseError(.message, .truncated, at: span.count)
        }
        guard lineEnd - start <= limits.headerLengthMax else {
            throw SIPParseError(.message, .exceeds(limit: limits.headerLengthMax), at: start)
        }
        startLineEnd = lineEnd + 1
        let end = lineEnd > start && span[lineEnd - 1] == 0x0D ? lineEnd - 1 : lineEnd
        if end - start >= 4, span.matches(ignoringCase: "sip/", from: start, to: start + 4) {
            try scanStatusLine(span, end)
        } else {
            try scanRequestLine(span, end)
        }
    }

    private mutating func scanStatusLine(_ span: borrowing Span<UInt8>, _ end: Int) throws(SIPParseError) {
        var position = start
        while position < end, span[position] != 0x20 { position += 1 }
        version = TextRange(start, position)
        while position < end, span[position] == 0x20 { position += 1 }
        let codeStart = position
        while position < end, span[position].isDigit { position += 1 }
        guard position - codeStart == 3, let code = span.decimal(from: codeStart, to: position, limit: 699),
            code >= 100,
            position == end || span[position] == 0x20
        else { throw SIPParseError(.statusLine, .badNumber, at: codeStart) }
        status = code
        text = TextRange(position == end ? end : position + 1, end)
        checkVersion(span)
    }

    private mutating func scanRequestLine(_ span: borrowing Span<UInt8>, _ end: Int) throws(SIPParseError) {
        var position = start
        while position < end, span[position].isTokenByte { position += 1 }
        guard position > start else {
            throw SIPParseError(.requestLine, .unexpectedByte(span[position]), at: position)
        }
        guard position < end, span[position] == 0x20 else {
            throw SIPParseError(.requestLine, .missingPart("Request-URI"), at: position)
        }
        method = TextRange(start, position)
        knownMethod = Method.known(span, start, position)
        let lineEnd = span.trimmedEnd(from: position, to: end)
        var lastSpace = lineEnd
        while lastSpace > position, span[lastSpace - 1] != 0x20 { lastSpace -= 1 }
        guard lastSpace - 1 > position,
            span.matches(ignoringCase: "sip/", from: lastSpace, to: min(lastSpace + 4, lineEnd))
                || span.matches(ignoringCase: "http/", from: lastSpace, to: min(lastSpace + 5, lineEnd))
        else { throw SIPParseError(.requestLine, .missingPart("version"), at: lineEnd) }
        version = TextRange(lastSpace, lineEnd)
        var uriStart = position + 1
        span.skipWhitespace(&uriStart, to: lastSpace - 1)
        let uriEnd = span.trimmedEnd(from: uriStart, to: lastSpace - 1)
        guard uriStart < uriEnd else {
            throw SIPParseError(.requestLine, .missingPart("Request-URI"), at: uriStart)
        }
        text = TextRange(uriStart, uriEnd)
        if uriStart != position + 1 || uriEnd != lastSpace - 1 || lineEnd != end
            || hasWhitespace(span, uriStart, uriEnd)
        {
            defects.append(Defect(.badRequestURI, at: uriStart))
        }
        if uriEnd - uriStart > limits.uriLengthMax { defects.append(Defect(.uriTooLong, at: uriStart)) }
        checkVersion(span)
    }

    private func hasWhitespace(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var position = start
        while position < end {
            if span[position].isWhitespace { return true }
            position += 1
        }
        return false
    }

    private mutating func checkVersion(_ span: borrowing Span<UInt8>) {
        if !span.matches(ignoringCase: "sip/2.0", from: Int(version.start), to: Int(version.end)) {
            defects.append(Defect(.unsupportedVersion, at: Int(version.start)))
        }
    }
}
