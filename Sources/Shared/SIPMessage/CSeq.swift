/// The value of a CSeq header (RFC 3261 §20.16).
package struct CSeq: Hashable, Sendable {
    /// The sequence number; below 2^31 in a well-formed message (RFC 3261 §8.1.1.5).
    package let number: UInt32
    /// The method, which is that of the request also in a response.
    package let method: Method

    /// Creates a value.
    package init(number: UInt32, method: Method) {
        self.number = number
        self.method = method
    }

    /// Reads a value; RFC 3261 §8.1.1.5 wants it below 2^31, but larger ones of 32 bits are told apart as well.
    package static func parse(_ text: ByteString) throws(SIPParseError) -> CSeq {
        let text = text.trimmed()
        let span = text.bytes.span
        let base = text.bytes.startIndex
        guard span.count > 0 else { throw SIPParseError(.cseq, .empty, at: base) }
        var position = 0
        while position < span.count, span[position].isDigit { position += 1 }
        guard let number = span.decimal(from: 0, to: position, limit: 0xFFFF_FFFF) else {
            throw SIPParseError(.cseq, .badNumber, at: base)
        }
        let numberEnd = position
        span.skipWhitespace(&position, to: span.count)
        let start = position
        while position < span.count, span[position].isTokenByte { position += 1 }
        guard position > start, start > numberEnd else {
            throw SIPParseError(.cseq, .missingPart("method"), at: base + start)
        }
        guard position == span.count else {
            throw SIPParseError(.cseq, .unexpectedByte(span[position]), at: base + position)
        }
        let method = Method.known(span, start, position) ?? .other(text.part(TextRange(start, position)))
        return CSeq(number: UInt32(number), method: method)
    }
}
