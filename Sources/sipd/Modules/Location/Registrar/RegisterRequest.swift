import ModuleInterface
import SIPMessage
import ScriptEngine

/// Why a REGISTER is refused: the reply that says so (Kamailio: registrar's error codes).
struct RegisterRefusal: Error, Sendable {
    let status: Int
    let reason: ByteString
    /// The text of `P-Registrar-Error`.
    let text: ByteString

    static func badRequest(_ text: ByteString) -> RegisterRefusal {
        RegisterRefusal(status: 400, reason: "Bad Request", text: text)
    }

    static let tooManyContacts = RegisterRefusal(
        status: 503, reason: "Service Unavailable", text: "Too many registered contacts")
    static let storage = RegisterRefusal(status: 503, reason: "Service Unavailable", text: "Contacts cannot be stored")
    static let lowerCSeq = badRequest("Invalid CSeq number")
    static let pathUnsupported = RegisterRefusal(
        status: 421, reason: "Extension Required", text: "No support for found Path indicated")
}

/// The flags of `save()`.
struct SaveFlags: OptionSet, Sendable {
    let rawValue: Int
    /// Not into the database.
    static let memoryOnly = SaveFlags(rawValue: 0x01)
    /// No reply.
    static let noReply = SaveFlags(rawValue: 0x02)
    /// The new contact replaces all others.
    static let onlyOne = SaveFlags(rawValue: 0x04)
    /// With `noReply`: the headers of the reply are prepared.
    static let prepareHeaders = SaveFlags(rawValue: 0x10)
}

/// Reads a REGISTER request into a `Registration`.
struct RegisterRequest {
    private let context: ScriptContext
    private let settings: RegistrarModule.Settings
    private let now: UInt32
    private let flags: SaveFlags

    init(_ context: ScriptContext, _ settings: RegistrarModule.Settings, now: UInt32, flags: SaveFlags) {
        self.context = context
        self.settings = settings
        self.now = now
        self.flags = flags
    }

    /// Whether the client supports an extension.
    static func supports(_ message: SIPMessage, _ extension: ByteString) -> Bool {
        message.values(.supported).contains { $0.equalsIgnoringCase(`extension`) }
    }

    func read(matching: ContactMatching) throws(RegisterRefusal) -> Registration {
        let message = context.message
        guard let callID = message.callID, let cseq = message.cseq else {
            throw .badRequest("Call-ID or CSeq is missing")
        }
        var registration = Registration(callID: callID.compacted(), cseq: cseq.number, matching: matching)
        registration.contactsMax = settings.contactsMax
        registration.keepsOnlyOne = flags.contains(.onlyOne)
        let contacts = try contacts(message)
        if contacts.contains(where: \.isWildcard) {
            guard contacts.count == 1 else { throw .badRequest("* used in contact and more than one contact") }
            guard message.expires == 0 else { throw .badRequest("* used in contact and expires is not zero") }
            registration.removesAll = true
            return registration
        }
        let path = try path(message)
        for contact in contacts { registration.entries.append(try entry(contact, path: path, registration)) }
        return registration
    }

    /// The contacts in the order in which Kamailio takes them: header by header, the values of one from last to first.
    private func contacts(_ message: SIPMessage) throws(RegisterRefusal) -> [NameAddress] {
        var contacts: [NameAddress] = []
        for field in message.headers(named: .contact) {
            var values: [NameAddress] = []
            for value in message.values(of: field) {
                guard let contact = try? NameAddress.parse(value),
                    contact.isWildcard || (try? SIPURI.parse(contact.uri)) != nil
                else { throw .badRequest("Contact parse error") }
                values.append(contact)
            }
            contacts += values.reversed()
        }
        return contacts
    }

    private func entry(
        _ contact: NameAddress, path: ByteString, _ registration: Registration
    ) throws(RegisterRefusal) -> Registration.Entry {
        guard contact.uri.count <= settings.contactLengthMax else { throw .badRequest("Contact/Received too long") }
        let message = context.message
        var texts = Contact.Texts(uri: contact.uri, ruid: "", callID: registration.callID)
        texts.path = path
        texts.received = received(path)
        texts.userAgent = message.firstText(.userAgent) ?? "n/a"
        if let socket = context.received?.socket { texts.socket = ByteString(socket.text) }
        if let instance = contact.parameter(named: "+sip.instance").text { texts.instance = Self.unquoted(instance) }
        var new = Contact(texts)
        let seconds = try seconds(contact)
        new.expires = seconds == 0 ? 0 : now &+ UInt32(clamping: seconds)
        new.lastModified = now
        new.cseq = registration.cseq
        new.branchFlags = context.target.flags
        new.q = try q(contact)
        new.methods = methods(contact)
        new.registrationID = UInt32(clamping: contact.parameter(named: "reg-id").text?.integerValue ?? 0)
        new.isMemoryOnly = flags.contains(.memoryOnly)
        new.connection = context.received?.connection?.rawValue ?? 0
        return Registration.Entry(contact: new, isRemoval: seconds == 0)
    }

    private func seconds(_ contact: NameAddress) throws(RegisterRefusal) -> Int {
        let asked: Int
        if let text = contact.parameter(named: "expires").text {
            asked = contact.expires ?? text.integerValue ?? settings.defaultExpires
        } else {
            asked = context.message.expires ?? settings.defaultExpires
        }
        guard asked > 0 else { return 0 }
        let raised = max(asked, settings.minExpires)
        return settings.maxExpires > 0 ? min(raised, settings.maxExpires) : min(raised, Int(Int32.max))
    }

    private func q(_ contact: NameAddress) throws(RegisterRefusal) -> Int16 {
        guard contact.parameter(named: "q") != .absent else { return Int16(settings.defaultQ) }
        guard let q = contact.q else { throw .badRequest("Invalid q param in contact") }
        return Int16(clamping: q)
    }

    /// What the contact allows: its `methods` parameter, or the Allow header.
    private func methods(_ contact: NameAddress) -> UInt32 {
        if let list = contact.parameter(named: "methods").text {
            return Self.unquoted(list).split(on: UInt8(ascii: ",")).reduce(0) { $0 | Method($1.trimmed()).bit }
        }
        let message = context.message
        guard message.has(.allow) else { return Contact.allMethods }
        var bits: UInt32 = 0
        for field in message.headers where field.name == .allow {
            for name in message.values(of: field) { bits |= Method(name).bit }
        }
        return bits == 0 ? Contact.allMethods : bits
    }

    private static func unquoted(_ text: ByteString) -> ByteString {
        guard text.count >= 2, text.first == 0x22, text.last == 0x22 else { return text }
        return ByteString(text.bytes.dropFirst().dropLast())
    }

    // MARK: - Path

    private func path(_ message: SIPMessage) throws(RegisterRefusal) -> ByteString {
        guard settings.usesPath, message.has(.path) else { return "" }
        if settings.pathMode == 2, !Self.supports(message, "path") { throw .pathUnsupported }
        return message.values(.path).reduce(into: ByteString()) { path, value in
            path = path.isEmpty ? value : path + "," + value
        }
    }

    private func received(_ path: ByteString) -> ByteString {
        if settings.usesPathReceived, !path.isEmpty, let first = context.message.values(.path).first,
            let address = try? NameAddress.parse(first), let uri = address.parsedURI,
            let text = uri.parameter(named: "received").text
        {
            return text
        }
        guard let name = settings.receivedAttribute else { return "" }
        return context.attributes.values[name]?.last?.text ?? ""
    }
}
