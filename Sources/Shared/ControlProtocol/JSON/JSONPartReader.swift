/// Reads a document part by part from bytes that come piece by piece, in constant memory.
///
/// As strict as `JSONParser`. Only one name or plain value is held at a time, so the largest of those bounds the memory.
package struct JSONPartReader {
    /// Appends more bytes; false at the end of the stream.
    package typealias Refill = (inout [UInt8]) throws(ControlClientError) -> Bool

    // As in `JSONParser.Limits.answer`.
    private static let depthMax = 128

    private struct Container {
        let isObject: Bool
        var isEmpty = true
        var hasName = false
    }

    private var buffer: [UInt8]
    private var position = 0
    /// How many bytes were read and dropped before the buffer's first.
    private var droppedBytes = 0
    private var open: [Container] = []
    private var isFinished = false
    private let refill: Refill

    /// Makes a reader of the bytes that have come already and of those that will.
    package init(_ buffer: [UInt8], refill: @escaping Refill) {
        self.buffer = buffer
        self.refill = refill
    }

    /// The next part, or nil after the last.
    ///
    /// - Throws: `malformedAnswer` with the place, or what `refill` throws; the end of the stream inside the document is
    ///   malformed too.
    package mutating func next() throws(ControlClientError) -> DocumentPart? {
        guard !isFinished else { return nil }
        var byte = try nextByte()
        guard let innermost = open.indices.last else { return try value(startingWith: byte) }
        if open[innermost].hasName {
            open[innermost].hasName = false
            return try value(startingWith: byte)
        }
        let isObject = open[innermost].isObject
        if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            position += 1
            open.removeLast()
            isFinished = open.isEmpty
            return .end
        }
        if !open[innermost].isEmpty {
            guard byte == UInt8(ascii: ",") else { throw malformed("expected ','") }
            position += 1
            byte = try nextByte()
        }
        open[innermost].isEmpty = false
        guard isObject else { return try value(startingWith: byte) }
        guard byte == UInt8(ascii: "\""), case .string(let name) = try scalar() else {
            throw malformed("expected a member name")
        }
        guard try nextByte() == UInt8(ascii: ":") else { throw malformed("expected ':'") }
        position += 1
        open[innermost].hasName = true
        return .name(name)
    }

    private mutating func value(startingWith byte: UInt8) throws(ControlClientError) -> DocumentPart {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard open.count < Self.depthMax else { throw malformed("nested deeper than \(Self.depthMax) levels") }
            position += 1
            let isObject = byte == UInt8(ascii: "{")
            open.append(Container(isObject: isObject))
            return isObject ? .beginObject : .beginArray
        default:
            let value = try scalar()
            isFinished = open.isEmpty
            return .value(value)
        }
    }

    /// Reads a text, a number or a word, which starts at the position.
    private mutating func scalar() throws(ControlClientError) -> JSONValue {
        var end = position + 1
        if buffer[position] == UInt8(ascii: "\"") {
            while try hasByte(at: &end) {
                if buffer[end] == UInt8(ascii: "\"") { break }
                end += buffer[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            end += 1
        } else {
            while try hasByte(at: &end), !Self.endsWord(buffer[end]) { end += 1 }
        }
        let value = try parse(to: min(end, buffer.count))
        position = min(end, buffer.count)
        return value
    }

    private func parse(to end: Int) throws(ControlClientError) -> JSONValue {
        do {
            return try JSONParser.parse(buffer.span.extracting(position..<end), limits: .answer)
        } catch {
            throw malformed(error.description)
        }
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"), 0x20, 0x0a, 0x0d, 0x09: true
        default: false
        }
    }

    // MARK: Bytes

    /// The next byte that is no blank, not yet taken.
    private mutating func nextByte() throws(ControlClientError) -> UInt8 {
        while true {
            while position < buffer.count {
                switch buffer[position] {
                case 0x20, 0x0a, 0x0d, 0x09: position += 1
                default: return buffer[position]
                }
            }
            var end = position
            guard try hasByte(at: &end) else { throw malformed("the answer ends too early") }
        }
    }

    /// Whether there is a byte at an index, which is kept right when bytes before the position are dropped.
    private mutating func hasByte(at index: inout Int) throws(ControlClientError) -> Bool {
        while index >= buffer.count {
            let dropped = position
            if dropped > 0 {
                buffer.removeSubrange(..<dropped)
                droppedBytes += dropped
                index -= dropped
                position = 0
            }
            guard try refill(&buffer) else { return false }
        }
        return true
    }

    private func malformed(_ reason: String) -> ControlClientError {
        .malformedAnswer("\(reason), near byte \(droppedBytes + position)")
    }
}
