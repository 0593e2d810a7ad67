package import Logging
package import NIOCore
package import NetworkAddress
import Synchronization

/// Finds where to send a message: NAPTR, SRV and address records by the rules of RFC 3263, with a client of its own.
///
/// Calls are made on the loop of a worker and answered on it. What is an address, or in the cache, is answered before
/// the call returns. Questions are asked from the loop of worker 0, once for all that wait for the same.
package final class NameResolver: Sendable {
    /// The settings in force.
    package let settings: ResolverSettings
    /// The answers that are kept.
    package let cache: DNSCache
    /// The counters.
    package let statistics = ResolverStatistics()
    let loops: [any EventLoop]
    private let configuration: ResolverConfiguration
    private let hosts: HostsFile
    private let reach: Mutex<Reach>
    private let client: NIOLoopBoundBox<DNSClient>

    /// What can be sent to.
    private struct Reach {
        var transports: Set<TransportProtocol>
        var families: Set<IPAddress.Family> = [.v4, .v6]
    }

    /// Creates a resolver; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - loops: The loops of the workers, at least one.
    ///   - transports: The transports that NAPTR and SRV records may lead to.
    ///   - settings: How names are resolved.
    ///   - configuration: The name servers; see ``ResolverConfiguration/init(parsing:)``.
    ///   - hosts: The names that are known without asking.
    ///   - logger: Takes what operators are to know.
    package init(
        loops: [any EventLoop], transports: Set<TransportProtocol> = [.udp, .tcp],
        settings: ResolverSettings = ResolverSettings(), configuration: ResolverConfiguration,
        hosts: HostsFile = HostsFile(), logger: Logger
    ) {
        precondition(!loops.isEmpty, "a resolver needs an event loop")
        self.loops = loops
        self.settings = settings
        self.configuration = configuration
        self.hosts = hosts
        reach = Mutex(Reach(transports: transports))
        cache = DNSCache(countMax: settings.cacheEntryCountMax)
        let client = DNSClient(
            loop: loops[0], settings: settings, configuration: configuration, cache: cache, statistics: statistics,
            log: RateLimitedLog(logger))
        self.client = NIOLoopBoundBox.makeBoxSendingValue(client, eventLoop: loops[0])
    }

    /// Leaves out transports and families of addresses that none of these sockets can send to.
    ///
    /// Kamailio does the same for IPv6. Without sockets nothing is left out.
    package func restrict(to sockets: [ListenSocket]) {
        guard !sockets.isEmpty else { return }
        reach.withLock {
            $0 = Reach(
                transports: Set(sockets.map(\.transport)), families: Set(sockets.map(\.endpoint.address.family)))
        }
    }

    private func uses(_ family: IPAddress.Family) -> Bool {
        (family == .v4 ? settings.triesIPv4 : settings.triesIPv6) && reach.withLock { $0.families.contains(family) }
    }

    /// Fails what is under way; later lookups fail unless the cache knows the answer.
    package func stop() {
        loops[0].execute { self.client.value.stop() }
    }

    /// The event loop of a worker, on which its calls are made and answered.
    package func eventLoop(_ worker: Int) -> any EventLoop { loops[worker] }

    // MARK: Destinations

    /// Finds the destinations of a target in the order in which they are to be tried; none when it cannot be resolved.
    ///
    /// - Parameters:
    ///   - target: Host, port and transport of a URI.
    ///   - worker: The worker on whose loop the caller is, and the completion is called.
    ///   - completion: Takes the destinations; called before this returns when nothing has to be asked.
    package func resolve(
        _ target: ResolutionTarget, worker: Int, completion: @escaping ([Destination]) -> Void
    ) {
        switch target.host {
        case .address(let address):
            let transport = target.transport ?? .udp
            completion([
                Destination(
                    transport: transport,
                    remote: Endpoint(address: address, port: target.port ?? transport.defaultPort))
            ])
        case .name(let name):
            Resolution(self, name: name, target: target, worker: worker, completion: completion).start()
        }
    }

    /// The transports that may be chosen freely, the one that is liked best first.
    var preferredTransports: [TransportProtocol] {
        let supported = reach.withLock { $0.transports }
        let preferences: [(TransportProtocol, Int)] = [
            (.udp, settings.udpPreference), (.tcp, settings.tcpPreference), (.tls, settings.tlsPreference),
        ]
        return preferences.filter { supported.contains($0.0) && $0.1 >= 0 }
            .sorted { $0.1 > $1.1 }.map(\.0)
    }

    func preference(of transport: TransportProtocol) -> Int {
        switch transport {
        case .udp: settings.udpPreference
        case .tcp: settings.tcpPreference
        case .tls: settings.tlsPreference
        case .sctp, .ws, .wss: -1
        }
    }

    var stragglerTime: TimeAmount { .milliseconds(Int64(settings.stragglerMilliseconds)) }

    func isInHostsFile(_ name: DNSName) -> Bool {
        settings.usesHostsFile && hosts.addresses[name] != nil
    }

    // MARK: Lookups

    /// Finds the addresses of a name, from the hosts file or from A and AAAA records.
    func addresses(of name: DNSName, worker: Int, completion: @escaping ([IPAddress]) -> Void) {
        if settings.usesHostsFile, let known = hosts.addresses[name] {
            completion(ordered(known.filter { uses($0.family) }))
            return
        }
        let types = (uses(.v4) ? [DNSRecordType.a] : []) + (uses(.v6) ? [.aaaa] : [])
        let gathering = Gathering<IPAddress>(
            count: types.count, loop: loops[worker], patience: .untilAny, time: stragglerTime
        ) { completion(self.ordered($0)) }
        for (index, type) in types.enumerated() {
            lookup(name, type, worker: worker) { result in
                gathering.set(index, (try? result.get()).map { $0.compactMap(\.address) } ?? [])
            }
        }
        if types.isEmpty { completion([]) }
    }

    private func ordered(_ addresses: [IPAddress]) -> [IPAddress] {
        let ipv4 = addresses.filter(\.isIPv4)
        let ipv6 = addresses.filter(\.isIPv6)
        return settings.familyPreference == .ipv4First ? ipv4 + ipv6 : ipv6 + ipv4
    }

    /// Finds the records of a name, with the domains of the search list if need be.
    ///
    /// The completion is called on the worker's loop, before this returns if the answer is known.
    package func lookup(
        _ name: DNSName, _ type: DNSRecordType, worker: Int, completion: @escaping (DNSLookupResult) -> Void
    ) {
        lookupFirst(of: candidates(for: name)[...], type, worker: worker, firstError: nil, completion: completion)
    }

    /// The names to try in turn; resolv.conf(5): a name with enough dots is tried as it stands first.
    private func candidates(for name: DNSName) -> [DNSName] {
        guard settings.usesSearchList, !configuration.searchList.isEmpty else { return [name] }
        let extended = configuration.searchList.compactMap { name.appending($0) }
        return name.dotCount >= configuration.dotsMin ? [name] + extended : extended + [name]
    }

    private func lookupFirst(
        of names: ArraySlice<DNSName>, _ type: DNSRecordType, worker: Int, firstError: DNSLookupError?,
        completion: @escaping (DNSLookupResult) -> Void
    ) {
        guard let name = names.first else {
            completion(.failure(firstError ?? .nameNotFound))
            return
        }
        lookupExactly(DNSCache.Key(name: name, type: type), worker: worker) { result in
            // Only when a name does not exist is another one to be tried; silence of the servers says nothing.
            if case .failure(let error) = result, error == .nameNotFound || error == .noRecords, names.count > 1 {
                self.lookupFirst(
                    of: names.dropFirst(), type, worker: worker, firstError: firstError ?? error,
                    completion: completion)
            } else if case .failure = result, let firstError {
                completion(.failure(firstError))
            } else {
                completion(result)
            }
        }
    }

    private func lookupExactly(
        _ key: DNSCache.Key, worker: Int, completion: @escaping (DNSLookupResult) -> Void
    ) {
        // Entries without end are an operator's, and count without a cache, too.
        if let known = cache.find(key, at: .now()) {
            completion(known)
            return
        }
        let loop = loops[worker]
        guard loop !== loops[0] else {
            client.value.lookup(key, completion: completion)
            return
        }
        let bound = NIOLoopBound(completion, eventLoop: loop)
        loops[0].execute {
            self.client.value.lookup(key) { result in
                loop.execute { bound.value(result) }
            }
        }
    }
}

extension DNSRecord {
    var address: IPAddress? {
        if case .address(let address) = data { address } else { nil }
    }

    var service: DNSService? {
        if case .service(let service) = data { service } else { nil }
    }

    var namingAuthority: DNSNamingAuthority? {
        if case .namingAuthority(let rule) = data { rule } else { nil }
    }
}
