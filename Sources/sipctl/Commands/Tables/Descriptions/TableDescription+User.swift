import CommandLineInterface
import Database

/// The tables about users.
extension TableDescription {
    /// Users and their credentials; how passwords become hashes is told in `Password`.
    static let subscriber = TableDescription(
        noun: "subscriber", table: "subscriber", summary: "users and their passwords", thing: "user",
        rules: ["username": .username, "domain": .domain, "ha1": .digest, "ha1b": .digest],
        needs: ["ha1": "a password, or the hashes ha1 and ha1b"], key: ["username", "domain"], add: [.user()],
        find: [.user()],
        listBy: [.column("domain", "DOMAIN", "only users of this domain")], order: ["domain", "username"],
        secrets: ["id", "password", "ha1", "ha1b", "ha1_sha256", "ha1_sha512t256"],
        options: [Password.storePlaintextOption],
        normalise: { draft, invocation throws(CommandFailure) in try Password.normalise(&draft, invocation) },
        describe: { "user '\($0.text("username") ?? "")@\($0.text("domain") ?? "")'" })

    /// Group membership.
    static let acl = TableDescription(
        noun: "acl", aliases: ["group"], table: "grp", summary: "groups that users belong to", thing: "membership",
        rules: ["username": .username, "domain": .domain, "grp": .word], key: ["username", "domain", "grp"],
        add: [.user(), .column("grp", "GROUP", "the group").repeated],
        find: [.user(), Slot.column("grp", "GROUP", "the group").optional.repeated], listBy: [.user()],
        stamp: "last_modified", options: [GroupNames.option],
        normalise: { draft, invocation throws(CommandFailure) in try GroupNames.check(draft, invocation) },
        describe: {
            "group '\($0.text("grp") ?? "")' of '\($0.text("username") ?? "")@\($0.text("domain") ?? "")'"
        },
        spellings: ["add": ["grant"], "rm": ["revoke"]], example: "alice@pbx.test ld int")

    /// Aliases of users.
    static let alias = TableDescription(
        noun: "alias_db", aliases: ["aliasdb"], table: "dbaliases", summary: "other names of users", thing: "alias",
        rules: [
            "username": .username, "domain": .domain, "alias_username": .username, "alias_domain": .domain,
        ],
        key: ["alias_username", "alias_domain"],
        add: [.user("ALIAS", "the other name, name@domain", prefix: "alias_"), .user("AOR", "whose name it is")],
        find: [.user("ALIAS", "the other name, name@domain", prefix: "alias_")],
        listBy: [.user("AOR", "whose names they are")],
        describe: { "alias '\($0.text("alias_username") ?? "")@\($0.text("alias_domain") ?? "")'" },
        example: "sales@pbx.test alice@pbx.test")

    /// Attributes of users.
    static let attribute = TableDescription(
        noun: "avp", table: "usr_preferences", summary: "attributes of users", thing: "attribute",
        rules: ["username": .usernameOrZero, "domain": .optionalDomain, "attribute": .word, "type": .number(0...3)],
        key: ["uuid", "username", "domain", "attribute", "type", "value"],
        add: [
            .userOrID, .column("attribute", "ATTRIBUTE", "the attribute's name"),
            .column("type", "TYPE", "0 text, 1 text by name, 2 number, 3 number by name"),
            .column("value", "VALUE", "the attribute's value"),
        ],
        find: [.userOrID, Slot.column("attribute", "ATTRIBUTE", "the attribute's name").optional],
        stamp: "last_modified",
        filters: [
            Filter("user", short: "u", .userOrID),
            Filter("attribute", short: "a", .column("attribute", "NAME", "attribute")),
            Filter("value", short: "v", .column("value", "VALUE", "value")),
            Filter("type", short: "t", .column("type", "TYPE", "type")),
        ],
        normalise: { draft, _ throws(CommandFailure) in
            if draft["uuid"] != nil, draft["username"] == nil { draft["username"] = .text("") }
        },
        example: "alice@pbx.test ringtone 0 classic")

    /// Short dial codes.
    static let speedDial = TableDescription(
        noun: "speeddial", table: "speed_dial", summary: "short dial codes of users", thing: "speed dial",
        rules: [
            "username": .username, "domain": .domain, "sd_username": .username, "sd_domain": .domain,
            "new_uri": .sipURI,
        ],
        key: ["username", "domain", "sd_domain", "sd_username"],
        add: [
            .user("AOR", "whose code it is"), .user("CODE", "the code, 01@domain", prefix: "sd_"),
            .column("new_uri", "URI", "what it stands for, sip:user@domain"),
            Slot.column("description", "DESCRIPTION", "a text").optional,
        ],
        find: [.user("AOR", "whose code it is"), .user("CODE", "the code, 01@domain", prefix: "sd_")],
        listBy: [.user("AOR", "whose codes they are")],
        describe: {
            "code '\($0.text("sd_username") ?? "")' of '\($0.text("username") ?? "")@\($0.text("domain") ?? "")'"
        },
        example: "alice@pbx.test 01@pbx.test sip:bob@pbx.test")

    /// Names a user may have in From and To.
    static let uri = TableDescription(
        noun: "uri", table: "uri", summary: "names a user may use in From and To", thing: "name",
        rules: ["username": .username, "domain": .domain, "uri_user": .username],
        key: ["username", "domain", "uri_user"],
        add: [.user(), .column("uri_user", "NAME", "the user part that is allowed")],
        find: [.user(), Slot.column("uri_user", "NAME", "the user part that is allowed").optional],
        stamp: "last_modified",
        example: "alice@pbx.test sales")
}

extension Slot {
    fileprivate static let userOrID = Slot(
        name: "USER", summary: "user@domain, or a unique id without '@'",
        target: .userOrID(user: "username", domain: "domain", id: "uuid"))
}

extension FieldRule {
    /// 32, 64 hexadecimal digits, or nothing.
    static let digest = FieldRule { field, text throws(CommandFailure) in
        let isHexadecimal = text.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit)
        guard text.isEmpty || isHexadecimal && [32, 64].contains(text.utf8.count) else {
            throw ValueRefusal.failure(field, "***", "is not a hash", fix: "32 hexadecimal digits for MD5")
        }
        return text.lowercased()
    }

    /// The table's default for "no user" is a zero.
    fileprivate static let usernameOrZero = FieldRule { _, text throws(CommandFailure) in
        text.isEmpty ? text : try AddressOfRecord.username(text)
    }
}

/// Which groups may be granted.
enum GroupNames {
    static let option = CommandOption.value(
        "groups", "NAME,...", environment: "ACL_GROUPS", "the only groups there are; any when it is not set")

    static func check(_ draft: RowDraft, _ invocation: Invocation) throws(CommandFailure) {
        guard let list = invocation.value(of: option), let group = draft.text("grp") else { return }
        let names = list.split { $0 == " " || $0 == "," }.map(String.init)
        guard !names.contains(group) else { return }
        throw ValueRefusal.failure(
            "grp", group, "is not a known group", fix: "known are \(names.joined(separator: ", "))")
    }
}
