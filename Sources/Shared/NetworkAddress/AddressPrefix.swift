/// A network: an address and the number of its leading bits that count.
///
/// `192.0.2.0/24`, `192.0.2.0/255.255.255.0` or `2001:db8::/32`; an address alone is a network of one host.
package struct AddressPrefix: Hashable, Sendable {
    /// The address as written, which may have bits behind the prefix; see `masked`.
    package let address: IPAddress
    // One byte, so that a million networks take 24 bytes each.
    private let lengthBits: UInt8

    /// The number of bits that count: 0...32 or 0...128.
    package var length: Int { Int(lengthBits) }

    /// Creates a prefix, or gives nil if the length does not suit the family.
    package init?(_ address: IPAddress, length: Int) {
        guard length >= 0, length <= address.family.bitCount else { return nil }
        self.address = address
        lengthBits = UInt8(truncatingIfNeeded: length)
    }

    /// Creates the network of one host.
    package init(host address: IPAddress) {
        self.address = address
        lengthBits = UInt8(truncatingIfNeeded: address.family.bitCount)
    }

    /// Reads an address with an optional length or IPv4 mask behind a slash.
    package init?(_ text: ArraySlice<UInt8>) {
        guard let slash = text.lastIndex(of: 0x2F) else {
            guard let address = IPAddress(text) else { return nil }
            self.init(host: address)
            return
        }
        guard let address = IPAddress(text[..<slash]),
            let length = AddressPrefix.length(text[(slash + 1)...], family: address.family)
        else { return nil }
        self.init(address, length: length)
    }

    /// Reads an address with an optional length or IPv4 mask behind a slash.
    package init?(_ text: some StringProtocol) {
        self.init(Array(text.utf8)[...])
    }

    /// Tells whether the address has bits behind the prefix, which is often a typing error.
    package var hasHostBits: Bool { address.masked(toLength: length) != address }

    /// The same network without bits behind the prefix.
    package var masked: AddressPrefix {
        AddressPrefix(unchecked: address.masked(toLength: length), length: length)
    }

    /// The first address of the network.
    package var first: IPAddress { address.masked(toLength: length) }

    /// The last address of the network.
    package var last: IPAddress {
        switch address.family {
        case .v4:
            let hosts = length == 32 ? 0 : UInt32.max >> UInt32(length)
            return IPAddress(v4: UInt32(truncatingIfNeeded: first.low) | hosts)
        case .v6:
            let hosts = length == 128 ? 0 : UInt128.max >> UInt128(length)
            return IPAddress(v6: first.bits | hosts)
        }
    }

    /// Tells whether the network is one host.
    package var isHost: Bool { length == address.family.bitCount }

    /// Tells whether an address is in the network; false for another family.
    package func contains(_ other: IPAddress) -> Bool {
        other.family == address.family && other.masked(toLength: length) == first
    }

    /// Tells whether another network is in this one, or the same.
    package func contains(_ other: AddressPrefix) -> Bool {
        other.length >= length && contains(other.address)
    }

    private init(unchecked address: IPAddress, length: Int) {
        self.address = address
        lengthBits = UInt8(truncatingIfNeeded: length)
    }

    private static func length(_ text: ArraySlice<UInt8>, family: IPAddress.Family) -> Int? {
        if let number = decimalLength(text) {
            return number <= family.bitCount ? number : nil
        }
        guard family == .v4, let mask = IPAddress(text)?.ipv4Bits else { return nil }
        // The inverse of a mask is all ones from the right, one less than a power of two.
        let hosts = ~mask
        return hosts & (hosts &+ 1) == 0 ? mask.nonzeroBitCount : nil
    }

    private static func decimalLength(_ text: ArraySlice<UInt8>) -> Int? {
        guard (1...3).contains(text.count), text.count == 1 || text.first != 0x30 else { return nil }
        var number = 0
        for byte in text {
            guard byte &- 0x30 < 10 else { return nil }
            number = number * 10 + Int(byte &- 0x30)
        }
        return number
    }
}

extension AddressPrefix: Comparable {
    /// By address, the larger network first.
    package static func < (left: AddressPrefix, right: AddressPrefix) -> Bool {
        left.address != right.address ? left.address < right.address : left.length < right.length
    }
}

extension AddressPrefix: CustomStringConvertible {
    package var description: String { "\(address)/\(length)" }
}
