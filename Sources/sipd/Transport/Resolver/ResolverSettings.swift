/// How names are resolved; each value is a global parameter of Kamailio.
package struct ResolverSettings: Hashable, Sendable {
    /// Which family of addresses comes first when a name has both.
    package enum FamilyPreference: Hashable, Sendable {
        /// IPv4 addresses before IPv6 addresses.
        case ipv4First
        /// IPv6 addresses before IPv4 addresses.
        case ipv6First
    }

    /// Keep answers as long as their time to live allows (`use_dns_cache`).
    package var usesCache = true
    /// Look for NAPTR records when the transport is open (`dns_try_naptr`).
    package var triesNAPTR = false
    /// Look for AAAA records (`dns_try_ipv6`); switch it off when nothing listens on IPv6.
    package var triesIPv6 = true
    /// Look for A records; switch it off when nothing listens on IPv4.
    package var triesIPv4 = true
    /// Order of the addresses of one name (`dns_cache_flags`).
    package var familyPreference = FamilyPreference.ipv4First
    /// How much UDP is liked when NAPTR or SRV leave a choice; negative is never (`dns_udp_pref`).
    package var udpPreference = 30
    /// The same for TCP (`dns_tcp_pref`).
    package var tcpPreference = 20
    /// The same for TLS (`dns_tls_pref`).
    package var tlsPreference = 10
    /// Choose among NAPTR records by the preferences above before their own order (`dns_naptr_ignore_rfc`).
    package var ignoresNAPTROrder = true
    /// Spread the load over SRV records of one priority by weight at random (RFC 2782); otherwise the heaviest is
    /// always first (`dns_srv_lb`).
    package var balancesLoadBySRV = false
    /// Append the domains of the search list to names that are not found (`dns_use_search_list`).
    package var usesSearchList = true
    /// Look into the hosts file before asking a server.
    package var usesHostsFile = true
    /// Seconds one server has for one try; nil takes the value of resolv.conf (`dns_retr_time`).
    package var retryTimeSeconds: Int?
    /// How often the servers are asked again; nil takes the value of resolv.conf (`dns_retr_no`).
    package var retryCount: Int?
    /// How many of the configured servers are asked; nil is all of them (`dns_servers_no`).
    package var serverCount: Int?
    /// The longest time one lookup takes, whatever the number of servers and retries.
    package var lookupTimeoutMilliseconds = 10_000
    /// How long a negative answer is kept, if its zone does not say less (`dns_cache_negative_ttl`).
    package var negativeTimeToLiveSeconds: UInt32 = 60
    /// Lower bound of the life of an answer in the cache (`dns_cache_min_ttl`).
    package var timeToLiveMinSeconds: UInt32 = 0
    /// Upper bound of the life of an answer in the cache (`dns_cache_max_ttl`).
    package var timeToLiveMaxSeconds: UInt32 = .max
    /// The most answers kept; 500 kB in Kamailio, which is about as many (`dns_cache_mem`).
    package var cacheEntryCountMax = 5000
    /// The most lookups that wait for a server at one time; more are refused.
    package var pendingLookupCountMax = 1024
    /// The most destinations one resolution delivers.
    package var destinationCountMax = 32
    /// How long the best destination waits for the addresses of the others.
    package var stragglerMilliseconds = 250

    /// The defaults are Kamailio's.
    package init() {}
}
