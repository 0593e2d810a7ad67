import SIPMessage
import ScriptEngine

/// Which value of a header is meant: `Diversion`, `Diversion[2]`, `Contact[*].q`.
struct HeaderValueReference {
    /// The place among the values of all headers of the name.
    enum Place: Equatable {
        /// None was written.
        case unspecified
        /// From 1 on; from the end with negative numbers.
        case index(Int)
        /// `[*]`.
        case all
    }

    /// One value with the header it stands in.
    struct Value {
        let text: ByteString
        let field: HeaderField
        /// The value's place in its header, from 0 on.
        let index: Int
    }

    let name: ByteString
    let place: Place
    /// The parameter behind the dot.
    let parameter: ByteString?

    /// Reads a reference.
    init(_ text: ByteString) throws(ScriptError) {
        var rest = text.trimmed()
        let nameEnd =
            rest.bytes.firstIndex { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: ".") } ?? rest.bytes.endIndex
        name = ByteString(rest.bytes[..<nameEnd]).trimmed()
        rest = ByteString(rest.bytes[nameEnd...])
        guard !name.isEmpty else { throw Self.malformed(text) }
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.offset(of: UInt8(ascii: "]")) else { throw Self.malformed(text) }
            let inside = rest.prefix(end).dropFirst().trimmed()
            if inside == "*" {
                place = .all
            } else if let number = inside.integerValue {
                place = .index(number)
            } else {
                throw Self.malformed(text)
            }
            rest = rest.dropFirst(end + 1)
        } else {
            place = .unspecified
        }
        guard !rest.isEmpty else {
            parameter = nil
            return
        }
        guard rest.first == UInt8(ascii: "."), rest.count > 1 else { throw Self.malformed(text) }
        parameter = rest.dropFirst().trimmed()
    }

    private static func malformed(_ text: ByteString) -> ScriptError {
        ScriptError("'\(text)' names no header value", hint: "write Name, Name[2], Name[*] or Name[2].parameter")
    }

    /// All values of the headers of the name, in order.
    func values(in message: SIPMessage) -> [Value] {
        message.headers(called: name).flatMap { field in
            message.values(of: field).enumerated().map { Value(text: $1, field: field, index: $0) }
        }
    }

    /// The values that are meant; without an index the first.
    func selected(in message: SIPMessage) -> [Value] {
        let values = values(in: message)
        switch place {
        case .all: return values
        case .unspecified: return Array(values.prefix(1))
        case .index(let number):
            // Kamailio takes 0 for the first as well.
            let index = number < 0 ? values.count + number : max(number, 1) - 1
            return values.indices.contains(index) ? [values[index]] : []
        }
    }
}
