/// Finds a header name by a hash of its length and its first and last bytes, then compares it once.
struct HeaderNameTable: Sendable {
    /// A name in lower case as words, the missing bytes of the last one zero.
    private struct Entry: Sendable {
        let words: (UInt64, UInt64, UInt64, UInt64)
        let count: Int
        let name: HeaderName
        /// The next entry of the bucket, or -1.
        let next: Int
    }

    /// The longest name the entries have room for.
    private static let countMax = 32
    private static let bucketCount = 512

    /// The first entry of each bucket, or -1.
    private var heads = [Int16](repeating: -1, count: bucketCount)
    private var entries: [Entry] = []
    /// What each letter stands for alone, `a` at 1.
    private var letters = [HeaderName](repeating: .other, count: 32)

    init() {
        for name in HeaderName.allCases where name != .other {
            let text = Array(name.text.utf8)
            let words = HeaderNameTable.words(text.span, 0, text.count)
            let bucket = HeaderNameTable.bucket(words, text.count)
            entries.append(Entry(words: words, count: text.count, name: name, next: Int(heads[bucket])))
            heads[bucket] = Int16(entries.count - 1)
        }
        for (letter, name) in HeaderName.compactForms {
            letters[Int(letter & 31)] = name
        }
    }

    /// The header whose name stands in a part of a text.
    func lookup(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> HeaderName {
        let count = end - start
        if count == 1 {
            return span[start].isLetter ? letters[Int(span[start] & 31)] : .other
        }
        guard count > 0, count <= HeaderNameTable.countMax else { return .other }
        let words = HeaderNameTable.words(span, start, count)
        var candidate = Int(heads[HeaderNameTable.bucket(words, count)])
        while candidate >= 0 {
            let entry = entries[candidate]
            if entry.count == count, entry.words == words { return entry.name }
            candidate = entry.next
        }
        return .other
    }

    private static func words(
        _ span: borrowing Span<UInt8>, _ start: Int, _ count: Int
    ) -> (UInt64, UInt64, UInt64, UInt64) {
        guard count > 8 else { return (lowercaseWord(span, start, count), 0, 0, 0) }
        let first = span.word(at: start).lowercase
        guard count > 16 else { return (first, lowercaseWord(span, start + 8, count - 8), 0, 0) }
        let second = span.word(at: start + 8).lowercase
        guard count > 24 else { return (first, second, lowercaseWord(span, start + 16, count - 16), 0) }
        return (
            first, second, span.word(at: start + 16).lowercase, lowercaseWord(span, start + 24, count - 24)
        )
    }

    private static func lowercaseWord(_ span: borrowing Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        (count == 8 ? span.word(at: start) : span.partialWord(at: start, count: count)).lowercase
    }

    private static func bucket(_ words: (UInt64, UInt64, UInt64, UInt64), _ count: Int) -> Int {
        let mixed = (words.0 ^ words.1 &* 3 ^ words.2 &* 5 ^ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 55)
    }
}
