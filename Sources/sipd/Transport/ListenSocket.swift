package import NetworkAddress

/// A host and port told to others in place of the address a socket is bound to.
package struct AdvertisedAddress: Hashable, Sendable {
    /// A name or an address, as it is to stand in Via and Record-Route; IPv6 in brackets.
    package var host: String
    /// The port; nil is that of the socket.
    package var port: Port?

    /// Creates an advertised address.
    package init(host: String, port: Port? = nil) {
        self.host = host
        self.port = port
    }
}

/// What to listen on; port 0 lets the system choose one.
package struct ListenRequest: Hashable, Sendable {
    /// The transport.
    package var transport: TransportProtocol
    /// The address and port to bind.
    package var endpoint: Endpoint
    /// What to tell others instead.
    package var advertised: AdvertisedAddress?
    /// The name by which scripts choose the socket.
    package var name: String?

    /// Creates a request.
    package init(
        transport: TransportProtocol, endpoint: Endpoint, advertised: AdvertisedAddress? = nil, name: String? = nil
    ) {
        self.transport = transport
        self.endpoint = endpoint
        self.advertised = advertised
        self.name = name
    }
}

/// A socket the daemon listens on, and sends from.
///
/// Its text is `udp:127.0.0.1:5060`, as in the `listen` parameter.
package struct ListenSocket: Sendable {
    // One reference makes the value cheap to carry along with each message.
    private final class Storage: Sendable {
        let index: Int
        let transport: TransportProtocol
        let endpoint: Endpoint
        let advertised: AdvertisedAddress?
        let name: String?
        let text: [UInt8]
        let viaHostPort: [UInt8]
        let shortHostPort: [UInt8]

        init(index: Int, request: ListenRequest, endpoint: Endpoint) {
            self.index = index
            transport = request.transport
            self.endpoint = endpoint
            advertised = request.advertised
            name = request.name
            self.text = Array("\(request.transport):\(endpoint)".utf8)
            var text: [UInt8] = []
            if let advertised {
                text = Array(advertised.host.utf8)
                text.append(0x3A)
                text += String((advertised.port ?? endpoint.port).value).utf8
            } else {
                endpoint.append(to: &text)
            }
            viaHostPort = text
            let port = advertised?.port ?? endpoint.port
            shortHostPort = port == .sip ? Array(text.dropLast(5)) : text
        }
    }

    private let storage: Storage

    init(index: Int, request: ListenRequest, endpoint: Endpoint) {
        storage = Storage(index: index, request: request, endpoint: endpoint)
    }

    /// The position among all sockets of the daemon, in the order of the configuration.
    package var index: Int { storage.index }
    /// The transport.
    package var transport: TransportProtocol { storage.transport }
    /// The address it is bound to, with the port the system chose if none was asked for.
    package var endpoint: Endpoint { storage.endpoint }
    /// What is told to others instead of the endpoint.
    package var advertised: AdvertisedAddress? { storage.advertised }
    /// The name by which scripts choose the socket.
    package var name: String? { storage.name }
    /// The transport, address and port it is bound to: `udp:192.0.2.1:5060`.
    package var text: [UInt8] { storage.text }
    /// Host and port as they stand in Via and Record-Route: `192.0.2.1:5060` or the advertised ones.
    package var viaHostPort: [UInt8] { storage.viaHostPort }
    /// `viaHostPort` without the port when that is 5060, which is how Kamailio writes it.
    package var shortHostPort: [UInt8] { storage.shortHostPort }
    /// The host told to others: the advertised one, or the address, IPv6 in brackets.
    package var hostText: String {
        advertised?.host ?? String(decoding: endpoint.address.text(bracketed: true), as: UTF8.self)
    }
    /// The port told to others.
    package var portText: Port { advertised?.port ?? endpoint.port }
}

extension ListenSocket: Hashable, CustomStringConvertible {
    /// Sockets of one daemon differ in their index; those of two are compared by what they are bound to.
    package static func == (left: ListenSocket, right: ListenSocket) -> Bool {
        left.storage === right.storage
            || left.index == right.index && left.transport == right.transport && left.endpoint == right.endpoint
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(index)
    }

    package var description: String { String(decoding: text, as: UTF8.self) }
}

extension [ListenSocket] {
    /// The first socket of a transport in a family of addresses, from which is sent if none is chosen.
    func first(transport: TransportProtocol, family: IPAddress.Family) -> ListenSocket? {
        let transport = transport.carrier
        return first { $0.transport == transport && $0.endpoint.address.family == family }
    }
}
