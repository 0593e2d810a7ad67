import COpenSSL

/// A hash function of libcrypto.
package enum HashFunction: Hashable, Sendable, CaseIterable {
    case md5, sha1, sha256, sha384, sha512
    /// SHA-512 with its own start values, cut to 256 bits (FIPS 180-4 §6.7; RFC 8760 calls it SHA-512-256).
    case sha512t256

    /// The number of bytes in a hash.
    package var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256, .sha512t256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// Tells whether libcrypto offers the function; a FIPS installation has no MD5.
    ///
    /// What needs a function checks this when it is configured: hashing with one that is missing ends the program,
    /// because any result would authenticate somebody wrongly.
    package var isAvailable: Bool { FetchedDigest.of(self) != nil }

    /// Hashes bytes.
    package func digest(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        // SAFETY: both buffers are valid inside the closures, and the output has `byteCount` bytes.
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            unsafe bytes.withUnsafeBytes { input in
                unsafe hash(input, into: output)
            }
            count = byteCount
        }
    }

    /// Hashes bytes, and gives the hash in lower-case hexadecimal.
    package func hexadecimal(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        // SAFETY: the input is valid inside the closure.
        unsafe bytes.withUnsafeBytes { input in
            unsafe hexadecimal(ofBuffer: input)
        }
    }

    /// Hashes a text's UTF-8, and gives the hash in lower-case hexadecimal.
    package func hexadecimal(of text: String) -> [UInt8] {
        hexadecimal(of: Array(text.utf8)[...])
    }

    /// Hashes a buffer, and gives the hash in lower-case hexadecimal.
    @unsafe
    func hexadecimal(ofBuffer input: UnsafeRawBufferPointer) -> [UInt8] {
        // SAFETY: the output has twice the hash's size. The hash is written to its second half and spread from the
        // front, so that each byte is read before its place is overwritten.
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount * 2) { output, count in
            let hash = unsafe UnsafeMutableBufferPointer(rebasing: output[byteCount...])
            unsafe self.hash(input, into: hash)
            for index in 0..<byteCount {
                let byte = unsafe hash[index]
                unsafe output[index * 2] = hexadecimalDigit(byte >> 4)
                unsafe output[index * 2 + 1] = hexadecimalDigit(byte & 15)
            }
            count = byteCount * 2
        }
    }

    /// Hashes a buffer into another of at least `byteCount` bytes.
    @unsafe
    func hash(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>) {
        if self == .md5, output.count >= byteCount {
            // SAFETY: libcrypto reads `input.count` bytes and writes 16.
            _ = unsafe MD5(input.baseAddress, input.count, output.baseAddress)
            return
        }
        guard let digest = FetchedDigest.of(self), output.count >= byteCount else {
            fatalError("libcrypto does not offer \(self)")
        }
        // SAFETY: libcrypto reads `input.count` bytes and writes the size of its algorithm, which is `byteCount`.
        let result = unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, digest.pointer, nil)
        guard result == 1 else { fatalError("libcrypto cannot compute \(self)") }
    }
}

/// An algorithm looked up once: a look-up by name costs more than hashing a short text.
// SAFETY: an EVP_MD never changes once fetched, may be used by all threads, and is never freed here.
@safe
private struct FetchedDigest: @unchecked Sendable {
    let pointer: OpaquePointer

    private init?(_ name: String) {
        // SAFETY: the name is valid during the call.
        guard let pointer = unsafe EVP_MD_fetch(nil, name, nil) else { return nil }
        unsafe self.pointer = pointer
    }

    static func of(_ function: HashFunction) -> FetchedDigest? {
        switch function {
        case .md5: md5
        case .sha1: sha1
        case .sha256: sha256
        case .sha384: sha384
        case .sha512: sha512
        case .sha512t256: sha512t256
        }
    }

    private static let md5 = FetchedDigest("MD5")
    private static let sha1 = FetchedDigest("SHA1")
    private static let sha256 = FetchedDigest("SHA2-256")
    private static let sha384 = FetchedDigest("SHA2-384")
    private static let sha512 = FetchedDigest("SHA2-512")
    private static let sha512t256 = FetchedDigest("SHA2-512/256")
}

@inline(__always)
func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
}
