import ControlProtocol
import ModuleInterface
import SIPMessage
import ScriptEngine

extension DialogsModule {
    private typealias Method = ModuleMethod<DialogsModule>
    private typealias Parameter = MethodDescription.Parameter

    private static let rowDoc = "Objects: h_entry, h_id, call-id, from_uri, to_uri, state, times, caller, callee, …"

    /// `dlg.*` that show dialogs.
    static var listMethods: [ModuleMethod<DialogsModule>] {
        ["", "_ctx"].flatMap { [all("dlg.list\($0)"), one("dlg.dlg_list\($0)"), matching("dlg.list_match\($0)")] }
            + [briefing, profileList, profileSize, active]
    }

    private static func all(_ name: String) -> Method {
        Method(
            MethodDescription(
                name, summary: "All dialogs.", doc: rowDoc, example: "sipcmd \(name)", lists: true)
        ) { module in
            { _ throws(MethodFault) in .rows(DialogRows(module)) }
        }
    }

    private static func one(_ name: String) -> Method {
        Method(
            MethodDescription(
                name,
                parameters: [
                    Parameter("callid", .string, doc: "Call-ID"),
                    Parameter("ftag", .string, optional: true, doc: "From-tag"),
                ], summary: "The dialog of a Call-ID.", doc: "An object as in dlg.list; empty when there is none.",
                example: "sipcmd \(name) 1-20103@127.0.0.1")
        ) { module in
            { call throws(MethodFault) in
                guard let callID = try call.optionalString(0, named: "callid") else {
                    throw MethodFault(400, "Need a Callid")
                }
                let tag = try call.optionalString(1, named: "ftag").map { ByteString($0) }
                let found = await module.find(ByteString(callID)) { tag == nil || $0.caller.tag == tag }
                return .value(found.map { DialogRow.full($0.record, isStored: $0.isStored) } ?? .object([]))
            }
        }
    }

    /// The first dialog of a Call-ID that satisfies a condition; those that go on before those that have ended.
    func find(
        _ callID: ByteString, where condition: @escaping @Sendable (DialogRecord) -> Bool
    ) async -> DialogSnapshot? {
        await onWorker(server.transport.worker(for: callID)) { tracker -> DialogSnapshot? in
            let dialogs = tracker.table.dialogs(of: callID).filter { condition($0.record) }
            let found = dialogs.first { $0.record.state != .deleted } ?? dialogs.first
            return found.map { DialogSnapshot(record: $0.record, isStored: $0.isStored) }
        } ?? nil
    }

    private static var briefing: Method {
        Method(
            MethodDescription(
                "dlg.briefing",
                parameters: [
                    Parameter(
                        "fields", .string, optional: true,
                        doc: "letters: f From, t To, c Call-ID, F and T tags, R Request-URI, S start, D flags")
                ], summary: "Chosen fields of all dialogs.", doc: "Objects: h_entry, h_id and the chosen fields.",
                example: "sipcmd dlg.briefing ftcFT", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let fields = try call.optionalString(0, named: "fields") ?? "ftcFT"
                return .rows(DialogRows(module, row: { DialogRow.brief($0.record, fields: fields) }))
            }
        }
    }

    // MARK: - Conditions

    private static func matching(_ name: String) -> Method {
        Method(
            MethodDescription(
                name,
                parameters: [
                    Parameter("key", .string, doc: "ruri, furi, turi, callid or start_ts"),
                    Parameter("operator", .string, doc: "eq, re (expression), sw (starts with), lt or gt (start_ts)"),
                    Parameter("value", .string, doc: "what it is compared with"),
                    Parameter("limit", .integer, optional: true, doc: "accepted; all that match are shown"),
                ], summary: "The dialogs that match.", doc: rowDoc + " Fault 404 when none does.",
                example: "sipcmd \(name) furi sw sip:alice@", lists: true)
        ) { module in
            { call throws(MethodFault) in
                var rows = DialogRows(module, where: try DialogCondition(call).isSatisfied)
                guard let first = try await rows.next() else { throw MethodFault(404, "Not found") }
                return .rows(PrecededRows(first: first, rest: rows))
            }
        }
    }

    // MARK: - Profiles and counters

    private static let profileParameters = [
        Parameter("profile", .string, doc: "name of the profile"),
        Parameter("value", .string, optional: true, doc: "the value; any when left out"),
    ]

    private func profile(_ call: MethodCall) throws(MethodFault) -> (ByteString, ByteString?) {
        guard let name = try call.optionalString(0, named: "profile") else { throw MethodFault(400, "Need a profile") }
        guard profiles.names[ByteString(name)] != nil else { throw MethodFault(404, "Profile not found: \(name)") }
        return (ByteString(name), try call.optionalString(1, named: "value").map { ByteString($0) })
    }

