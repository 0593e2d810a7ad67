import SIPMessage

/// Tells how large a regular expression becomes when its repetitions are written out.
///
/// The C library does write them out: `((a{1,255}){1,255}){1,255}` takes gigabytes. Patterns may come out of a message
/// (`=~ $hdr(X)`), so this is checked before any is compiled.
enum RegularExpressionSize {
    /// The bound in states; a pattern that a person writes stays far below it.
    static let statesMax = 20_000

    /// Whether the pattern is small enough to compile.
    static func isBearable(_ pattern: ByteString) -> Bool {
        var groups: [Int] = []
        var total = 0
        var last = 0
        var index = pattern.bytes.startIndex
        let bytes = pattern.bytes
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\\"):
                (total, last) = (total + 1, 1)
                index += 1
            case UInt8(ascii: "["):
                index = endOfBracket(bytes, from: index)
                (total, last) = (total + 1, 1)
            case UInt8(ascii: "("):
                groups.append(total)
                last = 0
            case UInt8(ascii: ")"):
                if let before = groups.popLast() { last = max(1, total - before) }
            case UInt8(ascii: "{"):
                let count = repetitions(bytes, from: index)
                let (added, overflow) = last.multipliedReportingOverflow(by: max(0, count - 1))
                guard !overflow, added <= statesMax else { return false }
                total += added
                last += added
            default:
                (total, last) = (total + 1, 1)
            }
            guard total <= statesMax else { return false }
            index += 1
        }
        return true
    }

    private static func endOfBracket(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        var index = start + 1
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "^") { index += 1 }
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "]") { index += 1 }
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "]") { index += 1 }
        return index
    }

    /// The larger number of `{2,5}`; 1 when this is no repetition.
    private static func repetitions(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        var largest = 1
        var current = 0
        for byte in bytes[(start + 1)...] {
            if byte == UInt8(ascii: "}") { return max(largest, current) }
            if byte == UInt8(ascii: ",") {
                largest = max(largest, current)
                current = 0
            } else if byte >= 0x30, byte <= 0x39 {
                current = min(current * 10 + Int(byte - 0x30), 100_000)
            } else {
                return 1
            }
        }
        return 1
    }
}
