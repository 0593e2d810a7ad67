package import NetworkAddress

/// The type of a resource record (RFC 1035 §3.2.2).
package struct DNSRecordType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    package let rawValue: UInt16

    /// Any number is a type; those unknown here are carried as ``DNSRecord/Data/other``.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// An IPv4 address.
    package static let a = DNSRecordType(rawValue: 1)
    /// The canonical name of an alias.
    package static let cname = DNSRecordType(rawValue: 5)
    /// The start of a zone; its last field bounds the life of a negative answer (RFC 2308).
    package static let soa = DNSRecordType(rawValue: 6)
    /// The name of an address.
    package static let ptr = DNSRecordType(rawValue: 12)
    /// Free text.
    package static let txt = DNSRecordType(rawValue: 16)
    /// An IPv6 address.
    package static let aaaa = DNSRecordType(rawValue: 28)
    /// A server of a service (RFC 2782).
    package static let srv = DNSRecordType(rawValue: 33)
    /// A rule that leads from a name to a service (RFC 3403).
    package static let naptr = DNSRecordType(rawValue: 35)
}

extension DNSRecordType: CustomStringConvertible {
    /// The mnemonic (`SRV`), or `TYPE65` for a number without one here (RFC 3597).
    package var description: String {
        switch self {
        case .a: "A"
        case .cname: "CNAME"
        case .soa: "SOA"
        case .ptr: "PTR"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .srv: "SRV"
        case .naptr: "NAPTR"
        default: "TYPE\(rawValue)"
        }
    }
}

/// One server of a service (RFC 2782).
package struct DNSService: Hashable, Sendable {
    /// Lower is tried first.
    package var priority: UInt16
    /// The share of the load among servers of the same priority.
    package var weight: UInt16
    /// The port of the service on the server.
    package var port: UInt16
    /// The server's name; the root means that the service is not offered.
    package var target: DNSName

    /// Creates the data of an SRV record.
    package init(priority: UInt16, weight: UInt16, port: UInt16, target: DNSName) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

/// One rule that leads from a name to a service (RFC 3403 §4.1).
package struct DNSNamingAuthority: Hashable, Sendable {
    /// Lower is tried first; rules of another order are no alternatives.
    package var order: UInt16
    /// Lower is preferred among rules of the same order.
    package var preference: UInt16
    /// What follows: `s` an SRV lookup, `a` an address lookup, `u` a URI made by `regexp`.
    package var flags: String
    /// The service, as `SIP+D2U`.
    package var services: String
    /// A substitution, as `!^.*$!sip:info@example.com!`.
    package var regexp: String
    /// The name to look up next.
    package var replacement: DNSName

    /// Creates the data of a NAPTR record.
    package init(
        order: UInt16, preference: UInt16, flags: String, services: String, regexp: String, replacement: DNSName
    ) {
        self.order = order
        self.preference = preference
        self.flags = flags
        self.services = services
        self.regexp = regexp
        self.replacement = replacement
    }
}

/// A resource record.
package struct DNSRecord: Hashable, Sendable {
    /// What a record says, by its type.
    package enum Data: Hashable, Sendable {
        case address(IPAddress)
        case canonicalName(DNSName)
        case pointer(DNSName)
        case service(DNSService)
        case namingAuthority(DNSNamingAuthority)
        /// The strings of a TXT record, joined.
        case text([UInt8])
        /// The `MINIMUM` field of a SOA record, the life of a negative answer in seconds (RFC 2308 §4).
        case startOfAuthority(minimum: UInt32)
        /// A type that is not read here, or class other than IN.
        case other
    }

    /// The owner of the record.
    package var name: DNSName
    /// The type as it was on the wire.
    package var type: DNSRecordType
    /// How long the record may be kept.
    package var timeToLiveSeconds: UInt32
    /// The content.
    package var data: Data

    /// Creates a record.
    package init(name: DNSName, type: DNSRecordType, timeToLiveSeconds: UInt32, data: Data) {
        self.name = name
        self.type = type
        self.timeToLiveSeconds = timeToLiveSeconds
        self.data = data
    }
}
