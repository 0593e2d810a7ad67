package import SIPMessage

/// The hash that Kamailio's core and dispatcher use; scripts see it as `{s.corehash}`.
///
/// Who moves a set of gateways from Kamailio keeps each call on its gateway.
package enum CoreHash {
    /// The hash of a text; with a size, its lowest bits.
    package static func hash(_ text: ByteString, size: Int) -> UInt32 {
        let folded = hash([text])
        guard size > 0, let mask = UInt32(exactly: size - 1) else { return folded }
        return folded & mask
    }

    /// The hash of several texts, each beginning a word of its own.
    package static func hash(_ texts: [ByteString]) -> UInt32 {
        var sum: UInt32 = 0
        for text in texts {
            var rest = text.bytes
            while rest.count >= 4 {
                sum &+= mix(rest.prefix(4))
                rest = rest.dropFirst(4)
            }
            sum &+= mix(rest)
        }
        return sum &+ (sum >> 11) &+ ((sum >> 13) &+ (sum >> 23))
    }

    private static func mix(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let word = bytes.reduce(UInt32(0)) { $0 << 8 &+ UInt32($1) }
        return word ^ (word >> 3)
    }
}
