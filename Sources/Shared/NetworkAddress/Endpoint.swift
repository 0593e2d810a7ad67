/// An address and a port.
package struct Endpoint: Hashable, Sendable {
    /// The host's address.
    package var address: IPAddress
    /// The port at the host.
    package var port: Port

    /// Creates an endpoint.
    @inlinable
    package init(address: IPAddress, port: Port) {
        self.address = address
        self.port = port
    }

    /// Reads `192.0.2.1:5060` or `[2001:db8::1]:5060`; the port is required.
    package init?(_ text: ArraySlice<UInt8>) {
        guard let colon = text.lastIndex(of: 0x3A), let port = Port(text[(colon + 1)...]) else { return nil }
        let host = text[..<colon]
        guard let address = IPAddress(host), address.isIPv4 || host.first == 0x5B else { return nil }
        self.init(address: address, port: port)
    }

    /// Reads `192.0.2.1:5060` or `[2001:db8::1]:5060`; the port is required.
    package init?(_ text: some StringProtocol) {
        self.init(Array(text.utf8)[...])
    }

    /// Appends `192.0.2.1:5060` or `[2001:db8::1]:5060`.
    package func append(to output: inout [UInt8]) {
        address.appendBracketed(to: &output)
        output.append(0x3A)
        appendDecimal(Int(port.value), to: &output)
    }
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        var output: [UInt8] = []
        append(to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
