import ModuleInterface
import SIPMessage
import ScriptEngine

extension RegistrarModule {
    static var saveFunctions: [FunctionDescription<RegistrarModule>] {
        [
            FunctionDescription(
                "save", [.text, .integer, .format], required: 1, routes: [.failure, .request, .onReply, .coreReply],
                summary: "Applies a REGISTER to the contacts of its address of record and answers it.",
                example: "if (!save(\"location\")) { sl_reply_error(); }"
            ) { module, arguments in
                let table = module.location.table(named: arguments[0].source.string)
                return { context in
                    let flags = arguments.count > 1 ? arguments[1].integer(in: context) ?? 0 : 0
                    let uri = arguments.count > 2 ? arguments[2].text(in: context) : nil
                    return module.save(context, table, SaveFlags(rawValue: flags), uri: uri)
                }
            }
        ]
    }

    private func save(
        _ context: ScriptContext, _ table: ContactTable, _ flags: SaveFlags, uri: ByteString?
    ) -> FunctionResult {
        guard let text = uri ?? context.message.to?.uri,
            let aor = AddressOfRecord(
                uri: text, usesDomain: location.settings.usesDomain, isCaseSensitive: settings.isCaseSensitive)
        else { return .code(refuse(.badRequest("Error while parsing AOR"), context, flags)) }
        let registration: Registration
        do throws(RegisterRefusal) {
            registration = try RegisterRequest(context, settings, now: location.now, flags: flags)
                .read(matching: location.settings.matching)
        } catch {
            return .code(refuse(error, context, flags))
        }
        return location.register(registration, for: aor, in: table, context) { result in
            switch result {
            case .success(let changes): return accept(changes, aor, context, flags)
            case .failure(.refused(.lowerCSeq)):
                addContacts(of: table.contacts(of: aor.key), aor, context)
                return refuse(.lowerCSeq, context, flags)
            case .failure(.refused(.tooManyContacts)):
                addContacts(of: table.contacts(of: aor.key), aor, context)
                return refuse(.tooManyContacts, context, flags)
            case .failure(.database(let error)):
                context.worker.server.logger.error("contacts cannot be stored", metadata: ["error": "\(error)"])
                return refuse(.storage, context, flags)
            }
        }
    }

    // MARK: - Replies

    private func accept(
        _ changes: RegistrationChanges, _ aor: AddressOfRecord, _ context: ScriptContext, _ flags: SaveFlags
    ) -> Int {
        counters.accepted.add()
        if !flags.contains(.noReply) || flags.contains(.prepareHeaders) {
            addContacts(of: changes.after, aor, context)
            addPath(context)
        }
        guard !flags.contains(.noReply) else { return changes.code }
        return send(LocalReply(200, "OK"), context) ? changes.code : -1
    }

    private func refuse(_ refusal: RegisterRefusal, _ context: ScriptContext, _ flags: SaveFlags) -> Int {
        counters.rejected.add()
        guard !flags.contains(.noReply) else { return -1 }
        var lines: ByteString = "P-Registrar-Error: " + refusal.text + "\r\n"
        if refusal.status == 421 { lines = lines + "Require: path\r\n" }
        if refusal.status >= 500, settings.retryAfterSeconds > 0 {
            lines = "Retry-After: " + ByteString(integer: settings.retryAfterSeconds) + "\r\n" + lines
        }
        context.replyHeaders = context.replyHeaders + lines
        _ = send(LocalReply(refusal.status, refusal.reason), context)
        return -1
    }

    private func send(_ reply: LocalReply, _ context: ScriptContext) -> Bool {
        context.worker.server.replySender.send(reply, to: context)
    }

    private func addPath(_ context: ScriptContext) {
        guard settings.usesPath, settings.pathMode > 0, context.message.has(.path),
            RegisterRequest.supports(context.message, "path")
        else { return }
        let values = context.message.values(.path).reduce(into: ByteString()) { $0 = $0.isEmpty ? $1 : $0 + ", " + $1 }
        context.replyHeaders = context.replyHeaders + "Path: " + values + "\r\n"
    }

    /// The Contact header of the reply: all contacts, best first.
    private func addContacts(of contacts: [Contact], _ aor: AddressOfRecord, _ context: ScriptContext) {
        let now = location.now
        let active = contacts.filter { $0.isActive(at: now) }
        guard !active.isEmpty else { return }
        let showsGruu = settings.makesGruu && RegisterRequest.supports(context.message, "gruu")
        var line: [UInt8] = Array("Contact: ".utf8)
        for (index, contact) in active.enumerated() {
            if index > 0 { line.append(contentsOf: ", ".utf8) }
            append(contact, now, to: &line)
            if showsGruu, !contact.instance.isEmpty { appendGruu(contact, aor, context, to: &line) }
        }
        line.append(contentsOf: "\r\n".utf8)
        context.replyHeaders = context.replyHeaders + ByteString(line)
    }

    private func append(_ contact: Contact, _ now: UInt32, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "<"))
        line.append(contentsOf: contact.uri.bytes)
        line.append(UInt8(ascii: ">"))
        if contact.q >= 0 {
            line.append(contentsOf: ";q=".utf8)
            line.append(contentsOf: QValue.text(Int(contact.q)).utf8)
        }
        line.append(contentsOf: ";expires=".utf8)
        line.append(contentsOf: ByteString(integer: contact.expires == 0 ? 0 : Int(contact.expires - now)).bytes)
        appendQuoted(settings.receivedParameter, contact.received, to: &line)
        appendQuoted("+sip.instance", contact.instance, to: &line)
        if contact.registrationID > 0 {
            line.append(contentsOf: ";reg-id=".utf8)
            line.append(contentsOf: ByteString(integer: Int(contact.registrationID)).bytes)
        }
    }

    private func appendQuoted(_ name: ByteString, _ value: ByteString, to line: inout [UInt8]) {
        guard !value.isEmpty else { return }
        line.append(UInt8(ascii: ";"))
        line.append(contentsOf: name.bytes)
        line.append(contentsOf: "=\"".utf8)
        line.append(contentsOf: value.bytes)
        line.append(UInt8(ascii: "\""))
    }

    /// RFC 5627 §5.3: a public GRUU made of the address of record, a temporary one that hides it.
    private func appendGruu(
        _ contact: Contact, _ aor: AddressOfRecord, _ context: ScriptContext, to line: inout [UInt8]
    ) {
        guard let to = context.message.to?.parsedURI else { return }
        var instance = contact.instance
        if instance.first == UInt8(ascii: "<"), instance.last == UInt8(ascii: ">") {
            instance = ByteString(instance.bytes.dropFirst().dropLast())
        }
        let user = to.user.map { $0 + "@" } ?? ""
        appendQuoted("pub-gruu", "sip:" + user + to.host + ";gr=" + instance, to: &line)
        appendQuoted("temp-gruu", "sip:" + contact.ruid + "@" + to.host + ";gr", to: &line)
    }
}

/// q values as text.
enum QValue {
    /// Thousandths as `0`, `0.5`, `1`.
    static func text(_ thousandths: Int) -> String {
        if thousandths >= 1000 { return "1" }
        if thousandths <= 0 { return "0" }
        var digits = String(thousandths)
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "0." + digits
    }
}
