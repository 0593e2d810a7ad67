import SIPMessage

/// The hash that Kamailio's core uses for its tables; scripts see it as `{s.corehash}`.
enum CoreHash {
    /// The hash of a text; with a size, its lowest bits.
    static func hash(_ text: ByteString, size: Int) -> UInt32 {
        var sum: UInt32 = 0
        var rest = text.bytes
        while rest.count >= 4 {
            sum &+= mix(rest.prefix(4))
            rest = rest.dropFirst(4)
        }
        sum &+= mix(rest)
        let folded = sum &+ (sum >> 11) &+ ((sum >> 13) &+ (sum >> 23))
        guard size > 0, let mask = UInt32(exactly: size - 1) else { return folded }
        return folded & mask
    }

    private static func mix(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let word = bytes.reduce(UInt32(0)) { $0 << 8 &+ UInt32($1) }
        return word ^ (word >> 3)
    }
}