    private static var profileList: Method {
        Method(
            MethodDescription(
                "dlg.profile_list", parameters: profileParameters, summary: "The dialogs in a profile.", doc: rowDoc,
                example: "sipcmd dlg.profile_list caller sip:alice@example.com", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let (name, value) = try module.profile(call)
                return .rows(
                    DialogRows(module) { record in
                        record.profiles.contains { $0.profile == name && (value == nil || $0.value == value) }
                    })
            }
        }
    }

    private static var profileSize: Method {
        Method(
            MethodDescription(
                "dlg.profile_get_size", parameters: profileParameters, summary: "How many dialogs are in a profile.",
                doc: "A number; fault 404 when there is no such profile.",
                example: "sipcmd dlg.profile_get_size caller sip:alice@example.com")
        ) { module in
            { call throws(MethodFault) in
                let (name, value) = try module.profile(call)
                return .value(.integer(Int64(module.profiles.size(of: name, value: value))))
            }
        }
    }

    private static var active: Method {
        Method(
            MethodDescription(
                "dlg.stats_active", summary: "How many dialogs are in which state.",
                doc: "starting, connecting, answering, ongoing, all.", example: "sipcmd dlg.stats_active")
        ) { module in
            { _ throws(MethodFault) in
                let counts = await module.server.onEachWorker { worker -> [Int] in
                    var counts = [0, 0, 0, 0]
                    guard let table = worker[DialogTracker.key]?.table else { return counts }
                    for number in table.numbers {
                        guard let state = table[number]?.record.state, state != .deleted else { continue }
                        counts[state.rawValue - 1] += 1
                    }
                    return counts
                }
                let sums = (0..<4).map { state in counts.reduce(0) { $0 + $1[state] } }
                return .value([
                    "starting": .integer(Int64(sums[0])), "connecting": .integer(Int64(sums[1])),
                    "answering": .integer(Int64(sums[2])), "ongoing": .integer(Int64(sums[3])),
                    "all": .integer(Int64(sums.reduce(0, +))),
                ])
            }
        }
    }
}

/// Rows of which the first one is known already.
private struct PrecededRows: RowSource {
    private var first: JSONValue?
    private var rest: DialogRows

    init(first: JSONValue, rest: DialogRows) {
        self.first = first
        self.rest = rest
    }

    mutating func next() async throws(MethodFault) -> JSONValue? {
        if let first {
            self.first = nil
            return first
        }
        return try await rest.next()
    }
}

/// The condition of `dlg.list_match`.
private struct DialogCondition: Sendable {
    let isSatisfied: @Sendable (DialogRecord) -> Bool

    init(_ call: MethodCall) throws(MethodFault) {
        guard let key = call.value(0, named: "key")?.stringValue,
            let name = call.value(1, named: "operator")?.stringValue,
            let value = try call.optionalString(2, named: "value")
        else { throw MethodFault(500, "Invalid parameters") }
        if key == "start_ts" {
            isSatisfied = try Self.start(name, value)
            return
        }
        let keys: [String: @Sendable (DialogRecord) -> ByteString] = [
            "ruri": { $0.requestURI }, "furi": { $0.fromURI }, "turi": { $0.toURI }, "callid": { $0.callID },
        ]
        guard let read = keys[key] else { throw MethodFault(500, "Invalid matching key parameter") }
        let operand = ByteString(value)
        switch name {
        case "eq": isSatisfied = { read($0) == operand }
        case "sw": isSatisfied = { read($0).hasPrefix(operand) }
        case "re":
            let expression: RegularExpression
            do {
                expression = try RegularExpression(operand)
            } catch {
                throw MethodFault(500, "Invalid matching value parameter")
            }
            isSatisfied = { expression.matches(read($0)) }
        case "lt", "gt": throw MethodFault(500, "Matching operator not supported")
        default: throw MethodFault(500, "Invalid matching operator parameter")
        }
    }

    private static func start(
        _ name: String, _ value: String
    ) throws(MethodFault) -> @Sendable (DialogRecord) -> Bool {
        guard let number = Int(value) else { throw MethodFault(500, "Invalid matching value parameter") }
        switch name {
        case "eq": return { $0.startedAt == number }
        case "lt": return { $0.startedAt < number }
        case "gt": return { $0.startedAt > number }
        default: throw MethodFault(500, "Matching operator not supported with start_ts key")
        }
    }
}
