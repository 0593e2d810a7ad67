import SIPMessage
import ScriptEngine
import Synchronization

/// Writes each action of the script to the log while it is switched on (Kamailio: `cfgtrace`).
final class ActionTracer: ScriptTracer {
    private let level: Int
    private let start: ByteString
    private let enabled: Atomic<Bool>

    init(level: Int, isEnabled: Bool, name: ByteString?, prefix: ByteString) {
        self.level = level
        start = (name.map { $0 + ": " } ?? "") + prefix + "dbg_cfg_trace(): "
        enabled = Atomic(isEnabled)
    }

    /// Whether actions are written.
    var isEnabled: Bool {
        get { enabled.load(ordering: .relaxed) }
        set { enabled.store(newValue, ordering: .relaxed) }
    }

    func trace(_ action: TracedAction, in context: ScriptContext) {
        guard isEnabled, context.host.isLogged(level: level) else { return }
        let place = "=[\(context.routeName)] c=[\(context.currentFile)] l=\(context.currentLine)"
        let line = "\(context.routeKind.traceName)\(place) a=\(action.number) n=\(action.name)"
        context.host.log(level: level, start + ByteString(line), in: context)
    }
}

extension RouteMask {
    /// The kind of the route that runs, by its name in traces.
    fileprivate var traceName: String {
        switch self {
        case .failure: "failure_route"
        case .branch: "branch_route"
        case .onReply: "tm_onreply_route"
        case .coreReply: "core_onreply_route"
        case .onSend: "onsend_route"
        case .event: "event_route"
        case .branchFailure: "branch_failure_route"
        case .local: "local_route"
        default: "request_route"
        }
    }
}
