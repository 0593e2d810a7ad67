import ControlProtocol
import ModuleInterface
import SIPMessage
import ScriptEngine

extension DialogStatisticsModule {
    /// `dlgs.*`.
    static var methods: [ModuleMethod<DialogStatisticsModule>] {
        [
            listing("dlgs.list", "All calls with everything known of them.") { _ in nil },
            listing("dlgs.getall", "Calls whose field meets a condition.", parameters: condition) {
                call throws(MethodFault) in
                try filter(of: call)
            },
            listing("dlgs.get", "The first call whose field meets a condition.", parameters: condition, limit: 1) {
                call throws(MethodFault) in try filter(of: call)
            },
            listing("dlgs.briefing", "All calls in short: source, destination, state.", isShort: true) { _ in nil },
            ModuleMethod(
                MethodDescription(
                    "dlgs.count", parameters: condition, summary: "How many calls meet a condition.",
                    doc: "Answers one number, count.", example: "sipcmd dlgs.count src eq sip:alice@example.com")
            ) { module in
                { call throws(MethodFault) in
                    let filter = try filter(of: call)
                    return .value(["count": .integer(Int64(module.calls.count { filter.matches($0) }))])
                }
            },
            ModuleMethod(
                MethodDescription(
                    "dlgs.stats", summary: "How many calls there are in each state.",
                    doc: "Answers one number a state: init, progress, answered, confirmed, terminated, notanswered.",
                    example: "sipcmd dlgs.stats")
            ) { module in
                { _ in
                    .value(
                        .object(
                            CallState.allCases.map { state in
                                JSONMember(state.name, .integer(Int64(module.calls.count { $0.state == state })))
                            }))
                }
            },
        ]
    }

    private static let condition: [MethodDescription.Parameter] = [
        .init("field", .string, doc: "src, dst, data, ua or any"),
        .init("operator", .string, doc: "eq, sw (starts with) or re (regular expression)"),
        .init("value", .string, doc: "what the field is compared with"),
    ]

    private static func filter(of call: MethodCall) throws(MethodFault) -> CallFilter {
        let texts = (
            try call.string(0, named: "field"), try call.string(1, named: "operator"),
            try call.string(2, named: "value")
        )
        do throws(ScriptError) {
            return try CallFilter(
                field: ByteString(texts.0), operation: ByteString(texts.1), value: ByteString(texts.2))
        } catch {
            throw MethodFault(500, error.message)
        }
    }

    private static func listing(
        _ name: String, _ summary: String, parameters: [MethodDescription.Parameter] = [], limit: Int? = nil,
        isShort: Bool = false, _ filter: @escaping @Sendable (MethodCall) throws(MethodFault) -> CallFilter?
    ) -> ModuleMethod<DialogStatisticsModule> {
        ModuleMethod(
            MethodDescription(
                name, parameters: parameters, summary: summary,
                doc: "An array of calls: callid, src, dst, state, and data, ua, start, answered (seconds since 1970).",
                example: "sipcmd \(name)", lists: true)
        ) { module in
            { call throws(MethodFault) in
                .rows(CallRows(calls: module.calls, filter: try filter(call), rest: limit ?? Int.max, isShort: isShort))
            }
        }
    }
}

/// The calls, a shard at a time.
private struct CallRows: RowSource {
    let calls: CallTable
    let filter: CallFilter?
    var rest: Int
    let isShort: Bool
    private var shard = 0
    private var rows: ArraySlice<JSONValue> = []

    init(calls: CallTable, filter: CallFilter?, rest: Int, isShort: Bool) {
        self.calls = calls
        self.filter = filter
        self.rest = rest
        self.isShort = isShort
    }

    mutating func next() async throws(MethodFault) -> JSONValue? {
        while rows.isEmpty, shard < calls.shardCount {
            let found = calls.calls(inShard: shard).filter { filter?.matches($0.call) ?? true }
            rows = found.map { row($0.id, $0.call) }[...]
            shard += 1
        }
        guard rest > 0, let row = rows.popFirst() else { return nil }
        rest -= 1
        return row
    }

    private func row(_ id: ByteString, _ call: CallRecord) -> JSONValue {
        var members = [
            JSONMember("callid", .string(id.string)), JSONMember("src", .string(call.source.string)),
            JSONMember("dst", .string(call.destination.string)), JSONMember("state", .string(call.state.name)),
        ]
        if !isShort {
            members += [
                JSONMember("data", .string(call.data.string)), JSONMember("ua", .string(call.userAgent.string)),
                JSONMember("start", .integer(Int64(call.start))),
                JSONMember("answered", .integer(Int64(call.answered))),
            ]
        }
        return .object(members)
    }
}
