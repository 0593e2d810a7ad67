import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension DispatcherModule {
    static var nextFunctions: [FunctionDescription<DispatcherModule>] {
        [
            use("ds_next_dst", .destination, takesNext: true, "The next of the chosen destinations becomes $du."),
            use("ds_next_domain", .domain, takesNext: true, "The next destination gives the Request-URI its host."),
            use("ds_set_dst", .destination, takesNext: false, "The first of the noted destinations becomes $du."),
            use(
                "ds_set_domain", .domain, takesNext: false,
                "The first noted destination gives the Request-URI its host."),
            markDestination,
        ]
    }

    private static func use(
        _ name: String, _ use: Use, takesNext: Bool, _ summary: String
    ) -> FunctionDescription<DispatcherModule> {
        FunctionDescription(
            name, routes: [.request, .failure, .branch, .event], summary: summary + " False when there is none left.",
            example: "if (\(name)()) { t_on_failure(\"DISPATCH\"); t_relay(); }"
        ) { module, _ in
            { context in
                guard module.settings.hasFailover else { return .failure }
                let records = module.settings.records
                guard let record = takesNext ? records.next(in: context) : records.first(in: context) else {
                    return .failure
                }
                module.apply(record, use, context)
                return .success
            }
        }
    }

    private static var markDestination: FunctionDescription<DispatcherModule> {
        FunctionDescription(
            "ds_mark_dst", [.format], required: 0, routes: [.request, .failure, .branch, .event],
            summary:
                "Gives the present destination a state: a active, i inactive, t trying, d disabled; p probing too.",
            example: "ds_mark_dst(\"ip\");"
        ) { module, arguments in
            { context in
                var state: DestinationState = module.settings.probing == .all ? [.inactive, .probing] : .inactive
                if let text = arguments.first?.text(in: context) {
                    guard let parsed = DestinationState.parse(letters: text) else { return .failure }
                    state = parsed
                }
                return module.mark(state, context) ? .success : .failure
            }
        }
    }

    private func mark(_ state: DestinationState, _ context: ScriptContext) -> Bool {
        guard let record = settings.records.first(in: context), let set = store.list.sets[record.set],
            let index = set.index(of: record.uri)
        else { return false }
        let thresholds = settings.thresholds
        let transition = set.withState { $0.update(index, to: state, thresholds, using: &$1) }
        if let transition { DispatcherEvent.run(transition, in: context) }
        return true
    }

    // MARK: - Calls

    static var loadFunctions: [FunctionDescription<DispatcherModule>] {
        [
            FunctionDescription(
                "ds_load_update", summary: "Notes that the call was answered, has failed, or was ended (BYE, CANCEL).",
                example: "onreply_route[DISPATCH] { ds_load_update(); }"
            ) { module, _ in { module.updateLoad($0) ? .success : .failure } },
            FunctionDescription(
                "ds_load_unset", summary: "The call no longer counts for its destination.", example: "ds_load_unset();"
            ) { module, _ in
                { context in
                    guard module.settings.countsCalls, let callID = context.message.callID else { return .failure }
                    _ = module.loads.remove(callID)
                    return .success
                }
            },
        ]
    }

    private func updateLoad(_ context: ScriptContext) -> Bool {
        let message = context.message
        guard settings.countsCalls, let callID = message.callID, let method = message.cseq?.method else { return false }
        if let status = message.status {
            guard method == .invite, status >= 200 else { return true }
            if status < 300 {
                _ = loads.confirm(callID, now: WallClock.now.seconds)
            } else {
                _ = loads.remove(callID)
            }
        } else if method == .bye || method == .cancel {
            _ = loads.remove(callID)
        }
        return true
    }
}
