import CommandLineInterface
import Database

/// Gateways, carriers and media relays.
extension TableDescription {
    /// Gateways of least-cost routing.
    static let gateway = TableDescription(
        noun: "lcr_gw", table: "lcr_gw", summary: "gateways of least-cost routing", thing: "gateway",
        rules: ["ip_addr": .host, "hostname": .optionalHost, "port": .number(0...65535)],
        key: ["lcr_id", "ip_addr", "hostname", "port"],
        add: [
            .column("lcr_id", "INSTANCE", "the number of the lcr instance, from 1"),
            .column("gw_name", "NAME", "the gateway's name"), .column("ip_addr", "ADDRESS", "its address"),
            Slot.column("port", "PORT", "its port").optional,
        ],
        find: [
            .column("lcr_id", "INSTANCE", "the number of the lcr instance"),
            Slot.column("gw_name", "NAME", "the name").optional,
        ],
        reload: "lcr.reload", dump: ["lcr.dump_gws"], example: "1 berlin 192.0.2.30 5060")

    /// Rules of least-cost routing.
    static let lcrRule = TableDescription(
        noun: "lcr_rule", table: "lcr_rule", summary: "rules of least-cost routing", thing: "rule",
        rules: ["from_uri": .expression, "request_uri": .expression],
        defaults: ["stopper": "0", "enabled": "1"], key: ["lcr_id", "prefix", "from_uri"],
        add: [
            .column("lcr_id", "INSTANCE", "the number of the lcr instance, from 1"),
            .column("prefix", "PREFIX", "the prefix of the number"),
            Slot.column("from_uri", "FROM", "a regular expression for the caller").optional,
        ],
        find: [
            .column("lcr_id", "INSTANCE", "the number of the lcr instance"),
            Slot.column("prefix", "PREFIX", "the prefix").optional,
        ],
        reload: "lcr.reload", dump: ["lcr.dump_rules"],
        example: "1 4930")

    /// Which gateways a rule leads to.
    static let lcrTarget = TableDescription(
        noun: "lcr_rule_target", table: "lcr_rule_target", summary: "the gateways that rules lead to",
        thing: "target", key: ["lcr_id", "rule_id", "gw_id"],
        add: [
            .column("lcr_id", "INSTANCE", "the number of the lcr instance"),
            .column("rule_id", "RULE", "the rule's id"),
            .column("gw_id", "GATEWAY", "the gateway's id"), .column("priority", "PRIORITY", "smaller first"),
            Slot.column("weight", "WEIGHT", "from 1 to 254").optional,
        ],
        find: [
            .column("lcr_id", "INSTANCE", "the number of the lcr instance"),
            Slot.column("rule_id", "RULE", "the rule's id").optional,
        ],
        reload: "lcr.reload", example: "1 1 1 0")

    /// Routes of carrierroute.
    static let carrierRoute = TableDescription(
        noun: "carrierroute", table: "carrierroute", summary: "routes of carriers", thing: "route",
        defaults: ["prob": "1", "description": ""],
        key: ["carrier", "domain", "scan_prefix", "flags", "mask", "rewrite_host"],
        add: [
            .column("carrier", "CARRIER", "the carrier's id"), .column("scan_prefix", "PREFIX", "the number's prefix"),
            .column("domain", "DOMAIN", "the routing domain's id"),
            .column("rewrite_host", "HOST", "where the call goes"),
            Slot.column("prob", "PROBABILITY", "the share of calls; 1 when missing").optional,
            Slot.column("strip", "STRIP", "digits to take away in front; 0 when missing").optional,
            Slot.column("rewrite_prefix", "NEW_PREFIX", "put in front").optional,
            Slot.column("rewrite_suffix", "NEW_SUFFIX", "put behind").optional,
            Slot.column("mask", "MASK", "the mask of the flags; 0 when missing").optional,
            Slot.column("flags", "FLAGS", "the flags that match; 0 when missing").optional,
            Slot.column("description", "COMMENT", "a text").optional,
        ],
        find: [
            .column("carrier", "CARRIER", "the carrier's id"),
            Slot.column("scan_prefix", "PREFIX", "the number's prefix").optional,
            Slot.column("domain", "DOMAIN", "the routing domain's id").optional,
        ],
        reload: "cr.reload_routes", dump: ["cr.dump_routes"], example: "1 49 1 gw.carrier.test 0.5")

