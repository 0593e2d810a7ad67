/// The values of a header that may hold several, cut at commas outside quotes and angle brackets.
///
/// Values come without white space around them; empty ones are passed over.
package struct HeaderValues: Sequence, Sendable {
    private let text: ByteString

    /// Reads the body of a header field.
    package init(_ text: ByteString) {
        self.text = text
    }

    package func makeIterator() -> Iterator { Iterator(text: text) }

    /// Walks the values in order.
    package struct Iterator: IteratorProtocol {
        private let text: ByteString
        private var position = 0

        init(text: ByteString) {
            self.text = text
        }

        package mutating func next() -> ByteString? {
            guard let range = nextRange() else { return nil }
            return text.part(range)
        }

        private mutating func nextRange() -> TextRange? {
            let text = text
            let span = text.bytes.span
            while position < span.count, span[position] == 0x2C || span[position].isWhitespace { position += 1 }
            guard position < span.count else { return nil }
            let start = position
            position = endOfValue(span, start)
            return TextRange(start, span.trimmedEnd(from: start, to: position))
        }
    }
}

/// The position of the comma that ends the value, or the end.
private func endOfValue(_ span: borrowing Span<UInt8>, _ start: Int) -> Int {
    var position = start
    var isInBrackets = false
    while position < span.count {
        switch span[position] {
        case 0x2C where !isInBrackets: return position
        case 0x3C: isInBrackets = true
        case 0x3E: isInBrackets = false
        case 0x22:
            // A quote inside angle brackets is no string: URIs may not hold one, so a lone one must not eat the rest.
            if !isInBrackets {
                position = span.endOfQuotedString(from: position, to: span.count) ?? span.count
                continue
            }
        default: break
        }
        position += 1
    }
    return span.count
}
