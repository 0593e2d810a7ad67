import ModuleInterface
import SIPMessage
import ScriptEngine

/// The event routes that tell that a destination has gone or come back, and what `$dsv(…)` shows in them.
final class DispatcherEvent {
    static let up = "dispatcher:dst-up"
    static let down = "dispatcher:dst-down"
    static let key = ContextKey<DispatcherEvent>()

    let status: Int
    let reason: ByteString
    let state: DestinationState

    private init(status: Int, reason: ByteString, state: DestinationState) {
        self.status = status
        self.reason = reason
        self.state = state
    }

    /// Runs the route of a change that the script has made, on the message that it works on.
    static func run(_ transition: SetState.Transition, in context: ScriptContext) {
        let worker = context.worker
        guard let route = worker.program.route(kind: .event, name: name(of: transition)) else { return }
        let event = worker.makeContext(
            message: context.message, received: context.received, target: context.target)
        event.attributes = context.attributes
        event.routeKind = .event
        worker.program.run(route, in: event) { _ in }
    }

    /// Runs the route of a change that the answer to a question has made; its Request-URI is the destination.
    static func run(
        _ transition: SetState.Transition, _ uri: ByteString, status: Int, reason: ByteString,
        state: DestinationState, on worker: Worker
    ) {
        guard let route = worker.program.route(kind: .event, name: name(of: transition)),
            let message = try? SIPMessage.parse(request(uri).array)
        else { return }
        let context = worker.makeContext(message: message, received: nil)
        context.routeKind = .event
        context[key] = DispatcherEvent(status: status, reason: reason, state: state)
        worker.program.run(route, in: context) { _ in }
    }

    private static func name(of transition: SetState.Transition) -> String {
        switch transition {
        case .up: up
        case .down: down
        }
    }

    private static func request(_ uri: ByteString) -> ByteString {
        "OPTIONS " + uri
            + """
             SIP/2.0\r
            Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKevent\r
            From: <sip:dispatcher@localhost>;tag=event\r
            To: <sip:dispatcher@localhost>\r
            Call-ID: event\r
            CSeq: 1 OPTIONS\r
            Max-Forwards: 70\r
            Content-Length: 0\r
            \r

            """
    }
}

extension DispatcherModule {
    static var eventVariable: VariableDescription<DispatcherModule> {
        VariableDescription(
            ["dsv"], inner: .required,
            summary: "in the event routes: code and reason of the answer, and flags, the new state"
        ) { _, reference throws(ScriptError) in
            let read: @Sendable (DispatcherEvent) -> ScriptValue
            switch reference.inner {
            case "code": read = { .integer($0.status) }
            case "reason": read = { .string($0.reason) }
            case "flags": read = { .integer($0.state.rawValue) }
            default:
                throw ScriptError(
                    "'$dsv(\(reference.inner ?? ""))' is unknown", hint: "it has code, reason and flags")
            }
            return ScriptVariable(source: "$dsv(" + (reference.inner ?? "") + ")") { context in
                context[DispatcherEvent.key].map(read) ?? .null
            }
        }
    }
}
