package import NetworkAddress
package import SIPMessage

/// The place a request came from as parameters of URIs carry it: `192.0.2.1~5060~1` (Kamailio: `;alias=`).
package enum ConnectionAlias {
    /// Writes an address, a port and a transport.
    package static func text(host: ByteString, port: UInt16, transport: TransportProtocol) -> ByteString {
        host + "~" + ByteString(integer: Int(port)) + "~" + ByteString(integer: Int(transport.rawValue))
    }

    /// The URI to send to, or nil when the text names no place: `sip:192.0.2.1:5060;transport=tcp`.
    package static func destination(_ text: ByteString) -> ByteString? {
        let parts = text.split(on: UInt8(ascii: "~"))
        guard parts.count == 3, let port = Port(parts[1].bytes), let number = parts[2].integerValue,
            let transport = UInt8(exactly: number).flatMap({ TransportProtocol(rawValue: $0) })
        else { return nil }
        let place = "sip:" + parts[0] + ":" + ByteString(integer: Int(port.value))
        guard let uri = try? SIPURI.parse(place), uri.host == parts[0], uri.user == nil else { return nil }
        return transport == .udp ? place : place + ";transport=" + ByteString(transport.name)
    }
}
