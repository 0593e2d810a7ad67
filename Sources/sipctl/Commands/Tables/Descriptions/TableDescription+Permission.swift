import CommandLineInterface
import Database

/// The tables of the permissions module.
extension TableDescription {
    /// Source addresses.
    static let address = TableDescription(
        noun: "address", table: "address", summary: "source addresses that are allowed without a password",
        thing: "address",
        rules: ["grp": .number(1...Int64(Int32.max)), "mask": .mask, "port": .number(0...65535, "0 means any port")],
        labels: ["grp": "group"], defaults: ["tag": ""], key: ["grp", "ip_addr", "mask", "port"],
        add: [
            .column("grp", "GROUP", "the number the routing script asks for, from 1"),
            .column("ip_addr", "ADDRESS", "an IPv4 or IPv6 address, ADDRESS/MASK, or a host name"),
            Slot.column("mask", "MASK", "the prefix length; 32 for IPv4 and 128 for IPv6 when missing").optional,
            Slot.column("port", "PORT", "the source port; 0, which means any, when missing").optional,
            Slot.column("tag", "TAG", "a text for the routing script").optional,
        ],
        find: [
            .column("grp", "GROUP", "the group"), .column("ip_addr", "ADDRESS", "the address, or ADDRESS/MASK"),
            Slot.column("mask", "MASK", "only rows with this mask").optional,
            Slot.column("port", "PORT", "only rows with this port").optional,
        ],
        listBy: [.column("grp", "GROUP", "only this group")],
        refine: Refinement(columns: ["ip_addr", "mask", "port"]) { texts throws(CommandFailure) in
            let selection = try AddressSelection(texts)
            return { selection.matches($0) }
        },
        options: [AddressEntry.maskHostBitsOption, AddressExpiry.option, Ownership.option],
        normalise: { draft, invocation throws(CommandFailure) in try AddressEntry.normalise(&draft, invocation) },
        describe: { AddressText.describe($0) },
        reload: "permissions.addressReload",
        dump: ["permissions.addressDump", "permissions.subnetDump", "permissions.domainDump"],
        example: "200 203.0.113.10 32 5060 carrier")

    /// Trusted peers.
    static let trusted = TableDescription(
        noun: "trusted", table: "trusted", summary: "peers that are trusted by source, transport and From",
        thing: "peer",
        rules: [
            "src_ip": .trustedSource, "from_pattern": .expression, "ruri_pattern": .expression,
            "proto": .choice(["any", "udp", "tcp", "tls", "sctp", "ws", "wss", "none"].map { ($0, $0) }),
        ],
        key: ["src_ip", "proto", "from_pattern", "ruri_pattern", "tag"],
        add: [
            .column("src_ip", "ADDRESS", "the source's address"),
            .column("proto", "PROTOCOL", "any, udp, tcp, tls, sctp, or none"),
            Slot.column("from_pattern", "PATTERN", "a regular expression for the From URI").optional,
            Slot.column("tag", "TAG", "a text for the routing script").optional,
        ],
        find: [
            .column("src_ip", "ADDRESS", "the source's address"),
            Slot.column("proto", "PROTOCOL", "the transport").optional,
        ],
        reload: "permissions.trustedReload", dump: ["permissions.trustedDump"],
        example: "203.0.113.10 udp '^sip:.*@carrier[.]test'")
}

extension FieldRule {
    /// A prefix length; how long it may be depends on the address.
    fileprivate static let mask = FieldRule { field, text throws(CommandFailure) in
        guard let number = Int64(text), text.first != "+" else {
            throw ValueRefusal.failure(field, text, "is not a whole number from 1 to 128")
        }
        return String(number)
    }
}
