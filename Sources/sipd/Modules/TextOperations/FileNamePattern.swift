package import SIPMessage

/// A pattern as the shell uses for file names: `*` any text, `?` any character, `[a-z]` and `[!a-z]` sets (POSIX
/// `fnmatch`).
package struct FileNamePattern {
    private enum Element {
        case any
        case text
        case byte(UInt8)
        case set([ClosedRange<UInt8>], isNegated: Bool)

        func matches(_ byte: UInt8) -> Bool {
            switch self {
            case .any, .text: true
            case .byte(let own): own == byte
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
            }
        }
    }

    private let elements: [Element]

    /// Reads a pattern.
    package init(_ pattern: ByteString) {
        var elements: [Element] = []
        var bytes = pattern.bytes
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): elements.append(.text)
            case UInt8(ascii: "?"): elements.append(.any)
            case UInt8(ascii: "\\"): elements.append(.byte(bytes.popFirst() ?? byte))
            case UInt8(ascii: "["): elements.append(Self.set(&bytes) ?? .byte(byte))
            default: elements.append(.byte(byte))
            }
        }
        self.elements = elements
    }

    /// Whether all of a text matches.
    ///
    /// Only the last star is tried again, one byte further on, so the cost is the product of the lengths at worst.
    package func matches(_ text: ByteString) -> Bool {
        let bytes = text.array
        var (element, position) = (0, 0)
        var retry: (element: Int, position: Int)?
        while position < bytes.count {
            if element < elements.count, case .text = elements[element] {
                retry = (element, position)
                element += 1
            } else if element < elements.count, elements[element].matches(bytes[position]) {
                element += 1
                position += 1
            } else if let last = retry {
                retry = (last.element, last.position + 1)
                (element, position) = (last.element + 1, last.position + 1)
            } else {
                return false
            }
        }
        return elements[element...].allSatisfy { if case .text = $0 { true } else { false } }
    }

    private static func set(_ bytes: inout ArraySlice<UInt8>) -> Element? {
        var rest = bytes
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<UInt8>] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !ranges.isEmpty {
                bytes = rest
                return .set(ranges, isNegated: isNegated)
            }
            let upper = rest.dropFirst().first
            if rest.first == UInt8(ascii: "-"), let upper, upper != UInt8(ascii: "]") {
                rest.removeFirst(2)
                if byte <= upper { ranges.append(byte...upper) }
            } else {
                ranges.append(byte...byte)
            }
        }
        return nil
    }
}
