import ControlProtocol
import Database
import ModuleInterface
import SIPMessage

extension UserLocationModule {
    /// `ul.snapshot`: everything that `ul.restore` needs.
    static var snapshot: ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                "ul.snapshot", summary: "All contacts with everything that ul.restore needs.",
                doc: """
                    An array of flat objects, one a contact: table, username, domain, and the columns of the table \
                    location. Each of a table's 256 parts is shown as at one instant. `sipcmd -o jsonl ul.snapshot` \
                    makes a file for `sipcmd restore`.
                    """,
                example: "sipcmd -o jsonl ul.snapshot", lists: true)
        ) { module in
            { _ in .rows(SnapshotRows(module.location)) }
        }
    }

    /// `ul.restore`: puts contacts of a snapshot back.
    static var restore: ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                "ul.restore",
                parameters: [.init("contacts", .any, doc: "an array of rows of ul.snapshot, at most 10000")],
                summary: "Adds contacts of a snapshot; those that are there already are replaced.",
                doc: """
                    An object: stored, ended (contacts that were over by now), problems (position and reason of rows \
                    that are no contacts). Good rows are stored whatever the others are.
                    """,
                example: "sipcmd restore contacts.jsonl", mutates: true, role: .admin)
        ) { module in
            { call throws(MethodFault) in
                guard case .array(let rows)? = call.value(0, named: "contacts"), rows.count <= 10_000 else {
                    throw .wrongParameter(
                        0, "contacts", call.value(0, named: "contacts") ?? .null,
                        wanted: "an array of at most 10000 rows")
                }
                var counts = (stored: 0, ended: 0)
                var problems: [JSONValue] = []
                for (position, row) in rows.enumerated() {
                    guard let record = LocationRecord(snapshot: row), let name = row["table"]?.stringValue else {
                        problems.append(["position": JSONValue(position), "reason": "the row is no contact"])
                        continue
                    }
                    let contact = Contact(record)
                    guard contact.isActive(at: module.location.now) else {
                        counts.ended += 1
                        continue
                    }
                    let domain = module.location.settings.usesDomain ? ByteString(record.domain ?? "") : nil
                    let aor = AddressOfRecord(username: ByteString(record.username), domain: domain)
                    do {
                        try await module.location.store(contact, for: aor, in: module.location.table(named: name))
                        counts.stored += 1
                    } catch {
                        problems.append(["position": JSONValue(position), "reason": .string("\(error)")])
                    }
                }
                return .value([
                    "stored": JSONValue(counts.stored), "ended": JSONValue(counts.ended), "problems": .array(problems),
                ])
            }
        }
    }
}

/// The rows of a snapshot: a shard of a table is copied, sent, and forgotten before the next is read.
private struct SnapshotRows: RowSource {
    private let location: UserLocation
    private var tables: [ContactTable]
    private var shard = 0
    private var rows: [JSONValue] = []

    init(_ location: UserLocation) {
        self.location = location
        tables = location.allTables.reversed()
    }

    mutating func next() async throws(MethodFault) -> JSONValue? {
        while rows.isEmpty, let table = tables.last {
            guard shard < ContactTable.shardCount else {
                shard = 0
                tables.removeLast()
                continue
            }
            let settings = location.settings
            let now = location.now
            rows = table.shard(shard).flatMap { entry in
                entry.contacts.filter { $0.isActive(at: now) }.map { contact in
                    let aor = AddressOfRecord(key: entry.aor, usesDomain: settings.usesDomain)
                    return contact.record(of: aor, serverID: settings.serverID).snapshot(of: table.name)
                }
            }
            shard += 1
        }
        return rows.popLast()
    }
}

extension LocationRecord {
    /// The row of a snapshot.
    fileprivate func snapshot(of table: String) -> JSONValue {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        func number(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }
        return [
            "table": .string(table), "username": .string(username), "domain": text(domain), "contact": .string(contact),
            "received": text(received), "path": text(path), "expires": number(expires), "q": .number(q),
            "callid": .string(callID), "cseq": number(cseq), "last_modified": number(lastModified),
            "flags": number(flags), "cflags": number(branchFlags), "user_agent": .string(userAgent),
            "socket": text(socket), "methods": number(methods), "ruid": .string(ruid), "instance": text(instance),
            "reg_id": number(regID),
        ]
    }

    /// Reads the row of a snapshot; nil when it is none.
    fileprivate init?(snapshot row: JSONValue) {
        guard let username = row["username"]?.stringValue, let contact = row["contact"]?.stringValue,
            (try? SIPURI.parse(ByteString(contact))) != nil, let expires = row["expires"]?.integerValue, expires >= 0
        else { return nil }
        func text(_ name: String) -> String? { row[name]?.stringValue }
        func number(_ name: String) -> Int64? { row[name]?.integerValue }
        self.init(
            ruid: text("ruid") ?? "", username: username, domain: text("domain") ?? "", contact: contact)
        received = text("received")
        path = text("path")
        self.expires = expires
        q = row["q"]?.numberValue ?? -1
        callID = text("callid") ?? "restore@sipd"
        cseq = number("cseq") ?? 1
        lastModified = number("last_modified")
        flags = number("flags") ?? 0
        branchFlags = number("cflags") ?? 0
        userAgent = text("user_agent") ?? ""
        socket = text("socket")
        methods = number("methods")
        instance = text("instance")
        regID = number("reg_id") ?? 0
    }
}
