import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

extension RegistrarModule {
    static var lookupFunctions: [FunctionDescription<RegistrarModule>] {
        [
            FunctionDescription(
                "lookup", [.text, .format], required: 1, routes: [.request, .failure],
                summary: "Replaces the Request-URI by the registered contact; further contacts become branches.",
                example: "if (!lookup(\"location\")) { sl_send_reply(\"404\", \"Not Found\"); exit; }"
            ) { module, arguments in
                let table = module.location.table(named: arguments[0].source.string)
                return { context in
                    module.lookup(
                        context, table, uri: arguments.count > 1 ? arguments[1].text(in: context) : nil,
                        isForBranches: false)
                }
            },
            FunctionDescription(
                "lookup_branches", [.text], routes: [.request, .failure],
                summary: "Adds the contacts of the Request-URI as branches, the first one too.",
                example: "lookup_branches(\"location\");"
            ) { module, arguments in
                let table = module.location.table(named: arguments[0].source.string)
                return { module.lookup($0, table, uri: nil, isForBranches: true) }
            },
            FunctionDescription(
                "registered", [.text, .format, .integer, .integer], required: 1,
                summary: "Whether an address of record has contacts.",
                example: "if (registered(\"location\")) { … }"
            ) { module, arguments in
                let table = module.location.table(named: arguments[0].source.string)
                return { context in
                    let given = arguments.count > 1 ? arguments[1].text(in: context) : ""
                    let text = given.isEmpty ? module.requestURI(context) : given
                    guard let aor = module.addressOfRecord(text) else { return .failure }
                    return module.location.withContacts(of: aor, in: table, context) { result in
                        if case .success(let contacts) = result, !contacts.isEmpty { 1 } else { -1 }
                    }
                }
            },
        ]
    }

    func requestURI(_ context: ScriptContext) -> ByteString {
        context.target.uri ?? context.message.requestURI ?? ""
    }

    func addressOfRecord(_ uri: ByteString) -> AddressOfRecord? {
        AddressOfRecord(
            uri: uri, usesDomain: location.settings.usesDomain, isCaseSensitive: settings.isCaseSensitive)
    }

    private func lookup(
        _ context: ScriptContext, _ table: ContactTable, uri: ByteString?, isForBranches: Bool
    ) -> FunctionResult {
        let text = uri ?? requestURI(context)
        guard let aor = addressOfRecord(text) else { return .code(-3) }
        let gruu = Gruu(text)
        return location.withContacts(of: aor, in: table, context) { result in
            switch result {
            case .success(let contacts): return use(contacts.filter { gruu.accepts($0) }, context, isForBranches)
            case .failure(let error):
                context.worker.server.logger.error("contacts cannot be read", metadata: ["error": "\(error)"])
                return -3
            }
        }
    }

    private func use(_ contacts: [Contact], _ context: ScriptContext, _ isForBranches: Bool) -> Int {
        guard !contacts.isEmpty else { return -1 }
        let method = context.message.method ?? .invite
        let usable = settings.filtersMethods ? contacts.filter { $0.methods & method.bit != 0 } : contacts
        guard let first = usable.first else { return -2 }
        var rest = usable[...]
        if !isForBranches {
            context.target = target(first, context, from: context.target)
            rest = rest.dropFirst()
        }
        guard settings.appendsBranches || isForBranches else { return 1 }
        for contact in rest { context.branches.append(target(contact, context, from: RequestTarget())) }
        return 1
    }

    private func target(_ contact: Contact, _ context: ScriptContext, from old: RequestTarget) -> RequestTarget {
        var target = old
        target.uri = contact.uri
        target.destination = contact.received.isEmpty ? nil : contact.received
        target.path = nil
        if !contact.path.isEmpty {
            target.path = contact.path
            target.destination = firstHop(contact.path) ?? target.destination
        }
        target.socket =
            contact.socket.isEmpty
            ? nil : context.host.sockets.first { ByteString($0.description) == contact.socket }
        target.connection = contact.connection == 0 ? nil : ConnectionID(rawValue: contact.connection)
        target.q = contact.q < 0 ? nil : Int(contact.q)
        target.flags |= contact.branchFlags
        target.instance = contact.instance.isEmpty ? nil : contact.instance
        target.registrationID = Int(contact.registrationID)
        target.ruid = contact.ruid
        target.userAgent = contact.userAgent
        return target
    }

    private func firstHop(_ path: ByteString) -> ByteString? {
        var values = HeaderValues(path).makeIterator()
        guard let first = values.next(), let address = try? NameAddress.parse(first) else { return nil }
        return address.uri
    }
}

/// The instance that a Request-URI with `;gr` names (RFC 5627 §3).
private struct Gruu {
    private enum Wanted {
        case anything
        case instance(ByteString)
        case ruid(ByteString)
    }

    private let wanted: Wanted

    init(_ text: ByteString) {
        guard let uri = try? SIPURI.parse(text) else {
            wanted = .anything
            return
        }
        switch uri.parameter(named: "gr") {
        case .absent: wanted = .anything
        case .value(let instance): wanted = .instance(instance)
        case .flag: wanted = .ruid(uri.user ?? "")
        }
    }

    func accepts(_ contact: Contact) -> Bool {
        switch wanted {
        case .anything: true
        case .instance(let instance): contact.instance == instance || contact.instance == "<" + instance + ">"
        case .ruid(let ruid): contact.ruid == ruid
        }
    }
}
