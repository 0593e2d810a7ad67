import ModuleInterface
import SIPMessage
import ScriptEngine

extension TransactionModule {
    /// Functions for serial forking by q value.
    static var contactFunctions: [Function] {
        [
            Function(
                "t_load_contacts", [.text], required: 0, routes: [.request, .failure],
                summary:
                    "Takes the destination set apart into groups of equal q, highest first, for t_next_contacts().",
                example: "t_load_contacts(); t_next_contacts();"
            ) { module, _ in { context in module.settings.hasSerialContacts ? loadContacts(context) : .failure } },
            Function(
                "t_next_contacts", [.text], required: 0, routes: [.request, .failure],
                summary: "Makes the next group of contacts the destination set: 1, or -2 when none is left.",
                example: "if (t_next_contacts()) { t_on_failure(\"NEXT\"); t_relay(); }"
            ) { module, _ in { context in module.settings.hasSerialContacts ? nextContacts(context) : .failure } },
        ]
    }

    private static func loadContacts(_ context: ScriptContext) -> FunctionResult {
        guard !context.branches.isEmpty else { return .success }
        // Kamailio 5.6 takes contacts of equal q in reverse order, the Request-URI being the first of all.
        let all = ([context.target] + context.branches).reversed()
        var groups: [[RequestTarget]] = []
        for target in all.enumerated().sorted(by: { rank($0) > rank($1) }).map(\.element) {
            if let last = groups.last?.last, quality(last) == quality(target) {
                groups[groups.count - 1].append(target)
            } else {
                groups.append([target])
            }
        }
        context.branches = []
        set(groups, context)
        return .success
    }

    private static func nextContacts(_ context: ScriptContext) -> FunctionResult {
        let state = MessageState.of(context)
        var groups = state.transaction?.contacts ?? state.contacts
        guard !groups.isEmpty else { return .code(-2) }
        let group = groups.removeFirst()
        set(groups, context)
        context.target = group[0]
        context.branches = Array(group.dropFirst())
        state.forcesRequestURI = true
        return .success
    }

    private static func set(_ groups: [[RequestTarget]], _ context: ScriptContext) {
        let state = MessageState.of(context)
        if let transaction = state.transaction { transaction.contacts = groups } else { state.contacts = groups }
    }

    /// A contact without q comes last.
    private static func quality(_ target: RequestTarget) -> Int { target.q ?? -1 }

    private static func rank(_ entry: EnumeratedSequence<ReversedCollection<[RequestTarget]>>.Element) -> (Int, Int) {
        (quality(entry.element), -entry.offset)
    }
}
