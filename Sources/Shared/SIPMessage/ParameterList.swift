/// What a parameter has behind its name.
package enum ParameterValue: Hashable, Sendable {
    /// There is no such parameter.
    case absent
    /// The parameter stands without a value, like `;lr`.
    case flag
    /// The value as written; a quoted string keeps its quotes.
    case value(ByteString)

    /// The value, or nil for a flag and an absent parameter.
    package var text: ByteString? {
        if case .value(let text) = self { return text }
        return nil
    }

    /// Tells whether the parameter stands there, with a value or without.
    package var isPresent: Bool { self != .absent }
}

/// The parameters of a header or URI: `name=value` parts behind semicolons (or another separator).
///
/// Walking the list allocates nothing. Broken parts are given as they stand; an empty part is passed over.
package struct ParameterList: Sequence, Hashable, Sendable {
    /// One parameter.
    package struct Parameter: Hashable, Sendable {
        /// The name as written.
        package let name: ByteString
        /// The value as written, with its quotes; nil for a parameter without `=`.
        package let value: ByteString?
        /// The whole parameter in the storage, without the separator.
        package let range: Range<Int>

        /// The value without quotes and escapes.
        package var unquotedValue: ByteString? { value?.unquoted() }
    }

    /// The list as written.
    package let text: ByteString
    private let separator: UInt8

    /// Reads a list; a separator before the first parameter is allowed.
    package init(_ text: ByteString, separator: UInt8 = 0x3B) {
        self.text = text
        self.separator = separator
    }

    package func makeIterator() -> Iterator {
        Iterator(text: text, separator: separator)
    }

    /// Finds a parameter by name, without regard to case; the first one counts.
    package func value(named name: String) -> ParameterValue {
        value { $0.equalsIgnoringCase(name) }
    }

    /// Finds a parameter by name, without regard to case; the first one counts.
    package func value(named name: ByteString) -> ParameterValue {
        value { $0.equalsIgnoringCase(name) }
    }

    private func value(where isWanted: (ByteString) -> Bool) -> ParameterValue {
        for parameter in self where isWanted(parameter.name) {
            guard let value = parameter.value else { return .flag }
            return .value(value)
        }
        return .absent
    }

    /// Walks the parameters in order.
    package struct Iterator: IteratorProtocol {
        private let text: ByteString
        private let separator: UInt8
        private var position = 0

        init(text: ByteString, separator: UInt8) {
            self.text = text
            self.separator = separator
        }

        package mutating func next() -> Parameter? {
            guard let found = nextScanned() else { return nil }
            let range = found.value.exists ? TextRange(start: found.name.start, end: found.value.end) : found.name
            return Parameter(
                name: text.part(found.name), value: text.optionalPart(found.value),
                range: text.storageRange(range) ?? text.range)
        }

        private mutating func nextScanned() -> ScannedParameter? {
            let text = text
            let span = text.bytes.span
            return scanParameter(span, &position, span.count, separator: separator)
        }
    }
}

/// A parameter's place, relative to the text it stands in.
struct ScannedParameter {
    var name: TextRange
    var value: TextRange
}

/// Reads the next parameter, passing over separators and white space before it.
///
/// Leaves the position at the separator behind it, or at the end.
func scanParameter(
    _ span: borrowing Span<UInt8>, _ position: inout Int, _ end: Int, separator: UInt8 = 0x3B
) -> ScannedParameter? {
    while position < end, span[position] == separator || span[position].isWhitespace { position += 1 }
    guard position < end else { return nil }
    let nameStart = position
    while position < end, span[position] != separator, span[position] != 0x3D { position += 1 }
    let name = TextRange(nameStart, span.trimmedEnd(from: nameStart, to: position))
    guard position < end, span[position] == 0x3D else { return ScannedParameter(name: name, value: .none) }
    position += 1
    span.skipWhitespace(&position, to: end)
    let valueStart = position
    while position < end, span[position] != separator {
        position = span[position] == 0x22 ? span.endOfQuotedString(from: position, to: end) ?? end : position + 1
    }
    return ScannedParameter(name: name, value: TextRange(valueStart, span.trimmedEnd(from: valueStart, to: position)))
}

extension ByteString {
    /// The content of a quoted string with its escapes resolved, or the value itself if it has no quotes around it.
    package func unquoted() -> ByteString {
        guard count >= 2, first == 0x22, last == 0x22 else { return self }
        let inner = ByteString(bytes.dropFirst().dropLast())
        guard inner.contains(0x5C) else { return inner }
        var plain: [UInt8] = []
        plain.reserveCapacity(inner.count)
        var isEscaped = false
        for byte in inner.bytes {
            if byte == 0x5C, !isEscaped {
                isEscaped = true
            } else {
                plain.append(byte)
                isEscaped = false
            }
        }
        return ByteString(plain)
    }

    /// The value as a quoted string, with `"` and `\` escaped.
    package func quoted() -> ByteString {
        var text: [UInt8] = [0x22]
        text.reserveCapacity(count + 2)
        for byte in bytes {
            if byte == 0x22 || byte == 0x5C { text.append(0x5C) }
            text.append(byte)
        }
        text.append(0x22)
        return ByteString(text)
    }
}
