import SIPMessage

/// A 128-bit value made by `KeyedHash`.
package struct HashValue: Hashable, Sendable {
    /// The first 64 bits.
    package let high: UInt64
    /// The other 64 bits.
    package let low: UInt64

    /// Makes the value of these halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(low)
    }
}

/// SipHash-2-4 with 128 bits of output: a hash whose values nobody can predict or make collide without the key.
///
/// So a value can stand for the text itself: in the transaction table no text is stored or compared. Source: J.-P.
/// Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF", 2012, and the 128-bit variant of its reference.
package struct KeyedHash: Sendable {
    /// The secret key.
    package struct Key: Hashable, Sendable {
        let first: UInt64
        let second: UInt64

        /// Makes the key of these halves; both must be random.
        package init(_ first: UInt64, _ second: UInt64) {
            self.first = first
            self.second = second
        }

        /// Makes a key from the system's source of randomness.
        package static func random() -> Key {
            Key(.random(in: .min ... .max), .random(in: .min ... .max))
        }
    }

    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    private var tail: UInt64 = 0
    private var length: UInt64 = 0

    /// Starts a hash under a key.
    package init(key: Key) {
        v0 = 0x736f_6d65_7073_6575 ^ key.first
        v1 = 0x646f_7261_6e64_6f6d ^ key.second ^ 0xee
        v2 = 0x6c79_6765_6e65_7261 ^ key.first
        v3 = 0x7465_6462_7974_6573 ^ key.second
    }

    /// Takes in bytes.
    package mutating func combine(_ bytes: Span<UInt8>) {
        var index = 0
        while index &+ 8 <= bytes.count {
            take(bytes.word(at: index))
            index &+= 8
        }
        while index < bytes.count {
            combine(bytes[index])
            index &+= 1
        }
    }

    /// Takes in one byte.
    package mutating func combine(_ byte: UInt8) {
        tail |= UInt64(byte) << ((length & 7) * 8)
        length &+= 1
        if length & 7 == 0 {
            compress(tail)
            tail = 0
        }
    }

    /// Takes in a number.
    package mutating func combine(number: UInt64) {
        take(number)
    }

    /// Takes in eight bytes, the first in the lowest bits, wherever in a word the last ones ended.
    private mutating func take(_ word: UInt64) {
        let shift = (length & 7) &* 8
        length &+= 8
        compress(tail | word << shift)
        tail = shift == 0 ? 0 : word >> (64 &- shift)
    }

    /// Takes in bytes and their end, so that two fields in a row cannot be taken for two others.
    package mutating func combineField(_ bytes: Span<UInt8>) {
        combine(bytes)
        combine(UInt8(0xff))
    }

    /// Like `combineField`, with ASCII capitals taken as small letters.
    package mutating func combineFieldIgnoringCase(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            let byte = bytes[index]
            combine((0x41...0x5a).contains(byte) ? byte | 0x20 : byte)
        }
        combine(UInt8(0xff))
    }

    /// The hash of everything taken in.
    package consuming func finish() -> HashValue {
        compress(tail | length << 56)
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let high = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return HashValue(high: high, low: v0 ^ v1 ^ v2 ^ v3)
    }

    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func round() {
        v0 &+= v1
        v2 &+= v3
        v1 = Self.rotate(v1, 13) ^ v0
        v3 = Self.rotate(v3, 16) ^ v2
        v0 = Self.rotate(v0, 32)
        v2 &+= v1
        v0 &+= v3
        v1 = Self.rotate(v1, 17) ^ v2
        v3 = Self.rotate(v3, 21) ^ v0
        v2 = Self.rotate(v2, 32)
    }

    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }
}
