import NetworkAddress

/// What an address is for, by the words of Kamailio (`detailed_ip_type()`).
enum AddressKind {
    private static let kinds: [(AddressPrefix, String)] = [
        ("255.255.255.255/32", "BROADCAST"), ("0.0.0.0/8", "PRIVATE"), ("10.0.0.0/8", "PRIVATE"),
        ("100.64.0.0/10", "SHARED"), ("127.0.0.0/8", "LOOPBACK"), ("169.254.0.0/16", "LINK-LOCAL"),
        ("172.16.0.0/12", "PRIVATE"), ("192.0.0.0/24", "RESERVED"), ("192.0.2.0/24", "TEST-NET"),
        ("192.88.99.0/24", "6TO4-RELAY"), ("192.168.0.0/16", "PRIVATE"), ("198.18.0.0/15", "RESERVED"),
        ("198.51.100.0/24", "TEST-NET"), ("203.0.113.0/24", "TEST-NET"), ("224.0.0.0/4", "MULTICAST"),
        ("240.0.0.0/4", "RESERVED"), ("::1/128", "LOOPBACK"), ("::/128", "UNSPECIFIED"),
        ("::ffff:0:0/96", "IPV4MAP"), ("100::/64", "DISCARD"), ("2001:2::/48", "BMWG"), ("2001::/32", "TEREDO"),
        ("2001:10::/28", "ORCHID"), ("2001:db8::/32", "DOCUMENTATION"), ("2002::/16", "6TO4"),
        ("fc00::/7", "UNIQUE-LOCAL-UNICAST"), ("fe80::/10", "LINK-LOCAL-UNICAST"), ("ff00::/8", "MULTICAST"),
        ("2000::/3", "GLOBAL-UNICAST"),
    ].compactMap { text, kind in AddressPrefix(text).map { ($0, kind) } }

    /// The word for an address.
    static func name(of address: IPAddress) -> String {
        kinds.first { $0.0.contains(address) }?.1 ?? (address.isIPv4 ? "PUBLIC" : "RESERVED")
    }
}
