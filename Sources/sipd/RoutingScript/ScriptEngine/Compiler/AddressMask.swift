import NetworkAddress

/// An address with a mask whose bits need not be in one piece: `127.0.0.1/255.0.255.0` is legal in a script.
struct AddressMask: Sendable {
    private let address: IPAddress
    private let mask: UInt128

    /// Reads `ADDRESS`, `ADDRESS/LENGTH` or `ADDRESS/MASK`; IPv6 may stand in brackets.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.address(parts[0]) else { return nil }
        let all: UInt128 = address.isIPv4 ? UInt128(UInt32.max) : UInt128.max
        guard parts.count == 2 else {
            (self.address, mask) = (address, all)
            return
        }
        if let length = Int(parts[1]), (0...address.family.bitCount).contains(length) {
            mask = length == 0 ? 0 : all & (all << UInt128(address.family.bitCount - length))
        } else if let written = Self.address(parts[1]), written.family == address.family {
            mask = written.bits
        } else {
            return nil
        }
        self.address = address
    }

    /// Whether an address agrees in the bits that count.
    func contains(_ other: IPAddress) -> Bool {
        other.family == address.family && (other.bits ^ address.bits) & mask == 0
    }

    private static func address(_ text: Substring) -> IPAddress? {
        var bare = text
        if bare.hasPrefix("["), bare.hasSuffix("]") { bare = bare.dropFirst().dropLast() }
        return IPAddress(bare)
    }
}
