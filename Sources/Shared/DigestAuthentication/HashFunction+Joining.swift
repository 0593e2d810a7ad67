extension HashFunction {
    /// Hashes texts with colons between them, and gives the hash in lower-case hexadecimal.
    package func hexadecimal(joining parts: [ArraySlice<UInt8>]) -> [UInt8] {
        // SAFETY: the buffer is used inside the closure only.
        unsafe withJoined(parts, separator: 0x3A) { buffer in
            unsafe hexadecimal(ofBuffer: buffer)
        }
    }
}

/// Puts texts together on the stack, so that they can be hashed without an array for the whole.
///
/// Texts longer than fits there, like bodies, take one allocation.
// SAFETY: `body` must not keep the buffer, which is why only this module calls it.
@unsafe
func withJoined<Result>(
    _ parts: [ArraySlice<UInt8>], separator: UInt8?, _ body: (UnsafeRawBufferPointer) -> Result
) -> Result {
    let separators = separator == nil ? 0 : max(parts.count - 1, 0)
    let count = parts.reduce(separators) { $0 + $1.count }
    // SAFETY: `count` is the size of all parts and separators; all of it is written before `body` reads it.
    return unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { buffer in
        var position = 0
        for (index, part) in parts.enumerated() {
            if index > 0, let separator {
                unsafe buffer[position] = separator
                position += 1
            }
            unsafe part.withUnsafeBytes { bytes in
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[position...]).copyMemory(from: bytes)
            }
            position += part.count
        }
        return unsafe body(UnsafeRawBufferPointer(buffer))
    }
}
