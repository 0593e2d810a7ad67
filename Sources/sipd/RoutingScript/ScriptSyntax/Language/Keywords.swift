/// Words with a meaning of their own.
enum Keywords {
    /// Words that Kamailio 5.6 reserves: a `#!define` of one of them has no effect.
    ///
    /// Words that later versions added are not among them, since configurations for 5.6 may define them.
    static let reserved: Set<String> = {
        var words: Set<String> = [
            "if", "else", "switch", "case", "default", "while", "exit", "drop", "return", "break", "route",
            "request_route", "onreply_route", "reply_route", "failure_route", "branch_route",
            "onsend_route", "event_route", "include_file", "import_file", "loadmodule", "loadmodulex", "loadpath",
            "mpath", "modparam", "modparamx", "cfgengine", "flags", "bool", "avpflags", "listen", "alias", "advertise",
            "ADVERTISE", "name", "virtual", "desc", "descr", "description", "kemi", "myself", "msg:len", "uri:host",
            "uri:port", "max_len", "not", "and", "or", "mod", "strlen", "strempty", "defined", "selval", "eq", "ieq",
            "ne", "ine", "udp", "UDP", "tcp", "TCP", "tls", "TLS", "sctp", "SCTP", "ws", "WS", "wss", "WSS", "inet",
            "INET", "inet6", "INET6", "sslv23", "SSLv23", "SSLV23", "sslv2", "SSLv2", "SSLV2", "sslv3", "SSLv3",
            "SSLV3", "tlsv1", "TLSv1", "TLSV1",
        ]
        words.formUnion(legacyFields.keys)
        words.formUnion(CoreCommand.all.keys)
        words.formUnion(GlobalParameterForm.all.filter { !$0.value.isNewer }.keys)
        return words
    }()

    /// Words that are numbers wherever a number may stand.
    static let numbers: [String: Int32] = [
        "yes": 1, "true": 1, "on": 1, "enable": 1, "no": 0, "false": 0, "off": 0, "disable": 0,
        "inet": addressFamilyIPv4, "INET": addressFamilyIPv4, "ipv4": addressFamilyIPv4, "IPv4": addressFamilyIPv4,
        "IPV4": addressFamilyIPv4, "inet6": addressFamilyIPv6, "INET6": addressFamilyIPv6,
        "ipv6": addressFamilyIPv6, "IPv6": addressFamilyIPv6, "IPV6": addressFamilyIPv6,
    ]

    static let transports: [String: TransportName] = {
        var names: [String: TransportName] = [:]
        for name in TransportName.allCases where name != .any {
            names[name.rawValue] = name
            names[name.rawValue.uppercased()] = name
        }
        return names
    }()

    static let legacyFields: [String: LegacyComparison.Field] = {
        var fields: [String: LegacyComparison.Field] = [
            "status": .uri, "to_proto": .sendTransport, "to_af": .sendFamily,
        ]
        for field in LegacyComparison.Field.allCases { fields[field.rawValue] = field }
        return fields
    }()

    /// Words that start an item at the top level, apart from global parameters.
    static let items: Set<String> = [
        "loadmodule", "loadmodulex", "loadpath", "mpath", "modparam", "modparamx", "cfgengine", "flags", "bool",
        "avpflags", "listen", "alias", "socket", "coreparam",
    ]

    static let routes: [String: RouteKind] = [
        "route": .request, "request_route": .request, "reply_route": .reply, "onreply_route": .onReply,
        "failure_route": .failure, "branch_route": .branch, "onsend_route": .onSend, "event_route": .event,
    ]

    static let statements: Set<String> = ["if", "else", "switch", "while", "return", "exit", "drop", "break"]

    // The values that Kamailio's AF_INET and AF_INET6 have on Linux; `$af` shows them.
    static let addressFamilyIPv4: Int32 = 2
    static let addressFamilyIPv6: Int32 = 10
}
