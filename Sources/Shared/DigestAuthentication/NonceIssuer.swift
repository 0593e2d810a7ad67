/// Makes nonces that need no memory: each carries its time and a code that only the secret's holder can make.
///
/// A nonce is 56 hexadecimal digits: 4 bytes of time in seconds, 4 bytes serial, and 20 bytes of an HMAC-SHA-256 over
/// both and the parts of the message it is bound to. Servers that share the secret accept each other's nonces
/// (Kamailio: auth `secret`, `nonce_expire`, `auth_checks_register`).
package struct NonceIssuer: Sendable {
    /// What a nonce is worth.
    package enum Verdict: Hashable, Sendable {
        /// Ours and fresh; the serial it was issued with.
        case valid(serial: UInt32)
        /// Ours, but older than the lifetime: challenge again with `stale=true`.
        case stale
        /// Not ours, or bound to another message.
        case forged
    }

    /// How long a nonce is good, in seconds.
    package let lifetimeSeconds: Int
    private let key: KeyedHash

    /// The number of bytes of the code that a nonce carries; 160 bits cannot be guessed.
    private static let codeLength = 20
    /// The number of hexadecimal digits in a nonce.
    package static let length = (8 + codeLength) * 2

    /// Creates an issuer.
    ///
    /// - Parameters:
    ///   - secret: the key; at least 16 random bytes if nobody chose one.
    ///   - lifetime: how long a nonce is good; whole seconds count.
    package init(secret: ArraySlice<UInt8>, lifetime: Duration) {
        key = KeyedHash(.sha256, key: secret)
        lifetimeSeconds = Int(clamping: lifetime.components.seconds)
    }

    /// Makes a nonce.
    ///
    /// - Parameters:
    ///   - now: the time in seconds since 1970.
    ///   - serial: a number that tells nonces of one second apart, and by which nonce counts can be tracked.
    ///   - parts: what the nonce is bound to, like Call-ID or source address; the same when it is verified.
    /// - Returns: the nonce, `length` hexadecimal digits.
    package func issue(at now: Int, serial: UInt32, boundTo parts: [ArraySlice<UInt8>] = []) -> [UInt8] {
        text(UInt64(UInt32(truncatingIfNeeded: now)) << 32 | UInt64(serial), parts)
    }

    /// Judges a nonce that a client sent.
    ///
    /// One from the future, which another server's clock may cause, is good as long as it is not further ahead than
    /// the lifetime.
    package func verify(
        _ nonce: ArraySlice<UInt8>, at now: Int, boundTo parts: [ArraySlice<UInt8>] = []
    ) -> Verdict {
        guard nonce.count == NonceIssuer.length, let raw = bytes(hexadecimal: nonce.prefix(16)) else { return .forged }
        let head = raw.reduce(0) { $0 << 8 | UInt64($1) }
        guard isEqualInConstantTime(nonce, text(head, parts)[...]) else { return .forged }
        // The time is kept modulo 2^32, so the difference is too; it is read as a signed number of seconds.
        let issued = UInt32(truncatingIfNeeded: head >> 32)
        let age = Int(Int32(bitPattern: UInt32(truncatingIfNeeded: now) &- issued))
        return abs(age) <= lifetimeSeconds ? .valid(serial: UInt32(truncatingIfNeeded: head)) : .stale
    }

    /// The nonce that begins with a time and a serial.
    private func text(_ head: UInt64, _ parts: [ArraySlice<UInt8>]) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(parts.reduce(8) { $0 + 4 + $1.count })
        appendBigEndian(head, count: 8, to: &input)
        var nonce = hexadecimal(input)
        for part in parts {
            // The length in front of each part keeps "ab","c" apart from "a","bc".
            appendBigEndian(UInt64(part.count), count: 4, to: &input)
            input.append(contentsOf: part)
        }
        nonce.append(contentsOf: hexadecimal(key.code(of: [input[...]]).prefix(NonceIssuer.codeLength)))
        return nonce
    }

    private func appendBigEndian(_ value: UInt64, count: Int, to output: inout [UInt8]) {
        for place in (0..<count).reversed() { output.append(UInt8(truncatingIfNeeded: value >> UInt64(place * 8))) }
    }
}
