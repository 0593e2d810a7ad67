import COpenSSL

/// Random bytes fit for secrets, from libcrypto's generator.
package func randomBytes(_ count: Int) -> [UInt8] {
    let count = min(max(count, 0), 65_536)
    // SAFETY: libcrypto writes exactly `count` bytes, the capacity asked for.
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        // A generator that fails must not hand out secrets that can be guessed.
        guard unsafe count == 0 || RAND_bytes(buffer.baseAddress, Int32(count)) == 1 else {
            fatalError("libcrypto has no randomness")
        }
        initialized = count
    }
}
