import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// The tests of `nat_uac_test()`; one that hits is enough (Kamailio: `NAT_UAC_TEST_*`).
struct NATTests: OptionSet {
    let rawValue: Int

    /// The host of Contact is a private address.
    static let contactPrivate = NATTests(rawValue: 1)
    /// The host of the top Via is not the source address.
    static let viaDiffers = NATTests(rawValue: 2)
    /// The host of the top Via is a private address.
    static let viaPrivate = NATTests(rawValue: 4)
    /// A connection address of the SDP is private.
    static let mediaPrivate = NATTests(rawValue: 8)
    /// The port of the top Via is not the source port.
    static let portDiffers = NATTests(rawValue: 16)
    /// The source address is private.
    static let sourcePrivate = NATTests(rawValue: 32)
    /// It came over WebSocket.
    static let webSocket = NATTests(rawValue: 64)
    /// The port of Contact is not the source port.
    static let contactPortDiffers = NATTests(rawValue: 128)
    /// The connection address of the SDP session is not the source address.
    static let mediaDiffers = NATTests(rawValue: 256)
    /// A request goes elsewhere than its Request-URI says, a reply elsewhere than its second Via says.
    static let targetDiffers = NATTests(rawValue: 512)

    /// Whether one of these tests hits.
    func hit(_ context: ScriptContext, _ received: ReceivedFrom, _ ranges: PrivateAddress) -> Bool {
        let message = context.message
        return hitsSource(message, received, ranges) || hitsVia(message, received, ranges)
            || hitsContact(message, received, ranges) || hitsMedia(message, received, ranges)
            || contains(.targetDiffers) && Self.targetDiffers(context)
    }

    private static func targetDiffers(_ context: ScriptContext) -> Bool {
        if !context.message.isRequest {
            guard let vias = try? context.message.vias(), vias.count > 1 else { return false }
            let via = vias[1]
            if let transport = TransportProtocol(via.transport.bytes), transport == .ws || transport == .wss {
                return true
            }
            if let received = via.received, received != via.host { return true }
            guard case .value(let rport) = via.rport, let port = rport.integerValue else { return false }
            return port != Int(via.port ?? 5060)
        }
        guard let destination = context.target.destination, let next = try? SIPURI.parse(destination),
            let uri = try? SIPURI.parse(context.target.uri ?? context.message.requestURI ?? "")
        else { return false }
        if let transport = next.parameter(named: "transport").text.flatMap({ TransportProtocol($0.bytes) }),
            transport == .ws || transport == .wss
        {
            return true
        }
        return !next.host.equalsIgnoringCase(uri.host) || (next.port ?? 5060) != (uri.port ?? 5060)
    }

    private func hitsSource(_ message: SIPMessage, _ received: ReceivedFrom, _ ranges: PrivateAddress) -> Bool {
        if contains(.sourcePrivate), ranges.contains(received.source.address) { return true }
        return contains(.webSocket) && (received.transport == .ws || received.transport == .wss)
    }

    private func hitsVia(_ message: SIPMessage, _ received: ReceivedFrom, _ ranges: PrivateAddress) -> Bool {
        guard let via = message.topVia else { return false }
        let address = IPAddress(via.host.bytes)
        if contains(.portDiffers) {
            let transport = TransportProtocol(via.transport.bytes) ?? .udp
            if (via.port ?? transport.defaultPort.value) != received.source.port.value { return true }
        }
        if contains(.viaDiffers), address != received.source.address { return true }
        return contains(.viaPrivate) && address.map(ranges.contains) == true
    }

    private func hitsContact(_ message: SIPMessage, _ received: ReceivedFrom, _ ranges: PrivateAddress) -> Bool {
        guard !isDisjoint(with: [.contactPrivate, .contactPortDiffers]), let contact = ContactValue(message) else {
            return false
        }
        if contains(.contactPrivate), ranges.contains(contact.uri.host) { return true }
        return contains(.contactPortDiffers) && contact.port != received.source.port.value
    }

    private func hitsMedia(_ message: SIPMessage, _ received: ReceivedFrom, _ ranges: PrivateAddress) -> Bool {
        guard !isDisjoint(with: [.mediaPrivate, .mediaDiffers]), let session = SessionDescription(message) else {
            return false
        }
        if contains(.mediaPrivate), session.mediaAddresses.contains(where: { ranges.contains($0) }) {
            return true
        }
        guard contains(.mediaDiffers), session.hasMedia, let address = session.sessionAddress else { return false }
        return IPAddress(address.bytes) != received.source.address
    }
}

/// The addresses that are translated: RFC 1918 and RFC 6598, and some of RFC 6890; IPv4 only.
struct PrivateAddress {
    /// Whether all of 192.0.0.0/24 counts, not only 192.0.0.0/29 (`nat_addr_mode`).
    let includesReserved: Bool

    /// Whether an address is one.
    func contains(_ address: IPAddress) -> Bool {
        guard address.isIPv4 else { return false }
        let isSharedSpace = address.low >> 22 == 0x191
        let isProtocolAssignment = includesReserved ? address.low >> 8 == 0xC0_0000 : address.low >> 3 == 0x1800_0000
        return address.isPrivate || isSharedSpace || isProtocolAssignment
    }

    /// Whether a text is such an address; a name is none.
    func contains(_ text: ByteString) -> Bool {
        IPAddress(text.bytes).map { contains($0) } ?? false
    }
}
