// There is no `nil` literal on purpose: in `condition ? value : nil` it would become null where an Optional was meant.

extension JSONValue: ExpressibleByBooleanLiteral {
    /// A literal truth value.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    /// A literal integer.
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONValue: ExpressibleByFloatLiteral {
    /// A literal number.
    package init(floatLiteral value: Double) { self = .number(value) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A literal text.
    package init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    /// A literal array.
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// A literal object; order and repeated names are kept.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { JSONMember($0.0, $0.1) })
    }
}

extension JSONValue {
    /// Wraps an integer of any width; one beyond 64 signed bits becomes a number.
    package init(_ integer: some BinaryInteger) {
        if let exact = Int64(exactly: integer) {
            self = .integer(exact)
        } else {
            self = .number(Double(integer))
        }
    }

    /// Wraps a text.
    package init(_ text: some StringProtocol) { self = .string(String(text)) }

    /// Wraps a truth value.
    package init(_ bool: Bool) { self = .bool(bool) }

    /// Wraps a number.
    package init(_ number: Double) { self = .number(number) }
}
