/// A SIP request or response: its bytes, and where each part stands in them.
///
/// A message never changes. Edits are collected in `MessageEdits` and applied when it is sent on. Parsing finds
/// all header fields in one pass and takes apart only those every hop needs; the others are read when asked for.
/// A message that is broken, but can be answered, has `defects` and nil where the part concerned would be.
package final class SIPMessage: Sendable {
    /// The whole message as received, from the first byte to the end of the body.
    package let buffer: [UInt8]
    /// The first line, taken apart.
    package let startLine: StartLine
    /// The version as written, `SIP/2.0` in a good message.
    package let version: ByteString
    /// Tells whether this is no SIP at all but a request of HTTP, which arrives on the same connections.
    package var isHTTP: Bool { isRequest && version.bytes.prefix(5).elementsEqual("HTTP/".utf8) }
    /// The start line with its line end.
    package let startLineRange: Range<Int>
    /// The Request-URI in a request, the reason phrase in a response.
    package let startLineTextRange: Range<Int>
    /// All header fields, in order.
    package let headers: [HeaderField]
    /// Where the headers end: the offset of the empty line, in front of which headers are appended.
    package let headersEnd: Int
    /// The body; empty, and at the end, if there is none.
    ///
    /// In a datagram it may be longer than Content-Length says.
    package let bodyRange: Range<Int>
    /// What is wrong with the message, in no particular order; empty for a good one.
    package let defects: [Defect]

    /// The first Via value; nil if it is missing or broken.
    package let topVia: Via?
    /// The From header; nil if it is missing or broken.
    package let from: NameAddress?
    /// The To header; nil if it is missing or broken.
    package let to: NameAddress?
    /// The Call-ID; nil if it is missing or empty.
    package let callID: ByteString?
    /// The CSeq header; nil if it is missing or broken.
    package let cseq: CSeq?
    /// The value of Max-Forwards; nil if it is missing or no number.
    package let maxForwards: Int?
    /// The value of Content-Length, which may differ from the size of the body in a datagram.
    package let contentLength: Int?
    private let present: HeaderNameSet

    /// Takes a message apart.
    ///
    /// Line ends before the start line are passed over (RFC 3261 §7.5); lines may end in LF alone.
    /// - Throws: when the start line or the lines of the header cannot be used, or a limit is exceeded.
    package static func parse(
        _ bytes: [UInt8], limits: MessageLimits = .default, over framing: MessageFraming = .datagram
    ) throws(SIPParseError) -> SIPMessage {
        let lengthMax = framing == .datagram ? limits.datagramLengthMax : limits.streamLengthMax
        guard bytes.count <= lengthMax, bytes.count <= Int(Int32.max) else {
            throw SIPParseError(.message, .exceeds(limit: lengthMax), at: lengthMax)
        }
        var scanner = MessageScanner(limits: limits, framing: framing)
        try scanner.scan(bytes.span)
        return SIPMessage(buffer: bytes, scanned: scanner)
    }

    private init(buffer: [UInt8], scanned: borrowing MessageScanner) {
        var reader = MandatoryHeaderReader(buffer: buffer, scanned: scanned)
        topVia = reader.topVia()
        from = reader.nameAddress(.from, at: scanned.from)
        to = reader.nameAddress(.to, at: scanned.to)
        callID = reader.callID()
        let start = reader.startLine()
        startLine = start.line
        version = start.version
        cseq = reader.cseq(for: start.line)
        maxForwards = reader.number(.maxForwards, at: scanned.maxForwards, limit: 0x7FFF_FFFF)
        let announced = reader.number(.contentLength, at: scanned.contentLength, limit: 0x7FFF_FFFF)
        contentLength = announced
        bodyRange = reader.bodyRange(contentLength: announced)
        defects = reader.defects
        headers = scanned.headers
        headersEnd = scanned.headersEnd
        startLineRange = scanned.start..<scanned.startLineEnd
        startLineTextRange = Int(scanned.text.start)..<Int(scanned.text.end)
        present = scanned.present
        self.buffer = buffer
    }

    /// Tells whether the message is a request.
    package var isRequest: Bool {
        if case .request = startLine { return true }
        return false
    }

    /// The method of a request, or of the request that a response answers; nil only in a response without CSeq.
    package var method: Method? {
        if case .request(let method, _) = startLine { return method }
        return cseq?.method
    }

    /// The Request-URI of a request.
    package var requestURI: ByteString? {
        if case .request(_, let uri) = startLine { return uri }
        return nil
    }

    /// The status code of a response.
    package var status: Int? {
        if case .response(let status, _) = startLine { return status }
        return nil
    }

    /// The body; empty if there is none.
    package var body: ByteString { ByteString(buffer[bodyRange]) }

    /// Where the headers start: behind the start line.
    package var headersStart: Int { startLineRange.upperBound }

    /// Tells whether a header of this name occurs; `.other` for any without a case.
    package func has(_ name: HeaderName) -> Bool { present.contains(name) }
}

/// A set of header names, one bit each.
struct HeaderNameSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    mutating func insert(_ name: HeaderName) {
        let bit = UInt64(1) << UInt64(name.rawValue & 63)
        if name.rawValue < 64 { low |= bit } else { high |= bit }
    }

    func contains(_ name: HeaderName) -> Bool {
        let bit = UInt64(1) << UInt64(name.rawValue & 63)
        return (name.rawValue < 64 ? low : high) & bit != 0
    }
}
