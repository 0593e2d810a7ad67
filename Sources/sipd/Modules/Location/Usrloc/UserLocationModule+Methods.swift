import ControlProtocol
import Database
import ModuleInterface
import SIPMessage
import ScriptEngine

extension UserLocationModule {
    /// `ul.*`, in Kamailio's shapes.
    static var locationMethods: [ModuleMethod<UserLocationModule>] {
        [dump, lookup, add, remove("ul.rm"), removeContact, flush] + countMethods + [snapshot, restore]
    }

    static let tableParameter = MethodDescription.Parameter("table", .string, doc: "the table, `location`")
    private static let aorParameter = MethodDescription.Parameter(
        "aor", .string, doc: "the address of record, `alice@pbx.test`; the domain counts only with use_domain")

    private static var dump: ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                "ul.dump",
                parameters: [.init("brief", .string, optional: true, doc: "`brief`: addresses of record only")],
                summary: "All contacts of all tables.",
                doc: """
                    Sent as it is read: each of the table's 256 parts is shown as at one instant, the parts one after \
                    another. With options of a listing there is one row a contact. With database-only storage memory \
                    holds nothing; use ul.lookup.
                    """,
                example: "sipcmd ul.dump", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let isBrief = try call.optionalString(0, named: "brief") == "brief"
                return .document(ContactDump(location: module.location, isBrief: isBrief))
            }
        }
    }

    private static var lookup: ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                "ul.lookup", parameters: [tableParameter, aorParameter],
                summary: "The contacts of an address of record.",
                doc: "An object with AoR and Contacts; fault 500 of kind record when there are none.",
                example: "sipcmd ul.lookup location alice@pbx.test")
        ) { module in
            { call throws(MethodFault) in
                let (table, aor) = try module.subject(of: call, "Not enough parameters (table and AOR to lookup)")
                let contacts = try await module.activeContacts(of: aor, in: table)
                guard !contacts.isEmpty else {
                    throw MethodFault(500, "AOR not found in location table", kind: "record")
                }
                let now = module.location.now
                return .value([
                    "AoR": .string(aor.key.string),
                    "Contacts": .array(contacts.map { ["Contact": ContactShape.full($0, now: now)] }),
                ])
            }
        }
    }

    private static var add: ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                "ul.add",
                parameters: [
                    tableParameter, aorParameter, .init("contact", .string, doc: "the contact URI"),
                    .init("expires", .integer, doc: "seconds; 0 never ends"),
                    .init("q", .number, doc: "preference, 0 to 1"), .init("path", .string, doc: "Path, or empty"),
                    .init("flags", .integer, doc: "flags"), .init("cflags", .integer, doc: "branch flags"),
                    .init("methods", .integer, doc: "bit set of methods; 4294967295 for all"),
                    .init("received", .string, optional: true, doc: "next hop, or empty"),
                    .init("socket", .string, optional: true, doc: "socket to send from, or empty"),
                ],
                summary: "Adds or changes a contact.", doc: "Answers an empty object.",
                example: "sipcmd ul.add location alice@pbx.test sip:alice@192.0.2.5 3600 1.0 \"\" 0 0 4294967295",
                mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (table, aor) = try module.subject(of: call, "Not enough parameters or wrong format")
                let contact = try module.contact(of: call)
                _ = try await module.store(contact, for: aor, in: table)
                return .value(.object([]))
            }
        }
    }

    private static func remove(_ name: String) -> ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                name, parameters: [tableParameter, aorParameter],
                summary: "Removes all contacts of an address of record.",
                doc: "Answers an empty object, also when there was none.",
                example: "sipcmd \(name) location alice@pbx.test", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (table, aor) = try module.subject(of: call, "Not enough parameters (table and AOR to lookup)")
                _ = try await module.remove(from: aor, in: table) { _ in true }
                return .value(.object([]))
            }
        }
    }

    private static var removeContact: ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                "ul.rm_contact",
                parameters: [tableParameter, aorParameter, .init("contact", .string, doc: "the contact URI")],
                summary: "Removes one contact.", doc: "Answers an empty object; fault 404 when it does not exist.",
                example: "sipcmd ul.rm_contact location alice@pbx.test sip:alice@192.0.2.5", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (table, aor) = try module.subject(of: call, "Not enough parameters (table, AOR and contact)")
                let uri = ByteString(try call.string(2, named: "contact"))
                let count = try await module.remove(from: aor, in: table) { $0.uri == uri }
                guard count > 0 else { throw MethodFault(404, "Contact not found") }
                return .value(.object([]))
            }
        }
    }

    private static var flush: ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                "ul.flush", summary: "Writes all contacts that the database lacks.", doc: "Answers an empty object.",
                example: "sipcmd ul.flush", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                do {
                    try await module.location.server.databases.run { [location = module.location] in
                        try location.flush()
                    }
                } catch {
                    throw MethodFault(500, "Operation failed: \(error)")
                }
                return .value(.object([]))
            }
        }
    }

    // MARK: - Parts

    private func subject(
        of call: MethodCall, _ missing: String
    ) throws(MethodFault) -> (table: ContactTable, aor: AddressOfRecord) {
        guard let name = try call.optionalString(0, named: "table"), let text = try call.optionalString(1, named: "aor")
        else { throw MethodFault(500, missing) }
        guard let table = location.existingTable(named: name) else { throw MethodFault(500, "Domain table not found") }
        let usesDomain = location.settings.usesDomain
        let hasDomain = text.contains("@")
        guard hasDomain || !usesDomain else { throw MethodFault(500, "Domain missing in AOR") }
        // Kamailio's tools name user@domain also where only the user counts.
        let key = usesDomain ? text : String(text.prefix { $0 != "@" })
        return (table, AddressOfRecord(key: ByteString(key).lowercased(), usesDomain: usesDomain))
    }

    private func contact(of call: MethodCall) throws(MethodFault) -> Contact {
        let uri = ByteString(try call.string(2, named: "contact"))
        guard (try? SIPURI.parse(uri)) != nil else { throw MethodFault(500, "'\(uri)' is not a URI") }
        let expires = try call.integer(3, named: "expires", in: 0...Int64(UInt32.max / 2))
        let q = try call.number(4, named: "q")
        guard (0...1).contains(q) else { throw MethodFault(500, "q is not from 0 to 1") }
        var contact = Contact(
            Contact.Texts(
                uri: uri, ruid: "", callID: "control@sipd",
                received: optional(try call.optionalString(9, named: "received")),
                path: optional(try call.optionalString(5, named: "path")), userAgent: "sipd control",
                socket: optional(try call.optionalString(10, named: "socket"))))
        contact.expires = expires == 0 ? 0 : location.now &+ UInt32(clamping: expires)
        contact.lastModified = location.now
        contact.q = Int16(clamping: Int((q * 1000).rounded()))
        contact.cseq = 1
        contact.flags = UInt32(truncatingIfNeeded: try call.optionalInteger(6, named: "flags") ?? 0)
        contact.branchFlags = UInt32(truncatingIfNeeded: try call.optionalInteger(7, named: "cflags") ?? 0)
        contact.methods = UInt32(truncatingIfNeeded: try call.optionalInteger(8, named: "methods") ?? Int64(UInt32.max))
        return contact
    }

    /// Kamailio's tools send "." or "0" for nothing.
    private func optional(_ text: String?) -> ByteString {
        guard let text, text != ".", text != "0" else { return "" }
        return ByteString(text)
    }

    private func activeContacts(of aor: AddressOfRecord, in table: ContactTable) async throws(MethodFault) -> [Contact]
    {
        do {
            return try await location.contacts(of: aor, in: table)
        } catch {
            throw MethodFault(500, "\(error)")
        }
    }

    private func store(_ contact: Contact, for aor: AddressOfRecord, in table: ContactTable) async throws(MethodFault) {
        do {
            try await location.store(contact, for: aor, in: table)
        } catch {
            throw MethodFault(500, "Can't insert record: \(error)")
        }
    }

    private func remove(
        from aor: AddressOfRecord, in table: ContactTable, where isChosen: @escaping @Sendable (Contact) -> Bool
    ) async throws(MethodFault) -> Int {
        do {
            return try await location.remove(from: aor, in: table, where: isChosen)
        } catch {
            throw MethodFault(500, "Failed to delete AOR: \(error)")
        }
    }
}

