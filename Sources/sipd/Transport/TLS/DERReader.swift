/// Reads the elements of a DER encoding one after the other (ITU-T X.690).
///
/// What is read comes from strangers: every length is checked against the bytes that are there.
struct DERReader {
    /// An element: its tag and the bytes of its content.
    struct Element {
        let tag: UInt8
        let content: ArraySlice<UInt8>

        /// The elements inside.
        var inside: DERReader { DERReader(content) }
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The next element, or nil at the end or when the bytes are no element.
    mutating func next() -> Element? {
        guard let tag = rest.popFirst(), tag & 0x1F != 0x1F, var length = rest.popFirst().map(Int.init) else {
            return nil
        }
        if length >= 0x80 {
            let count = length & 0x7F
            guard (1...4).contains(count), rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard length <= rest.count else { return nil }
        let content = rest.prefix(length)
        rest = rest.dropFirst(length)
        return Element(tag: tag, content: content)
    }

    /// The next element if it has a tag; otherwise nothing is taken.
    mutating func next(tag: UInt8) -> Element? {
        guard rest.first == tag else { return nil }
        return next()
    }
}
