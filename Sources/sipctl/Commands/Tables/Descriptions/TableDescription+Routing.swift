import CommandLineInterface
import Database

/// The tables that calls are routed by.
extension TableDescription {
    /// Domains this installation serves.
    static let domain = TableDescription(
        noun: "domain", table: "domain", summary: "domains this installation serves", thing: "domain",
        rules: ["domain": .domain], key: ["domain"],
        add: [
            .column("domain", "DOMAIN", "the domain"),
            Slot.column("did", "ID", "its id; the domain itself when missing").optional,
        ],
        find: [.column("domain", "DOMAIN", "the domain")], stamp: "last_modified", spellings: ["list": ["showdb"]],
        reload: "domain.reload", dump: ["domain.dump"], example: "pbx.test")

    /// Attributes of domains.
    static let domainAttribute = TableDescription(
        noun: "domain_attrs", table: "domain_attrs", summary: "attributes of domains", thing: "attribute",
        rules: ["did": .filled, "name": .word, "type": .number(0...2)], key: ["did", "name", "value"],
        add: [
            .column("did", "ID", "the domain's id"), .column("name", "NAME", "the attribute's name"),
            .column("type", "TYPE", "0 for a number, 2 for a text"), .column("value", "VALUE", "the attribute's value"),
        ],
        find: [.column("did", "ID", "the domain's id"), Slot.column("name", "NAME", "the attribute's name").optional],
        stamp: "last_modified", reload: "domain.reload", example: "pbx.test limit 0 50")

    /// Domains by id.
    static let uidDomain = TableDescription(
        noun: "uid_domain", table: "uid_domain", summary: "domains by id, of the uid tables", thing: "domain",
        rules: ["domain": .domain], defaults: ["flags": "37"], key: ["domain"],
        add: [
            .column("domain", "DOMAIN", "the domain"),
            Slot.column("did", "ID", "its id; the domain itself when missing").optional,
            Slot.column("flags", "FLAGS", "a bit set; 37 when missing").optional,
        ],
        find: [.column("domain", "DOMAIN", "the domain")],
        normalise: { draft, _ throws(CommandFailure) in
            if draft["did"] == nil, let domain = draft["domain"] { draft["did"] = domain }
        },
        spellings: ["list": ["showdb"]], reload: "domain.reload", dump: ["domain.dump"], example: "pbx.test")

    /// Destinations of the dispatcher.
    static let dispatcher = TableDescription(
        noun: "dispatcher", table: "dispatcher", summary: "destinations that calls are spread over",
        thing: "destination",
        rules: ["destination": .sipURI, "setid": .number(0...Int64(Int32.max)), "flags": .number(0...255)],
        key: ["setid", "destination"],
        add: [
            .column("setid", "SET", "the number of the set"), .column("destination", "URI", "sip:host:port"),
            Slot.column("flags", "FLAGS", "a bit set: 2 inactive, 4 trying, 8 probing, 16 disabled; 0 when missing")
                .optional,
            Slot.column("priority", "PRIORITY", "larger first; 0 when missing").optional,
            Slot.column("attrs", "ATTRIBUTES", "as in weight=50;duid=a").optional,
            Slot.column("description", "DESCRIPTION", "a text").optional,
        ],
        find: [.column("setid", "SET", "the number of the set"), .column("destination", "URI", "the destination")],
        describe: { "destination '\($0.text("destination") ?? "")' of set \($0.text("setid") ?? "0")" },
        spellings: ["add": ["addgw"], "rm": ["rmgw"]], reload: "dispatcher.reload", dump: ["dispatcher.list"],
        oneNumberIsID: true, example: "1 sip:192.0.2.20:5060 0 10 weight=50")

