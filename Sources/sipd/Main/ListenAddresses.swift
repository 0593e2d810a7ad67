import ModuleInterface
import NetworkAddress
import OperatingSystem
import Transport

/// Turns what the configuration says about sockets into addresses to bind: interface and host names are looked up,
/// nothing said means all addresses of this machine.
enum ListenAddresses {
    static func resolve(_ settings: CoreSettings) throws(StartFailure) -> [ListenRequest] {
        let listens = settings.listens.isEmpty ? everywhere : settings.listens
        var requests: [ListenRequest] = []
        for listen in listens {
            for address in try addresses(of: listen) {
                requests += make(listen, address, settings)
            }
        }
        guard !requests.isEmpty else {
            throw StartFailure("no address to listen on", hint: "name one with -l or listen=")
        }
        return requests
    }

    /// All addresses that others can reach, and loopback.
    private static var everywhere: [ListenSetting] {
        HostAddresses.ofInterface(nil).filter { IPAddress($0)?.isLinkLocal == false }
            .map { ListenSetting(transport: nil, host: $0, port: nil) }
    }

    private static func addresses(of listen: ListenSetting) throws(StartFailure) -> [IPAddress] {
        if let address = IPAddress(listen.host) { return [address] }
        let ofInterface = HostAddresses.ofInterface(listen.host).compactMap { IPAddress($0) }.filter { !$0.isLinkLocal }
        if !ofInterface.isEmpty { return ofInterface }
        guard let first = HostAddresses.resolve(listen.host).compactMap({ IPAddress($0) }).first else {
            throw StartFailure(
                "'\(listen.host)' is no address, no interface and no known host name",
                hint: "write an address such as udp:192.0.2.1:5060")
        }
        return [first]
    }

    private static func make(_ listen: ListenSetting, _ address: IPAddress, _ settings: CoreSettings) -> [ListenRequest]
    {
        let transports: [TransportProtocol] =
            listen.transport.map { [$0] } ?? (settings.tlsEnabled ? [.udp, .tcp, .tls] : [.udp, .tcp])
        return transports.filter { !(settings.tcpDisabled && $0 != .udp) }.map { transport in
            let usual = transport.isSecure ? Port(settings.tlsPort) : Port(settings.port)
            var port = listen.port.map { Port($0) } ?? usual
            // Kamailio: an address with a port but no transport has TLS on the next port.
            if listen.transport == nil, transport == .tls, let given = listen.port { port = Port(given &+ 1) }
            let advertisedHost = listen.advertisedHost ?? settings.advertisedAddress
            return ListenRequest(
                transport: transport, endpoint: Endpoint(address: address, port: port),
                advertised: advertisedHost.map {
                    AdvertisedAddress(
                        host: $0, port: (listen.advertisedPort ?? settings.advertisedPort).map { Port($0) })
                },
                name: listen.name)
        }
    }
}
