import ModuleInterface
import SIPMessage
import ScriptEngine

/// `$fu`, `$tu`, `$ai`, …: addresses in headers.
enum AddressVariables {
    static let all: [Variable] =
        party("f", "from", of: "From", \.from) + party("t", "to", of: "To", \.to) + identities + accounting + [
            VariableBuilder.text("di", summary: "URI of the topmost Diversion") { first(.diversion, $0)?.uri },
            VariableBuilder.text("dir", summary: "reason of the topmost Diversion") {
                first(.diversion, $0)?.parameter(named: "reason").text
            },
            VariableBuilder.text("dip", summary: "privacy of the topmost Diversion") {
                first(.diversion, $0)?.parameter(named: "privacy").text
            },
            VariableBuilder.text("dic", summary: "counter of the topmost Diversion") {
                first(.diversion, $0)?.parameter(named: "counter").text
            },
            VariableBuilder.text("re", summary: "URI of Remote-Party-ID") { first(.remotePartyID, $0)?.uri },
            VariableBuilder.text("rt", summary: "URI of Refer-To") { first(.referTo, $0)?.uri },
        ]

    /// The variables of From or To, which can be written to except for the tag.
    private static func party(
        _ letter: String, _ word: String, of header: String,
        _ address: @escaping @Sendable (SIPMessage) -> NameAddress?
    ) -> [Variable] {
        [
            VariableBuilder.text(
                letter + "u", word, summary: "URI of \(header)",
                write: { edit($0, $1, address) { $0.uriRange } }, read: { address($0.message)?.uri }),
            VariableBuilder.text(
                letter + "U", word + ".user", summary: "user in \(header)",
                write: { edit($0, $1, address) { $0.parsedURI?.userRange } },
                read: { address($0.message)?.parsedURI?.user?.nonEmpty }),
            VariableBuilder.number(letter + "Ul", summary: "length of the user in \(header)") {
                address($0.message)?.parsedURI?.user?.count ?? 0
            },
            VariableBuilder.text(
                letter + "d", word + ".domain", summary: "host in \(header)",
                write: { edit($0, $1, address) { $0.parsedURI?.hostRange } },
                read: { address($0.message)?.parsedURI?.host.nonEmpty }),
            VariableBuilder.text(
                letter + "n", summary: "display name of \(header), with its quotes",
                write: { setName($0, $1, address) }, read: { address($0.message)?.displayName.nonEmpty }),
            VariableBuilder.text(letter + "t", letter + "ti", summary: "tag of \(header)") { address($0.message)?.tag },
        ]
    }

    private static let identities: [Variable] = [
        indexed("ai", "URI of P-Asserted-Identity", .pAssertedIdentity) { $0.uri },
        indexed("pu", "URI of P-Preferred-Identity", .pPreferredIdentity) { $0.uri },
        indexed("pU", "user in P-Preferred-Identity", .pPreferredIdentity) { $0.parsedURI?.user },
        indexed("pd", "host in P-Preferred-Identity", .pPreferredIdentity) { $0.parsedURI?.host },
        indexed("pn", "display name of P-Preferred-Identity", .pPreferredIdentity) { $0.displayName.nonEmpty },
    ]

    private static let accounting: [Variable] = [
        VariableBuilder.text("Au", summary: "user and realm that authenticated, or those of From") { context in
            if let user = context[AuthenticatedUser.key] {
                return user.username.contains(UInt8(ascii: "@")) ? user.username : user.username + "@" + user.realm
            }
            guard let uri = context.message.from?.parsedURI, let user = uri.user else { return nil }
            return user + "@" + uri.host
        },
        VariableBuilder.text("AU", summary: "user that authenticated, or that of From") { context in
            context[AuthenticatedUser.key].map { Credential.user($0.username) } ?? context.message.from?.parsedURI?.user
        },
    ]

    /// A variable with an index over all values of a header.
    private static func indexed(
        _ name: String, _ summary: String, _ header: HeaderName,
        _ read: @escaping @Sendable (NameAddress) -> ByteString?
    ) -> Variable {
        Variable([name], indexed: true, summary: summary) { _, reference in
            let index = reference.index
            if case .all = index {
                return ScriptVariable(source: ByteString("$" + name), read: { _ in .null }, printsNull: false)
            }
            return ScriptVariable(source: ByteString("$" + name)) { context in
                guard let values = try? context.message.nameAddresses(header), !values.isEmpty else { return .null }
                let wanted = index.resolve(in: context) ?? 0
                let position = wanted < 0 ? values.count + wanted : wanted
                return ScriptValue(text: values.indices.contains(position) ? read(values[position]) : nil)
            }
        }
    }

    private static func first(_ header: HeaderName, _ context: ScriptContext) -> NameAddress? {
        guard let value = context.message.values(header).first else { return nil }
        return try? NameAddress.parse(value)
    }

    // MARK: - Writing

    /// Replaces a part of the header when the message is sent; what variables read stays as it was received.
    private static func edit(
        _ context: ScriptContext, _ value: ScriptValue, _ address: (SIPMessage) -> NameAddress?,
        _ part: (NameAddress) -> Range<Int>?
    ) -> Bool {
        guard case .string(let text) = value.asText, let found = address(context.message), let range = part(found)
        else { return false }
        context.edits.replace(range, with: text.compacted())
        return true
    }

    private static func setName(
        _ context: ScriptContext, _ value: ScriptValue, _ address: (SIPMessage) -> NameAddress?
    ) -> Bool {
        guard let found = address(context.message) else { return false }
        let text: ByteString
        switch value.asText {
        case .null: text = ""
        case .string(let name): text = name.compacted()
        case .integer, .both: return false
        }
        if found.displayName.isEmpty {
            let start = found.uriRange.lowerBound - (found.isBracketed ? 1 : 0)
            context.edits.insert(found.isBracketed ? text + " " : text + " <", before: start)
            if !found.isBracketed { context.edits.insert(">", after: found.uriRange.upperBound) }
        } else if text.isEmpty, found.isBracketed {
            // The blank behind the name goes with it.
            context.edits.delete(found.displayNameRange.lowerBound..<(found.uriRange.lowerBound - 1))
        } else {
            context.edits.replace(found.displayNameRange, with: text)
        }
        return true
    }
}