    /// Number translation.
    static let dialplan = TableDescription(
        noun: "dialplan", table: "dialplan", summary: "rules that translate numbers", thing: "rule",
        rules: [
            "match_op": .choice([("equal", "0"), ("regexp", "1"), ("fnmatch", "2")]), "match_len": .number(0...255),
        ],
        defaults: ["match_len": "0", "subst_exp": "", "repl_exp": "", "attrs": "", "pr": "0", "match_op": "0"],
        key: ["dpid", "pr", "match_op", "match_exp"],
        add: [
            .column("dpid", "ID", "the number of the dial plan"), .column("pr", "PRIORITY", "smaller first"),
            .column("match_op", "MATCH", "equal, regexp or fnmatch"),
            .column("match_exp", "PATTERN", "what it matches"),
            Slot.column("match_len", "LENGTH", "the number's length; 0 for any").optional,
            Slot.column("subst_exp", "SUBSTITUTE", "the regular expression whose groups are replaced").optional,
            Slot.column("repl_exp", "REPLACEMENT", "the new number").optional,
            Slot.column("attrs", "ATTRIBUTES", "a text for the routing script").optional,
        ],
        find: [
            .column("dpid", "ID", "the number of the dial plan"),
            Slot.column("pr", "PRIORITY", "the rule's priority").optional,
        ],
        normalise: { draft, _ throws(CommandFailure) in
            guard draft["match_op"] == .integer(1) else { return }
            _ = try FieldRule.expression.canonical("match_exp", draft.text("match_exp") ?? "")
        },
        describe: { "rule \($0.text("pr") ?? "") of dial plan \($0.text("dpid") ?? "")" },
        spellings: ["add": ["addrule"], "rm": ["rmrule", "rmdpid"]], reload: "dialplan.reload",
        dump: ["dialplan.dump"], example: "1 10 regexp '^00([1-9][0-9]+)$' 0 '^00([1-9][0-9]+)$' '+\\1'")

    /// Prefix trees.
    static let prefixTree = TableDescription(
        noun: "mtree", table: "mtree", summary: "prefixes and their values", thing: "prefix",
        rules: ["tprefix": .prefix, "tvalue": .filled], key: ["tprefix"],
        add: [.column("tprefix", "PREFIX", "the prefix"), .column("tvalue", "VALUE", "its value")],
        find: [.column("tprefix", "PREFIX", "the prefix")], spellings: ["list": ["showdb"]], reload: "mtree.reload",
        dump: ["mtree.list"], namesTable: true, example: "mtree 4930 berlin")

    /// Several prefix trees in one table.
    static let prefixTrees = TableDescription(
        noun: "mtrees", table: "mtrees", summary: "prefixes and their values, of several trees", thing: "prefix",
        rules: ["tname": .word, "tprefix": .prefix, "tvalue": .filled], key: ["tname", "tprefix", "tvalue"],
        add: [
            .column("tname", "TREE", "the tree"), .column("tprefix", "PREFIX", "the prefix"),
            .column("tvalue", "VALUE", "its value"),
        ],
        find: [.column("tname", "TREE", "the tree"), Slot.column("tprefix", "PREFIX", "the prefix").optional],
        reload: "mtree.reload", dump: ["mtree.list"], example: "pstn 4930 berlin")

    /// Contents of hash tables.
    static let hashTable = TableDescription(
        noun: "htable", table: "htable", summary: "what hash tables hold at the start", thing: "entry",
        rules: [
            "key_name": .filled, "key_type": .number(0...1), "value_type": .number(0...1),
            "expires": .number(0...Int64(Int32.max)),
        ],
        defaults: ["key_type": "0"], key: ["key_name", "key_type"],
        add: [
            .column("key_name", "KEY", "the key"), .column("key_value", "VALUE", "its value"),
            Slot.column("value_type", "TYPE", "0 for a text, 1 for a number; 0 when missing").optional,
            Slot.column("expires", "SECONDS", "how long it lives; 0, which means for ever, when missing").optional,
        ],
        find: [.column("key_name", "KEY", "the key")], reload: "htable.reload",
        dump: ["htable.dump"], example: "limit 50 1")

    /// Prefixes that stand for domains.
    static let prefixDomain = TableDescription(
        noun: "pdt", table: "pdt", summary: "prefixes that stand for domains", thing: "prefix",
        rules: ["prefix": .prefix, "domain": .domain], key: ["sdomain", "prefix"],
        add: [
            .column("sdomain", "SOURCE", "the domain of the caller, or *"), .column("prefix", "PREFIX", "the prefix"),
            .column("domain", "DOMAIN", "what it stands for"),
        ],
        find: [.column("sdomain", "SOURCE", "the domain of the caller"), .column("prefix", "PREFIX", "the prefix")],
        reload: "pdt.reload", dump: ["pdt.list"], example: "'*' 49 de.example")
}
