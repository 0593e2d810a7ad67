import NetworkAddress

/// All TLS domains with their certificates loaded, ready for use; replaced as a whole by a reload.
package struct TLSContextSet: Sendable {
    private let servers: [TLSContext]
    private let clients: [TLSContext]
    /// What operators should know of domains that work nevertheless: expired certificates, broken chains.
    package let warnings: [TLSConfigurationError]

    /// Loads the files of all domains; blocks.
    ///
    /// - Throws: the first domain that cannot be used.
    package init(_ domains: [TLSDomain]) throws(TLSConfigurationError) {
        var contexts: [TLSContext] = []
        for domain in domains { contexts.append(try TLSContext(domain)) }
        servers = contexts.filter { $0.domain.role == .server }
        clients = contexts.filter { $0.domain.role == .client }
        warnings = contexts.flatMap(\.warnings)
    }

    /// The domain of a connection accepted at an address by a client that asks for a name.
    ///
    /// The first domain that the name fits, else the first of the address, else the default one.
    func server(at endpoint: Endpoint, name: String?) -> TLSContext? {
        let here = servers.filter { $0.domain.matches(endpoint) }
        if let name, let named = here.first(where: { $0.domain.matches(name: name) }) { return named }
        if let name,
            let fallback = servers.first(where: { $0.domain.address == .fallback && $0.domain.matches(name: name) })
        {
            return fallback
        }
        return here.first { $0.domain.address != .any } ?? servers.first { $0.domain.address == .fallback }
            ?? here.first
    }

    /// The domain of a connection opened to an address for a host name.
    func client(to endpoint: Endpoint, name: String?) -> TLSContext? {
        let there = clients.filter { $0.domain.matches(endpoint) }
        if let name, let named = there.first(where: { $0.domain.matches(name: name) }) { return named }
        return there.first { $0.domain.address != .any } ?? clients.first { $0.domain.address == .fallback }
    }
}