    /// Names of carriers.
    static let carrierName = TableDescription(
        noun: "carrier_name", table: "carrier_name", summary: "names of carriers", thing: "carrier",
        rules: ["carrier": .word], key: ["id"],
        add: [.column("id", "ID", "the carrier's id"), .column("carrier", "NAME", "its name")],
        find: [.column("id", "ID", "the carrier's id")], reload: "cr.reload_routes", example: "1 default")

    /// Names of routing domains.
    static let routingDomain = TableDescription(
        noun: "domain_name", table: "domain_name", summary: "names of routing domains", thing: "routing domain",
        rules: ["domain": .word], key: ["id"],
        add: [.column("id", "ID", "the routing domain's id"), .column("domain", "NAME", "its name")],
        find: [.column("id", "ID", "the routing domain's id")], reload: "cr.reload_routes", example: "1 proxy")

    /// Registrations this server keeps up at others.
    static let registration = TableDescription(
        noun: "uac", aliases: ["uacreg"], table: "uacreg", summary: "registrations kept up at other servers",
        thing: "registration",
        rules: [
            "l_uuid": .word, "l_username": .username, "l_domain": .domain, "r_username": .username,
            "r_domain": .domain, "auth_proxy": .sipURI, "expires": .number(0...Int64(Int32.max)), "auth_ha1": .digest,
        ],
        key: ["l_uuid"],
        add: [
            .column("l_uuid", "ID", "a unique name"),
            Slot(
                name: "LOCAL", summary: "user@domain here",
                target: .addressOfRecord(user: "l_username", domain: "l_domain")),
            Slot(
                name: "REMOTE", summary: "user@domain there",
                target: .addressOfRecord(user: "r_username", domain: "r_domain")),
            .column("auth_username", "USER", "the user for authentication"),
            Slot.column("auth_password", "PASSWORD", "the password").secret,
            .column("auth_proxy", "PROXY", "sip:host[:port]"),
            Slot.column("expires", "SECONDS", "how long it lasts; 360 when missing").optional,
        ],
        find: [.column("l_uuid", "ID", "the unique name")], secrets: ["auth_password", "auth_ha1"],
        normalise: { draft, _ throws(CommandFailure) in
            if draft["realm"] == nil, let realm = draft["r_domain"] { draft["realm"] = realm }
            if draft["expires"] == nil { draft["expires"] = .integer(360) }
        },
        spellings: ["list": ["registrations"]], reload: "uac.reg_reload", dump: ["uac.reg_dump"],
        example: "trunk1 100@pbx.test 4930@carrier.test 4930 secret sip:carrier.test")

    /// RTP engines.
    static let rtpengine = TableDescription(
        noun: "rtpengine", table: "rtpengine", summary: "RTP engines", thing: "engine",
        rules: ["url": .mediaRelay, "disabled": .number(0...1)], key: ["setid", "url"],
        add: [
            .column("setid", "SET", "the number of the set"), .column("url", "URL", "as in udp:127.0.0.1:2223"),
            Slot.column("weight", "WEIGHT", "the share of calls; 1 when missing").optional,
            Slot.column("disabled", "DISABLED", "0 or 1; 0 when missing").optional,
        ],
        find: [.column("setid", "SET", "the number of the set"), Slot.column("url", "URL", "the engine").optional],
        stamp: "stamp", reload: "rtpengine.reload", dump: ["rtpengine.show"], example: "0 udp:127.0.0.1:2223")

    /// RTP proxies.
    static let rtpproxy = TableDescription(
        noun: "rtpproxy", table: "rtpproxy", summary: "RTP proxies", thing: "proxy", rules: ["url": .mediaRelay],
        key: ["setid", "url"],
        add: [.column("setid", "SET", "the number of the set"), .column("url", "URL", "as in udp:127.0.0.1:7722")],
        find: [.column("setid", "SET", "the number of the set"), Slot.column("url", "URL", "the proxy").optional],
        reload: "rtpproxy.reload", dump: ["rtpproxy.list"], example: "default udp:127.0.0.1:7722")
}
