import ScriptEngine

extension CoreSettings {
    /// Takes over a global parameter of sockets and connections; false when it is none that exists here.
    ///
    /// - Throws: `ScriptError` when the value is out of range.
    mutating func applyToTransport(_ name: String, _ value: Int) throws(ScriptError) -> Bool {
        switch name {
        case "tcp_connection_lifetime":
            // Kamailio takes a negative lifetime for one without end.
            transport.connectionLifetimeMilliseconds = value < 0 ? .max / 2_000_000 : try milliseconds(name, value)
        case "tcp_connect_timeout": transport.connectTimeoutMilliseconds = try milliseconds(name, max(1, value))
        case "tcp_send_timeout": transport.sendTimeoutMilliseconds = try milliseconds(name, max(1, value))
        case "tcp_wait_data": transport.firstMessageTimeoutMilliseconds = try Self.checked(name, value, 1...3_600_000)
        case "tcp_max_connections": transport.connectionCountMax = try count(name, value)
        case "tls_max_connections": transport.secureConnectionCountMax = try count(name, value)
        case "tcp_conn_wq_max": transport.connectionQueueBytesMax = try count(name, value)
        case "tcp_wq_max": transport.queueBytesMax = try count(name, value)
        case "tcp_keepalive": transport.usesKeepalive = value != 0
        case "tcp_keepidle": transport.keepaliveIdleSeconds = try Self.checked(name, value, 0...32_767)
        case "tcp_keepintvl": transport.keepaliveIntervalSeconds = try Self.checked(name, value, 0...32_767)
        case "tcp_keepcnt": transport.keepaliveCount = try Self.checked(name, value, 0...127)
        case "tcp_crlf_ping": transport.answersPings = value != 0
        case "tcp_no_connect": transport.opensConnections = value == 0
        case "tcp_accept_aliases": transport.acceptsAliases = value != 0
        case "tcp_accept_iplimit": transport.acceptedCountMaxByAddress = try count(name, value)
        case "tcp_listen_backlog": transport.backlog = try Self.checked(name, value, 1...65_535)
        case "tcp_msg_read_timeout", "tcp_msg_data_timeout":
            transport.messageTimeoutMilliseconds = try milliseconds(name, max(1, value))
        case "tcp_accept_no_cl": transport.acceptsMissingContentLength = value != 0
        case "tos": transport.typeOfService = try Self.checked(name, value, 0...255)
        default: return false
        }
        return true
    }

    /// Takes over a global parameter of the resolver; false when it is none that exists here.
    ///
    /// - Throws: `ScriptError` when the value is out of range.
    mutating func applyToResolver(_ name: String, _ value: Int) throws(ScriptError) -> Bool {
        switch name {
        case "use_dns_cache": resolver.usesCache = value != 0
        case "dns_try_naptr": resolver.triesNAPTR = value != 0
        case "dns_try_ipv6": resolver.triesIPv6 = value != 0
        case "dns_udp_pref", "dns_udp_preference": resolver.udpPreference = value
        case "dns_tcp_pref", "dns_tcp_preference": resolver.tcpPreference = value
        case "dns_tls_pref", "dns_tls_preference": resolver.tlsPreference = value
        case "dns_naptr_ignore_rfc": resolver.ignoresNAPTROrder = value != 0
        case "dns_srv_lb", "dns_srv_loadbalancing": resolver.balancesLoadBySRV = value != 0
        case "dns_use_search_list": resolver.usesSearchList = value != 0
        // A negative number leaves these to resolv.conf.
        case "dns_retr_time": resolver.retryTimeSeconds = value < 0 ? nil : try count(name, value)
        case "dns_retr_no": resolver.retryCount = value < 0 ? nil : try count(name, value)
        case "dns_servers_no": resolver.serverCount = value < 0 ? nil : try count(name, value)
        case "dns_cache_negative_ttl": resolver.negativeTimeToLiveSeconds = try Self.checked(name, value, 0...604_800)
        case "dns_cache_min_ttl": resolver.timeToLiveMinSeconds = try Self.checked(name, value, 0...604_800)
        case "dns_cache_max_ttl":
            resolver.timeToLiveMaxSeconds = value < 0 ? .max : try Self.checked(name, value, 0...Int(Int32.max))
        case "dns_cache_flags":
            // Kamailio's bits: 1 no IPv6, 2 no IPv4, 4 IPv6 first.
            if value & 1 != 0 { resolver.triesIPv6 = false }
            if value & 2 != 0 { resolver.triesIPv4 = false }
            if value & 4 != 0 { resolver.familyPreference = .ipv6First }
        default: return false
        }
        return true
    }

    /// Takes over the type of service by its name in `<netinet/ip.h>`.
    mutating func applyTypeOfService(_ name: String) -> Effect {
        switch name {
        case "IPTOS_LOWDELAY": transport.typeOfService = 0x10
        case "IPTOS_THROUGHPUT": transport.typeOfService = 0x08
        case "IPTOS_RELIABILITY": transport.typeOfService = 0x04
        case "IPTOS_MINCOST": transport.typeOfService = 0x02
        default: return .none
        }
        return .applied
    }

    private func milliseconds(_ name: String, _ seconds: Int) throws(ScriptError) -> Int {
        try Self.checked(name, seconds, 0...Int(Int32.max)) * 1000
    }

    private func count(_ name: String, _ value: Int) throws(ScriptError) -> Int {
        try Self.checked(name, value, 0...Int(Int32.max))
    }
}
