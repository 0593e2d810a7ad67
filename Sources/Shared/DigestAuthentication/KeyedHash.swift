/// HMAC (RFC 2104) with a key that is prepared once.
package struct KeyedHash: Sendable {
    private let hash: HashFunction
    private let innerPad: [UInt8]
    private let outerPad: [UInt8]

    /// Prepares a key of any length.
    package init(_ hash: HashFunction, key: ArraySlice<UInt8>) {
        let blockSize =
            switch hash {
            case .md5, .sha1, .sha256: 64
            case .sha384, .sha512, .sha512t256: 128
            }
        var block = key.count > blockSize ? hash.digest(of: key) : Array(key)
        block.append(contentsOf: repeatElement(0, count: blockSize - block.count))
        self.hash = hash
        innerPad = block.map { $0 ^ 0x36 }
        outerPad = block.map { $0 ^ 0x5C }
    }

    /// The code of some bytes, given in parts that are joined without separator.
    package func code(of parts: [ArraySlice<UInt8>]) -> [UInt8] {
        let inner = digest([innerPad[...]] + parts)
        return digest([outerPad[...], inner[...]])
    }

    private func digest(_ parts: [ArraySlice<UInt8>]) -> [UInt8] {
        // SAFETY: the joined buffer is used inside the closure only; the output has `byteCount` bytes.
        unsafe withJoined(parts, separator: nil) { input in
            unsafe [UInt8](unsafeUninitializedCapacity: hash.byteCount) { output, count in
                unsafe hash.hash(input, into: output)
                count = hash.byteCount
            }
        }
    }
}
