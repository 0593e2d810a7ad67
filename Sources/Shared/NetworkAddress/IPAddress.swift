/// An IPv4 or IPv6 address.
///
/// Addresses of both families are numbers of up to 128 bits; IPv4 sorts before IPv6. An IPv4-mapped IPv6 address
/// (`::ffff:192.0.2.1`) stays what it is until `unmapped` is asked for.
package struct IPAddress: Hashable, Sendable {
    /// The family of an address.
    package enum Family: UInt8, Hashable, Sendable {
        case v4 = 4
        case v6 = 6

        /// The number of bits in an address: 32 or 128.
        @inlinable
        package var bitCount: Int { self == .v4 ? 32 : 128 }
    }

    /// The upper half of an IPv6 address; 0 for IPv4.
    package let high: UInt64
    /// The lower half of an IPv6 address, or the whole IPv4 address in its lower 32 bits.
    package let low: UInt64
    /// Which of both kinds of address it is.
    package let family: Family

    /// Takes an IPv4 address as a number, most significant octet first.
    @inlinable
    package init(v4 bits: UInt32) {
        high = 0
        low = UInt64(bits)
        family = .v4
    }

    /// Takes an IPv6 address as a number, most significant octet first.
    @inlinable
    package init(v6 bits: UInt128) {
        high = UInt64(truncatingIfNeeded: bits >> 64)
        low = UInt64(truncatingIfNeeded: bits)
        family = .v6
    }

    /// Takes the octets of an address in network order: 4 or 16 of them.
    package init?(octets: some Collection<UInt8>) {
        switch octets.count {
        case 4: self.init(v4: octets.reduce(0) { $0 << 8 | UInt32($1) })
        case 16: self.init(v6: octets.reduce(0) { $0 << 8 | UInt128($1) })
        default: return nil
        }
    }

    /// The octets in network order: 4 or 16.
    package var octets: [UInt8] {
        let count = family.bitCount / 8
        let bits = bits
        return (0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt128((count - 1 - $0) * 8)) }
    }

    /// The address as a number; below 2^32 for IPv4.
    @inlinable
    package var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// Tells whether this is an IPv4 address.
    @inlinable
    package var isIPv4: Bool { family == .v4 }

    /// Tells whether this is an IPv6 address, also an IPv4-mapped one.
    @inlinable
    package var isIPv6: Bool { family == .v6 }

    /// The address as a 32-bit number, or nil for IPv6.
    package var ipv4Bits: UInt32? { family == .v4 ? UInt32(truncatingIfNeeded: low) : nil }

    /// Tells whether this is an IPv4 address in IPv6 form, `::ffff:0:0/96` (RFC 4291 §2.5.5.2).
    @inlinable
    package var isIPv4Mapped: Bool { family == .v6 && high == 0 && low >> 32 == 0xFFFF }

    /// The IPv4 address in an IPv4-mapped address, or the address itself.
    @inlinable
    package var unmapped: IPAddress { isIPv4Mapped ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : self }

    /// Tells whether this is `0.0.0.0` or `::`, which a socket is bound to for all addresses.
    package var isUnspecified: Bool { high == 0 && low == 0 }

    /// Tells whether this is `127.0.0.0/8` or `::1`.
    package var isLoopback: Bool {
        family == .v4 ? low >> 24 == 127 : high == 0 && low == 1
    }

    /// Tells whether this is a group address: `224.0.0.0/4` or `ff00::/8`.
    package var isMulticast: Bool {
        family == .v4 ? low >> 28 == 0xE : high >> 56 == 0xFF
    }

    /// Tells whether this is `169.254.0.0/16` or `fe80::/10`.
    package var isLinkLocal: Bool {
        family == .v4 ? low >> 16 == 0xA9FE : high >> 54 == 0x3FA
    }

    /// Tells whether the address is for private networks: RFC 1918 or `fc00::/7` (RFC 4193).
    package var isPrivate: Bool {
        switch family {
        case .v4: low >> 24 == 10 || low >> 20 == 0xAC1 || low >> 16 == 0xC0A8
        case .v6: high >> 57 == 0x7E
        }
    }

    /// The address with all bits behind the first ones cleared.
    package func masked(toLength length: Int) -> IPAddress {
        guard length < family.bitCount else { return self }
        guard length > 0 else { return family == .v4 ? IPAddress(v4: 0) : IPAddress(v6: 0) }
        switch family {
        case .v4: return IPAddress(v4: UInt32(truncatingIfNeeded: low) & (UInt32.max << UInt32(32 - length)))
        case .v6: return IPAddress(v6: bits & (UInt128.max << UInt128(128 - length)))
        }
    }
}

extension IPAddress: Comparable {
    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        if left.family != right.family { return left.family == .v4 }
        return left.high != right.high ? left.high < right.high : left.low < right.low
    }
}
