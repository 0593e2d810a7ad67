import NIOCore
import NetworkAddress

/// The resolution of one name to destinations (RFC 3263 §4).
///
/// Confined to the event loop of its worker.
final class Resolution {
    /// One service to look up: the transport it leads to and the name of its SRV records.
    private struct Service {
        var transport: TransportProtocol
        var name: DNSName
        /// Addresses follow at once (NAPTR flag `a`), without an SRV record.
        var isAddress = false
    }

    private let resolver: NameResolver
    private let name: DNSName
    private let target: ResolutionTarget
    private let worker: Int
    private let completion: ([Destination]) -> Void

    init(
        _ resolver: NameResolver, name: DNSName, target: ResolutionTarget, worker: Int,
        completion: @escaping ([Destination]) -> Void
    ) {
        self.resolver = resolver
        self.name = name
        self.target = target
        self.worker = worker
        self.completion = completion
    }

    func start() {
        let transport = target.transport ?? .udp
        if let port = target.port {
            // RFC 3263 §4.2: with a port there is no SRV lookup.
            resolveAddresses(of: name, port: port, transport: transport, completion: finish)
        } else if resolver.isInHostsFile(name) {
            // Who writes a name into the hosts file means that address, and the name servers may not know the name.
            resolveAddresses(of: name, port: transport.defaultPort, transport: transport, completion: finish)
        } else if let transport = target.transport {
            trySRV(services([transport])[...])
        } else if resolver.settings.triesNAPTR {
            resolver.lookup(name, .naptr, worker: worker) { self.evaluateNAPTR($0) }
        } else {
            trySRV(services([.udp])[...])
        }
    }

    private func services(_ transports: [TransportProtocol]) -> [Service] {
        transports.compactMap { transport in
            Resolution.servicePrefix(transport).flatMap { name.prefixed($0) }
                .map { Service(transport: transport, name: $0) }
        }
    }

    /// RFC 3263 §4.2; WebSocket servers are not found this way (RFC 7118 §6).
    private static func servicePrefix(_ transport: TransportProtocol) -> StaticString? {
        switch transport {
        case .udp: "_sip._udp"
        case .tcp: "_sip._tcp"
        case .tls: "_sips._tcp"
        case .sctp: "_sip._sctp"
        case .ws, .wss: nil
        }
    }

    // MARK: NAPTR

    private func evaluateNAPTR(_ result: DNSLookupResult) {
        let rules = (try? result.get())?.compactMap(\.namingAuthority) ?? []
        let chosen = rules.compactMap { rule in service(of: rule).map { (rule, $0) } }
            .sorted { key($0) < key($1) }.map(\.1)
        trySRV((chosen.isEmpty ? services(resolver.preferredTransports) : chosen)[...])
    }

    private func key(_ candidate: (DNSNamingAuthority, Service)) -> (Int, UInt16, UInt16) {
        let liking = resolver.settings.ignoresNAPTROrder ? -resolver.preference(of: candidate.1.transport) : 0
        return (liking, candidate.0.order, candidate.0.preference)
    }

    private func service(of rule: DNSNamingAuthority) -> Service? {
        let transport: TransportProtocol
        switch rule.services.lowercased() {
        case "sip+d2u": transport = .udp
        case "sip+d2t": transport = .tcp
        case "sips+d2t": transport = .tls
        default: return nil
        }
        guard resolver.preferredTransports.contains(transport) else { return nil }
        switch rule.flags.lowercased() {
        case "s": return Service(transport: transport, name: rule.replacement)
        case "a": return Service(transport: transport, name: rule.replacement, isAddress: true)
        default: return nil
        }
    }

    // MARK: SRV

    /// Takes the first service that has servers, else the addresses of the name itself (RFC 3263 §4.2).
    private func trySRV(_ services: ArraySlice<Service>) {
        guard let service = services.first else {
            let transport = target.transport ?? .udp
            resolveAddresses(of: name, port: transport.defaultPort, transport: transport, completion: finish)
            return
        }
        if service.isAddress {
            resolveAddresses(
                of: service.name, port: service.transport.defaultPort, transport: service.transport
            ) { self.finishOrContinue($0, services) }
            return
        }
        resolver.lookup(service.name, .srv, worker: worker) { result in
            if case .failure(let error) = result, error.isSilence {
                // Whoever does not answer this question would not answer the next one either.
                self.finish([])
                return
            }
            let records = (try? result.get())?.compactMap(\.service) ?? []
            guard !records.isEmpty else {
                self.trySRV(services.dropFirst())
                return
            }
            self.resolveServers(records, service.transport) { self.finishOrContinue($0, services) }
        }
    }

    private func finishOrContinue(_ destinations: [Destination], _ services: ArraySlice<Service>) {
        if destinations.isEmpty, services.count > 1 {
            trySRV(services.dropFirst())
        } else {
            finish(destinations)
        }
    }

    private func resolveServers(
        _ records: [DNSService], _ transport: TransportProtocol, completion: @escaping ([Destination]) -> Void
    ) {
        var generator = SystemRandomNumberGenerator()
        let servers = ServiceOrder.sorted(
            // The root as target says that the service is not offered (RFC 2782).
            records.filter { !$0.target.labels.isEmpty && $0.port != 0 },
            balancing: resolver.settings.balancesLoadBySRV, using: &generator
        ).prefix(resolver.settings.destinationCountMax)
        guard !servers.isEmpty else {
            completion([])
            return
        }
        let gathering = Gathering(
            count: servers.count, loop: resolver.loops[worker], patience: .untilFirst,
            time: resolver.stragglerTime, completion: completion)
        for (index, server) in servers.enumerated() {
            resolveAddresses(of: server.target, port: Port(server.port), transport: transport) {
                gathering.set(index, $0)
            }
        }
    }

    // MARK: Addresses

    private func resolveAddresses(
        of name: DNSName, port: Port, transport: TransportProtocol, completion: @escaping ([Destination]) -> Void
    ) {
        let serverName = transport.isSecure ? self.name.description : nil
        resolver.addresses(of: name, worker: worker) { addresses in
            completion(
                addresses.map {
                    Destination(
                        transport: transport, remote: Endpoint(address: $0, port: port), serverName: serverName)
                })
        }
    }

    private func finish(_ destinations: [Destination]) {
        completion(Array(destinations.prefix(resolver.settings.destinationCountMax)))
    }
}
