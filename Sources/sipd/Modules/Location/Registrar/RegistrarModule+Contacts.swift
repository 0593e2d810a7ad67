import ModuleInterface
import SIPMessage
import ScriptEngine

/// Contacts that `reg_fetch_contacts()` put under a name, for `$ulc()`.
private final class FetchedContacts {
    static let key = ContextKey<FetchedContacts>()

    var profiles: [ByteString: (aor: ByteString, table: String, contacts: [Contact])] = [:]
}

extension RegistrarModule {
    static var contactFunctions: [FunctionDescription<RegistrarModule>] {
        [
            FunctionDescription(
                "unregister", [.text, .format, .format], required: 2,
                summary: "Removes the contacts of an address of record, or the one with a ruid.",
                example: "unregister(\"location\", \"$ru\");"
            ) { module, arguments in
                let table = module.location.table(named: arguments[0].source.string)
                return { context in
                    let ruid = arguments.count > 2 ? arguments[2].text(in: context) : ""
                    return module.unregister(context, table, uri: arguments[1].text(in: context), ruid: ruid)
                }
            },
            FunctionDescription(
                "reg_fetch_contacts", [.text, .format, .text], routes: [.request, .failure],
                summary: "Reads the contacts of a URI under a name, for $ulc(name=>…).",
                example: "if (reg_fetch_contacts(\"location\", \"$fu\", \"caller\")) { … }"
            ) { module, arguments in
                let table = module.location.table(named: arguments[0].source.string)
                return { context in
                    guard let aor = module.addressOfRecord(arguments[1].text(in: context)) else { return .failure }
                    return module.location.withContacts(of: aor, in: table, context) { result in
                        guard case .success(let contacts) = result, !contacts.isEmpty else { return -1 }
                        let fetched = context[FetchedContacts.key] ?? FetchedContacts()
                        fetched.profiles[arguments[2].source] = (aor.key, table.name, contacts)
                        context[FetchedContacts.key] = fetched
                        return 1
                    }
                }
            },
            FunctionDescription(
                "reg_free_contacts", [.text], routes: [.request, .failure],
                summary: "Forgets the contacts under a name.",
                example: "reg_free_contacts(\"caller\");"
            ) { _, arguments in
                { context in
                    context[FetchedContacts.key]?.profiles[arguments[0].source] = nil
                    return .success
                }
            },
        ]
    }

    private func unregister(
        _ context: ScriptContext, _ table: ContactTable, uri: ByteString, ruid: ByteString
    ) -> FunctionResult {
        guard let aor = addressOfRecord(uri) else { return .code(-3) }
        var registration = Registration(callID: "", cseq: 0, matching: .uri)
        registration.removesAll = ruid.isEmpty
        if !ruid.isEmpty { registration.removedRuid = ruid }
        return location.register(registration, for: aor, in: table, context) { result in
            switch result {
            case .success(let changes): changes.removed.isEmpty ? -1 : 1
            case .failure: -3
            }
        }
    }

    static var contactVariables: [VariableDescription<RegistrarModule>] {
        [
            VariableDescription(
                ["ulc"], inner: .required, indexed: true,
                summary: "A contact read by reg_fetch_contacts(): $ulc(name=>attribute)."
            ) { _, reference throws(ScriptError) in
                guard let inner = reference.inner, let arrow = inner.range(of: "=>") else {
                    throw ScriptError("$ulc needs a name and an attribute", hint: "write $ulc(caller=>addr)")
                }
                let profile = ByteString(inner.bytes[..<arrow.lowerBound])
                let attribute = ByteString(inner.bytes[arrow.upperBound...])
                guard Self.attributes.contains(attribute.string) else {
                    throw ScriptError("unknown attribute '\(attribute)' of $ulc")
                }
                return ScriptVariable(source: inner) { context in
                    guard let fetched = context[FetchedContacts.key]?.profiles[profile] else { return .null }
                    let index = reference.index.resolve(in: context) ?? 0
                    return Self.value(attribute.string, of: fetched, at: index)
                }
            }
        ]
    }

    private static let attributes: Set<String> = [
        "aor", "domain", "aorhash", "addr", "path", "received", "expires", "callid", "regid", "q", "cseq", "flags",
        "cflags", "user_agent", "socket", "modified", "methods", "count", "ruid", "instance", "conid",
    ]

    private static func value(
        _ attribute: String, of fetched: (aor: ByteString, table: String, contacts: [Contact]), at index: Int
    ) -> ScriptValue {
        switch attribute {
        case "aor": return .string(fetched.aor)
        case "domain": return .string(ByteString(fetched.table))
        case "aorhash": return .integer(Int(ContactTable.hash(fetched.aor)))
        case "count": return .integer(fetched.contacts.count)
        default: break
        }
        let position = index < 0 ? fetched.contacts.count + index : index
        guard fetched.contacts.indices.contains(position) else { return .null }
        return value(attribute, of: fetched.contacts[position])
    }

    private static func value(_ attribute: String, of contact: Contact) -> ScriptValue {
        func text(_ value: ByteString) -> ScriptValue { value.isEmpty ? .null : .string(value) }
        switch attribute {
        case "addr": return .string(contact.uri)
        case "path": return text(contact.path)
        case "received": return text(contact.received)
        case "expires": return .integer(Int(contact.expires))
        case "callid": return .string(contact.callID)
        case "regid": return .integer(Int(contact.registrationID))
        case "q": return .integer(Int(contact.q))
        case "cseq": return .integer(Int(contact.cseq))
        case "flags": return .integer(Int(contact.flags))
        case "cflags": return .integer(Int(contact.branchFlags))
        case "user_agent": return text(contact.userAgent)
        case "socket": return text(contact.socket)
        case "modified": return .integer(Int(contact.lastModified))
        case "methods": return .integer(Int(contact.methods))
        case "ruid": return .string(contact.ruid)
        case "instance": return text(contact.instance)
        case "conid": return contact.connection == 0 ? .null : .integer(Int(clamping: contact.connection))
        default: return .null
        }
    }
}
