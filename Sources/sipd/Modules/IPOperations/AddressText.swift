import NetworkAddress
import SIPMessage

/// An address as it stands in a text, with or without brackets.
struct AddressText: Equatable {
    let address: IPAddress
    /// Whether it is IPv6 in brackets, as URIs have it.
    let isReference: Bool

    /// Reads `192.0.2.1`, `2001:db8::1` or `[2001:db8::1]`; nil for anything else.
    init?(_ text: ByteString) {
        let isBracketed = text.first == UInt8(ascii: "[") && text.last == UInt8(ascii: "]") && text.count > 2
        guard let address = IPAddress(isBracketed ? text.dropFirst().dropLast().bytes : text.bytes),
            !isBracketed || address.isIPv6
        else { return nil }
        self.address = address
        isReference = isBracketed
    }

    /// Whether an address lies in one of several subnets or equals one of several addresses, with commas between them.
    static func lies(_ text: ByteString, in subnets: ByteString) -> Bool {
        guard let address = AddressText(text)?.address else { return false }
        return subnets.split(on: UInt8(ascii: ",")).contains { part in
            let subnet = part.trimmed()
            if let host = AddressText(subnet) { return host.address == address }
            return AddressPrefix(withoutBrackets(subnet).bytes)?.contains(address) ?? false
        }
    }

    private static func withoutBrackets(_ subnet: ByteString) -> ByteString {
        guard subnet.first == UInt8(ascii: "["), let end = subnet.range(of: "]") else { return subnet }
        return ByteString(subnet.bytes[subnet.bytes.index(after: subnet.bytes.startIndex)..<end.lowerBound])
            + ByteString(subnet.bytes[end.upperBound...])
    }
}
