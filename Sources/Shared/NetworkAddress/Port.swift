/// A port of a transport protocol, 0...65535; 0 stands for any port.
package struct Port: Hashable, Sendable, Comparable {
    /// The port as a number.
    package let value: UInt16

    /// Takes a number that is in range by its type.
    @inlinable
    package init(_ value: UInt16) {
        self.value = value
    }

    /// Takes a number, or gives nil if it is no port.
    package init?(exactly number: Int) {
        guard let value = UInt16(exactly: number) else { return nil }
        self.value = value
    }

    /// Reads a decimal number without sign: one to five digits, at most 65535.
    package init?(_ text: ArraySlice<UInt8>) {
        guard (1...5).contains(text.count) else { return nil }
        var number = 0
        for byte in text {
            guard byte &- 0x30 < 10 else { return nil }
            number = number * 10 + Int(byte &- 0x30)
        }
        self.init(exactly: number)
    }

    /// Reads a decimal number without sign; see `init(_:)` of bytes.
    package init?(_ text: some StringProtocol) {
        self.init(Array(text.utf8)[...])
    }

    @inlinable
    package static func < (left: Port, right: Port) -> Bool { left.value < right.value }

    /// The port of SIP over UDP and TCP (RFC 3261 §19.1.2).
    package static let sip = Port(5060)
    /// The port of SIP over TLS (RFC 3261 §19.1.2).
    package static let sips = Port(5061)
}

extension Port: CustomStringConvertible {
    package var description: String { String(value) }
}
