package import NetworkAddress

/// The settings of TLS for some connections: those accepted at an address, or those opened to one (Kamailio: a
/// section of `tls.cfg`).
package struct TLSDomain: Hashable, Sendable {
    /// Which side of the handshake it is for.
    package enum Role: String, Hashable, Sendable {
        case server
        case client
    }

    /// Which connections it is for.
    package enum Address: Hashable, Sendable {
        /// All that no other domain fits.
        case fallback
        /// All at which the name fits.
        case any
        /// Those at this local (server) or remote (client) address; port 0 is every port.
        case endpoint(Endpoint)
    }

    /// Which names in the handshake `serverName` stands for (`server_name_mode`).
    package enum NameMatching: Int, Hashable, Sendable {
        /// The name itself.
        case exact = 0
        /// The name and all below it.
        case withSubdomains = 1
        /// All below the name.
        case subdomainsOnly = 2
    }

    /// What is asked of the other side's certificate.
    package enum PeerVerification: Hashable, Sendable {
        /// Nothing; a client is not even asked for one.
        case none
        /// One that is shown must be good.
        case optional
        /// A good one must be shown.
        case required
    }

    /// The side.
    package var role: Role
    /// The connections.
    package var address: Address
    /// The versions.
    package var versions: ClosedRange<TLSProtocolVersion> = .tls12 ... .tls13
    /// File of the certificate and of those that lead to its root, PEM (`certificate`).
    package var certificateFile: String?
    /// File of the private key, PEM (`private_key`).
    package var privateKeyFile: String?
    /// File of the trusted roots, PEM (`ca_list`); nil takes the system's.
    package var rootsFile: String?
    /// Folder of trusted roots, hashed (`ca_path`).
    package var rootsFolder: String?
    /// Names of OpenSSL's cipher suites (`cipher_list`); nil takes all that are sound.
    package var cipherSuites: String?
    /// What is asked of the other side.
    package var peerVerification = PeerVerification.none
    /// The name a client must ask for, or the one to ask a server for (`server_name`).
    package var serverName: String?
    /// How `serverName` is compared.
    package var nameMatching = NameMatching.exact

    /// A domain with defaults.
    package init(_ role: Role, _ address: Address) {
        self.role = role
        self.address = address
    }

    /// Whether a name of a handshake is one of this domain's.
    func matches(name: String) -> Bool {
        guard let serverName = serverName?.lowercased() else { return false }
        let name = name.lowercased()
        let isBelow = name.hasSuffix("." + serverName)
        return switch nameMatching {
        case .exact: name == serverName
        case .withSubdomains: name == serverName || isBelow
        case .subdomainsOnly: isBelow
        }
    }

    /// Whether connections at an address are this domain's, whatever the name.
    func matches(_ endpoint: Endpoint) -> Bool {
        switch address {
        case .fallback: false
        case .any: true
        case .endpoint(let own): own.address == endpoint.address && (own.port == Port(0) || own.port == endpoint.port)
        }
    }
}

extension TLSDomain: CustomStringConvertible {
    /// As the section is headed in the file: `server:192.0.2.1:5061`.
    package var description: String {
        switch address {
        case .fallback: "\(role.rawValue):default"
        case .any: "\(role.rawValue):any"
        case .endpoint(let endpoint): "\(role.rawValue):\(endpoint)"
        }
    }
}
