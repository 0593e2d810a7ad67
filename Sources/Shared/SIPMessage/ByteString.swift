/// A run of bytes cut out of a message, or with storage of its own, compared and hashed by content.
///
/// SIP text is bytes that are usually, but not always, UTF-8, so nothing here goes through `String` unless asked.
/// A value cut from a message shares the message's storage, and keeps it alive: call `compacted()` on what is stored for
/// longer than the message. Indices are those of the storage, so `bytes.startIndex` of a slice of a message is its
/// offset in that message.
package struct ByteString: Sendable {
    /// The bytes, with the indices of the storage they were cut from.
    package var bytes: ArraySlice<UInt8>

    /// Creates an empty value.
    @inlinable
    package init() {
        bytes = []
    }

    /// Takes a whole array without copying it.
    @inlinable
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
    }

    /// Takes a slice, sharing its storage.
    @inlinable
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// Copies the UTF-8 of a text.
    @inlinable
    package init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)[...]
    }

    /// Prints a number in decimal.
    package init(integer: Int) {
        var digits: [UInt8] = []
        digits.appendDecimal(integer)
        bytes = digits[...]
    }

    /// The number of bytes.
    @inlinable
    package var count: Int { bytes.count }

    /// Tells whether there are no bytes.
    @inlinable
    package var isEmpty: Bool { bytes.isEmpty }

    /// The first byte.
    @inlinable
    package var first: UInt8? { bytes.first }

    /// The last byte.
    @inlinable
    package var last: UInt8? { bytes.last }

    /// The range in the storage, which for text cut from a message is the range in that message.
    @inlinable
    package var range: Range<Int> { bytes.startIndex..<bytes.endIndex }

    /// The text, in which bytes that are not UTF-8 are replaced by U+FFFD.
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The bytes as an array, which shares the storage if it is nothing else.
    package var array: [UInt8] { Array(bytes) }

    /// The same bytes in storage of their own, so that keeping them does not keep a whole message alive.
    package func compacted() -> ByteString {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        copy.append(contentsOf: bytes)
        return ByteString(copy)
    }
}

extension ByteString: Hashable, Comparable {
    package static func == (left: ByteString, right: ByteString) -> Bool {
        left.bytes.span.isEqual(to: right.bytes.span)
    }

    /// Compares with the UTF-8 of a text, without allocating for a literal.
    package static func == (left: ByteString, right: String) -> Bool {
        left.bytes.span.isEqual(to: right.utf8.span)
    }

    /// Compares with the UTF-8 of a text, without allocating for a literal.
    package static func != (left: ByteString, right: String) -> Bool {
        !(left == right)
    }

    package func hash(into hasher: inout Hasher) {
        // SAFETY: the buffer is read inside the closure only, while `bytes` is alive.
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe hasher.combine(bytes: buffer)
        }
        hasher.combine(bytes.count)
    }

    package static func < (left: ByteString, right: ByteString) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ByteString: ExpressibleByStringLiteral, CustomStringConvertible {
    package init(stringLiteral value: String) {
        bytes = Array(value.utf8)[...]
    }

    package var description: String { string }
}

extension ByteString {
    /// Joins two values in new storage.
    package static func + (left: ByteString, right: ByteString) -> ByteString {
        var joined: [UInt8] = []
        joined.reserveCapacity(left.count + right.count)
        joined.append(contentsOf: left.bytes)
        joined.append(contentsOf: right.bytes)
        return ByteString(joined)
    }

    /// Appends another value to this one.
    package static func += (left: inout ByteString, right: ByteString) {
        left.append(right)
    }

    /// Adds bytes at the end, copying the storage first if it is shared.
    package mutating func append(_ other: ByteString) {
        bytes.append(contentsOf: other.bytes)
    }

    /// Adds the UTF-8 of a text at the end.
    package mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Adds one byte at the end.
    package mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }
}