/// A contact as `ul.dump` and `ul.lookup` show it.
enum ContactShape {
    static func full(_ contact: Contact, now: UInt32) -> JSONValue {
        [
            "Address": .string(contact.uri.string), "Expires": expires(contact, now),
            "Q": contact.q < 0 ? .number(-1) : .number(Double(contact.q) / 1000),
            "Call-ID": .string(contact.callID.string), "CSeq": .integer(Int64(contact.cseq)),
            "User-Agent": .string(contact.userAgent.string), "Received": optional(contact.received),
            "Path": optional(contact.path), "State": .string(state(contact)), "Flags": .integer(Int64(contact.flags)),
            "CFlags": .integer(Int64(contact.branchFlags)), "Socket": optional(contact.socket),
            "Methods": .integer(Int64(contact.methods)), "Ruid": .string(contact.ruid.string),
            "Instance": optional(contact.instance), "Reg-Id": .integer(Int64(contact.registrationID)),
            "Server-Id": 0, "Tcpconn-Id": .integer(contact.connection == 0 ? -1 : Int64(clamping: contact.connection)),
            "Keepalive": 0, "Last-Keepalive": .integer(Int64(contact.lastModified)), "KA-Roundtrip": 0,
            "Last-Modified": .integer(Int64(contact.lastModified)),
        ]
    }

