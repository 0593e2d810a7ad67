/// A range relative to the start of a text, or none.
struct TextRange: Hashable, Sendable {
    var start: Int32
    var end: Int32

    static let none = TextRange(start: -1, end: -1)

    init(start: Int32, end: Int32) {
        self.start = start
        self.end = end
    }

    init(_ start: Int, _ end: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.end = Int32(truncatingIfNeeded: end)
    }

    var exists: Bool { start >= 0 }
    var isEmpty: Bool { end <= start }
}

extension ByteString {
    /// The part at a range relative to the start; empty when the range is none.
    func part(_ range: TextRange) -> ByteString {
        guard range.exists else { return ByteString(bytes.prefix(0)) }
        let base = bytes.startIndex
        return self[(base + Int(range.start))..<(base + Int(range.end))]
    }

    /// The part at a range relative to the start, or nil when the range is none.
    func optionalPart(_ range: TextRange) -> ByteString? {
        range.exists ? part(range) : nil
    }

    /// The range in the storage of a range relative to the start, or nil when the range is none.
    func storageRange(_ range: TextRange) -> Range<Int>? {
        guard range.exists else { return nil }
        return (bytes.startIndex + Int(range.start))..<(bytes.startIndex + Int(range.end))
    }
}
