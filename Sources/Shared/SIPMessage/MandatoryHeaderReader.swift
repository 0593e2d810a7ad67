/// Takes apart the headers that every hop needs, and notes what is wrong with them.
struct MandatoryHeaderReader {
    private let buffer: [UInt8]
    private let headers: [HeaderField]
    private let via: Int
    private let callIDIndex: Int
    private let cseqIndex: Int
    private let line: StartLine
    private let version: ByteString
    private let framing: MessageFraming
    private let bodyStart: Int
    private let start: Int
    private(set) var defects: [Defect]

    init(buffer: [UInt8], scanned: borrowing MessageScanner) {
        self.buffer = buffer
        headers = scanned.headers
        defects = scanned.defects
        via = scanned.via
        callIDIndex = scanned.callID
        cseqIndex = scanned.cseq
        framing = scanned.framing
        bodyStart = scanned.bodyStart
        start = scanned.start
        version = ByteString(buffer[Int(scanned.version.start)..<Int(scanned.version.end)])
        let text = ByteString(buffer[Int(scanned.text.start)..<Int(scanned.text.end)])
        if scanned.method.exists {
            let name = Int(scanned.method.start)..<Int(scanned.method.end)
            line = .request(scanned.knownMethod ?? .other(ByteString(buffer[name])), uri: text)
        } else {
            line = .response(status: scanned.status, reason: text)
        }
    }

    func startLine() -> (line: StartLine, version: ByteString) { (line, version) }

    mutating func topVia() -> Via? {
        guard let body = value(.via, at: via) else { return nil }
        let first = body.contains(0x2C) ? HeaderValues(body).first { _ in true } ?? body : body
        do throws(SIPParseError) {
            return try Via.parse(first)
        } catch {
            defects.append(Defect(.badValue(error.reason), header: .via, at: error.offset))
            return nil
        }
    }

    mutating func nameAddress(_ name: HeaderName, at index: Int) -> NameAddress? {
        guard let body = value(name, at: index) else { return nil }
        do throws(SIPParseError) {
            return try NameAddress.parse(body)
        } catch {
            defects.append(Defect(.badValue(error.reason), header: name, at: error.offset))
            return nil
        }
    }

    mutating func callID() -> ByteString? {
        guard let body = value(.callID, at: callIDIndex) else { return nil }
        guard !body.isEmpty else {
            defects.append(Defect(.badValue(.empty), header: .callID, at: body.range.lowerBound))
            return nil
        }
        return body
    }

    mutating func cseq(for line: StartLine) -> CSeq? {
        guard let body = value(.cseq, at: cseqIndex) else { return nil }
        do throws(SIPParseError) {
            let cseq = try CSeq.parse(body)
            if case .request(let method, _) = line, method != cseq.method {
                defects.append(Defect(.cseqMethodMismatch, header: .cseq, at: body.range.lowerBound))
            }
            return cseq
        } catch {
            defects.append(Defect(.badValue(error.reason), header: .cseq, at: error.offset))
            return nil
        }
    }

    mutating func number(_ name: HeaderName, at index: Int, limit: Int) -> Int? {
        guard index >= 0 else { return nil }
        let range = headers[index].bodyRange
        let number = buffer.span.decimal(from: range.lowerBound, to: range.upperBound, limit: limit)
        if number == nil { defects.append(Defect(.badValue(.badNumber), header: name, at: range.lowerBound)) }
        return number
    }

    /// The body as Content-Length cuts it (RFC 3261 §18.3); in a datagram all that follows the headers.
    ///
    /// Kamailio passes on what a datagram holds behind the announced body; it is cut where the next hop is reached over
    /// a stream, in which it would be the start of another message (`MessageEdits.apply`).
    mutating func bodyRange(contentLength: Int?) -> Range<Int> {
        guard let contentLength else {
            if framing == .stream, !defects.contains(where: { $0.header == .contentLength }) {
                defects.append(Defect(.missingHeader, header: .contentLength))
            }
            return bodyStart..<buffer.count
        }
        if contentLength > buffer.count - bodyStart {
            defects.append(Defect(.bodyShorterThanContentLength, header: .contentLength, at: bodyStart))
            return bodyStart..<buffer.count
        }
        return bodyStart..<(framing == .datagram ? buffer.count : bodyStart + contentLength)
    }

    private mutating func value(_ name: HeaderName, at index: Int) -> ByteString? {
        guard index >= 0 else {
            defects.append(Defect(.missingHeader, header: name))
            return nil
        }
        return ByteString(buffer[headers[index].bodyRange])
    }
}