    private static func expires(_ contact: Contact, _ now: UInt32) -> JSONValue {
        if contact.expires == 0 { return "permanent" }
        return contact.expires > now ? .integer(Int64(contact.expires - now)) : "expired"
    }

    private static func optional(_ text: ByteString) -> JSONValue {
        text.isEmpty ? "[not set]" : .string(text.string)
    }

    private static func state(_ contact: Contact) -> String {
        switch contact.state {
        case .new: "CS_NEW"
        case .synchronized: "CS_SYNC"
        case .dirty: "CS_DIRTY"
        }
    }
}

/// `ul.dump` part by part: a shard of a table is copied, sent, and forgotten before the next is read.
struct ContactDump: DocumentSource {
    let location: UserLocation
    let isBrief: Bool
    private var queue: [DocumentPart] = []
    private var tables: [ContactTable]
    private var table: ContactTable?
    private var shard = 0
    private var rows: [(aor: ByteString, contacts: [Contact])] = []
    private var isFinished = false

    init(location: UserLocation, isBrief: Bool) {
        self.location = location
        self.isBrief = isBrief
        tables = location.allTables.reversed()
        queue = [.beginObject, .name("Domains"), .beginArray]
        queue.reverse()
    }

    mutating func next() async throws(MethodFault) -> DocumentPart? {
        while queue.isEmpty, !isFinished { produce() }
        return queue.popLast()
    }

    /// Puts the next parts into the queue, last first.
    private mutating func produce() {
        if let row = rows.popLast() {
            let now = location.now
            let active = row.contacts.filter { $0.isActive(at: now) }
            guard !active.isEmpty else { return }
            queue = [.value(isBrief ? ["AoR": .string(row.aor.string)] : ["Info": info(row.aor, active, now)])]
        } else if let table {
            if shard < ContactTable.shardCount {
                rows = table.shard(shard)
                shard += 1
            } else {
                queue = [.end, .end, statistics(table), .name("Stats"), .end]
                self.table = nil
            }
        } else if let next = tables.popLast() {
            table = next
            shard = 0
            queue = [
                .beginArray, .name("AoRs"), .value(.integer(Int64(ContactTable.shardCount))), .name("Size"),
                .value(.string(next.name)), .name("Domain"), .beginObject, .name("Domain"), .beginObject,
            ]
        } else {
            queue = [.end, .end]
            isFinished = true
        }
    }

    private func info(_ aor: ByteString, _ contacts: [Contact], _ now: UInt32) -> JSONValue {
        let shown = contacts.map { contact -> JSONValue in
            ["Contact": ContactShape.full(contact, now: now)]
        }
        return [
            "AoR": .string(aor.string), "HashID": .integer(Int64(ContactTable.hash(aor))), "Contacts": .array(shown),
        ]
    }

    private func statistics(_ table: ContactTable) -> DocumentPart {
        .value(["Records": .integer(Int64(table.users)), "Max-Slots": .integer(Int64(ContactTable.shardCount))])
    }
}
