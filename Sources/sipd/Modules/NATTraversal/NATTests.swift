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

    /// Whether one of these tests hits.
    func hit(_ message: SIPMessage, _ received: ReceivedFrom) -> Bool {
        hitsSource(message, received) || hitsVia(message, received) || hitsContact(message, received)
            || hitsMedia(message, received)
    }

    private func hitsSource(_ message: SIPMessage, _ received: ReceivedFrom) -> Bool {
        if contains(.sourcePrivate), PrivateAddress.contains(received.source.address) { return true }
        return contains(.webSocket) && (received.transport == .ws || received.transport == .wss)
    }

    private func hitsVia(_ message: SIPMessage, _ received: ReceivedFrom) -> Bool {
        guard let via = message.topVia else { return false }
        let address = IPAddress(via.host.bytes)
        if contains(.portDiffers) {
            let transport = TransportProtocol(via.transport.bytes) ?? .udp
            if (via.port ?? transport.defaultPort.value) != received.source.port.value { return true }
        }
        if contains(.viaDiffers), address != received.source.address { return true }
        return contains(.viaPrivate) && address.map { PrivateAddress.contains($0) } == true
    }

    private func hitsContact(_ message: SIPMessage, _ received: ReceivedFrom) -> Bool {
        guard !isDisjoint(with: [.contactPrivate, .contactPortDiffers]), let contact = ContactValue(message) else {
            return false
        }
        if contains(.contactPrivate), PrivateAddress.contains(contact.uri.host) { return true }
        return contains(.contactPortDiffers) && contact.port != received.source.port.value
    }

    private func hitsMedia(_ message: SIPMessage, _ received: ReceivedFrom) -> Bool {
        guard !isDisjoint(with: [.mediaPrivate, .mediaDiffers]), let session = SessionDescription(message) else {
            return false
        }
        if contains(.mediaPrivate), session.mediaAddresses.contains(where: { PrivateAddress.contains($0) }) {
            return true
        }
        guard contains(.mediaDiffers), session.hasMedia, let address = session.sessionAddress else { return false }
        return IPAddress(address.bytes) != received.source.address
    }
}

/// The addresses that are translated: RFC 1918 and RFC 6598, IPv4 only.
enum PrivateAddress {
    /// Whether an address is one.
    static func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 && (address.isPrivate || address.low >> 22 == 0x191)
    }

    /// Whether a text is such an address; a name is none.
    static func contains(_ text: ByteString) -> Bool {
        IPAddress(text.bytes).map { contains($0) } ?? false
    }
}
