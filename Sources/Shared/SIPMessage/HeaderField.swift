/// Where one header field stands in its message.
///
/// Five offsets and the name, 24 bytes, because a message holds one for each header.
package struct HeaderField: Hashable, Sendable {
    private let start: UInt32
    private let nameEnd: UInt32
    private let bodyStart: UInt32
    private let bodyEnd: UInt32
    private let end: UInt32
    /// Which header it is; `.other` for those without a case, whose name is at `nameRange`.
    package let name: HeaderName

    init(name: HeaderName, start: Int, nameEnd: Int, bodyStart: Int, bodyEnd: Int, end: Int) {
        self.name = name
        self.start = UInt32(truncatingIfNeeded: start)
        self.nameEnd = UInt32(truncatingIfNeeded: nameEnd)
        self.bodyStart = UInt32(truncatingIfNeeded: bodyStart)
        self.bodyEnd = UInt32(truncatingIfNeeded: bodyEnd)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    /// The name as written, without white space before the colon.
    package var nameRange: Range<Int> { Int(start)..<Int(nameEnd) }

    /// The value without white space at its ends; folded lines are inside it as they stand.
    package var bodyRange: Range<Int> { Int(bodyStart)..<Int(bodyEnd) }

    /// The whole field with all its lines and the last line end.
    package var range: Range<Int> { Int(start)..<Int(end) }
}
