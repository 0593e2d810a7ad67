import NetworkAddress
import SIPMessage
import Synchronization
import Transport

/// Which host names and addresses mean this server (Kamailio: `check_self()`).
final class LocalNames: Sendable {
    typealias Check = @Sendable (ByteString, UInt16, TransportProtocol?) -> Bool

    private let aliases: [ByteString: [LocalName]]
    private let checks = Mutex<[Check]>([])

    init(aliases: [LocalName]) {
        self.aliases = Dictionary(grouping: aliases, by: \.host)
    }

    func add(_ check: @escaping Check) {
        checks.withLock { $0.append(check) }
    }

    func contains(host: ByteString, port: UInt16, transport: TransportProtocol?, sockets: [ListenSocket]) -> Bool {
        let bare = Self.withoutBrackets(host)
        if let address = IPAddress(bare.bytes) {
            for socket in sockets
            where socket.endpoint.address == address && (port == 0 || socket.endpoint.port.value == port)
                && (transport == nil || socket.transport == transport?.carrier)
            {
                return true
            }
        }
        for socket in sockets {
            if let advertised = socket.advertised, ByteString(advertised.host).equalsIgnoringCase(bare),
                port == 0 || port == socket.portText.value
            {
                return true
            }
        }
        if let names = aliases[bare.lowercased()],
            names.contains(where: {
                ($0.port == 0 || port == 0 || $0.port == port)
                    && ($0.transport == nil || transport == nil || $0.transport == transport)
            })
        {
            return true
        }
        return checks.withLock { $0 }.contains { $0(bare, port, transport) }
    }

    private static func withoutBrackets(_ host: ByteString) -> ByteString {
        guard host.bytes.first == UInt8(ascii: "["), host.bytes.last == UInt8(ascii: "]") else { return host }
        return ByteString(host.bytes.dropFirst().dropLast())
    }
}
