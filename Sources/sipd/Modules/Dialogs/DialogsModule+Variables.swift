import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension DialogsModule {
    private typealias Variable = VariableDescription<DialogsModule>

    static var variables: [VariableDescription<DialogsModule>] {
        [
            variable, attribute, contextAttribute,
            Variable(["DLG_status"], summary: "The state of the dialog: 1 made, 2 rings, 3 answered, 4 up, 5 ended.") {
                _, _ in
                ScriptVariable(source: "$DLG_status") { dialog($0).map { .integer($0.record.state.rawValue) } ?? .null }
            },
            Variable(["DLG_lifetime"], summary: "The seconds since the call was answered.") { _, _ in
                ScriptVariable(source: "$DLG_lifetime") { context in
                    guard let dialog = dialog(context), dialog.record.startedAt > 0,
                        dialog.record.state != .answered
                    else { return .null }
                    return .integer(dialog.record.duration(at: WallClock.now.seconds))
                }
            },
            Variable(["DLG_count"], summary: "The number of calls that are going on.") { module, _ in
                ScriptVariable(source: "$DLG_count") { _ in .integer(module.statistics.active.value) }
            },
        ]
    }

    private static var variable: Variable {
        Variable(["dlg_var"], inner: .required, summary: "A text that lives as long as the dialog.") { _, reference in
            ScriptVariable(
                source: "$dlg_var(" + (reference.inner ?? "") + ")",
                read: { context in
                    let name = reference.innerText(in: context)
                    let value =
                        dialog(context).map { $0[variable: name] }
                        ?? DialogContext.existing(context)?.variables[name]
                    return value.map { .string($0) } ?? .null
                },
                write: { context, value in
                    let name = reference.innerText(in: context)
                    let text: ByteString?
                    switch value {
                    case .null: text = nil
                    case .string(let value), .both(_, let value): text = value.compacted()
                    // Kamailio takes texts only.
                    case .integer: return false
                    }
                    guard let dialog = dialog(context) else {
                        DialogContext.of(context).variables[name.compacted()] = text
                        return true
                    }
                    dialog[variable: name] = text
                    if dialog.record.state.isActive { DialogTracker.of(context)?.writer?.changed(dialog) }
                    return true
                })
        }
    }

    private static let attributes: [String: @Sendable (DialogRecord) -> ScriptValue] = [
        "h_id": { .integer($0.identifier.number) }, "h_entry": { .integer($0.identifier.entry) },
        "ref": { .integer($0.state.isActive ? 3 : 2) }, "state": { .integer($0.state.rawValue) },
        "to_rs": { routes($0.callee) }, "from_rs": { routes($0.caller) },
        "dflags": { .integer(DialogRow.flags(of: $0, isStored: true)) }, "sflags": { .integer(Int($0.flags)) },
        "iflags": { .integer($0.internalFlags) }, "callid": { .string($0.callID) }, "to_uri": { .string($0.toURI) },
        "to_tag": { $0.callee.map { .string($0.tag) } ?? .null }, "from_uri": { .string($0.fromURI) },
        "from_tag": { .string($0.caller.tag) }, "toroute": { .integer($0.timeoutRoute.isEmpty ? 0 : 1) },
        "lifetime": { .integer($0.lifetime) }, "start_ts": { .integer($0.startedAt) },
        "to_cseq": { $0.callee.map { .string(ByteString(integer: $0.sequenceNumber)) } ?? .null },
        "from_cseq": { .string(ByteString(integer: $0.caller.sequenceNumber)) },
        "to_contact": { $0.callee.map { .string($0.contact) } ?? .null },
        "from_contact": { .string($0.caller.contact) },
        "to_bindaddr": { $0.callee.map { .string($0.socket) } ?? .null },
        "from_bindaddr": { .string($0.caller.socket) },
    ]

    private static func routes(_ leg: DialogLeg?) -> ScriptValue {
        guard let leg, !leg.routeSet.isEmpty else { return .null }
        return .string(leg.routeSet)
    }

    private static var attribute: Variable {
        Variable(["dlg"], inner: .required, summary: "An attribute of the dialog: callid, from_uri, state, h_id, …") {
            _, reference throws(ScriptError) in
            let name = (reference.inner ?? "").string
            guard let read = attributes[name] else {
                throw ScriptError(
                    "'$dlg(\(name))' is unknown",
                    hint: "it is one of \(attributes.keys.sorted().joined(separator: ", "))")
            }
            return ScriptVariable(source: ByteString("$dlg(\(name))")) { context in
                dialog(context).map { read($0.record) } ?? .null
            }
        }
    }

    private static var contextAttribute: Variable {
        Variable(
            ["dlg_ctx"], inner: .required,
            summary: "What the script says of the dialog: timeout, timeout_bye, timeout_route; and dir, set, on."
        ) { _, reference throws(ScriptError) in
            let name = (reference.inner ?? "").string
            let source = ByteString("$dlg_ctx(\(name))")
            switch name {
            case "on": return ScriptVariable(source: source) { _ in .integer(0) }
            case "set": return ScriptVariable(source: source) { .integer(dialog($0) == nil ? 0 : 1) }
            case "dir":
                return ScriptVariable(source: source) { context in
                    guard dialog(context) != nil else { return .integer(0) }
                    return .integer(DialogContext.of(context).sender == .caller ? 1 : 2)
                }
            case "timeout":
                return ScriptVariable(
                    source: source,
                    read: { .integer(DialogContext.existing($0)?.lifetime ?? 0) },
                    write: { context, value in setTimeout(value.number, context) })
            case "timeout_bye":
                return ScriptVariable(
                    source: source,
                    read: { .integer(DialogContext.existing($0)?.sendsByeOnTimeout == true ? 1 : 0) },
                    write: { context, value in
                        let sends = value.number != 0
                        DialogContext.of(context).sendsByeOnTimeout = sends
                        dialog(context)?.record.sendsByeOnTimeout = sends
                        return true
                    })
            case "timeout_route", "timeout_route_id": return timeoutRoute(source, isNumber: name == "timeout_route_id")
            default:
                throw ScriptError(
                    "'$dlg_ctx(\(name))' is unknown",
                    hint: "it is one of on, set, dir, timeout, timeout_bye, timeout_route, timeout_route_id")
            }
        }
    }

    private static func setTimeout(_ seconds: Int, _ context: ScriptContext) -> Bool {
        guard seconds > 0, seconds <= Int(Int32.max) else { return false }
        DialogContext.of(context).lifetime = seconds
        if let dialog = dialog(context) { DialogTracker.of(context)?.setLifetime(seconds, of: dialog) }
        return true
    }

    private static func timeoutRoute(_ source: ByteString, isNumber: Bool) -> ScriptVariable {
        let read: @Sendable (ScriptContext) -> ScriptValue = { context in
            let name = dialog(context)?.record.timeoutRoute ?? DialogContext.existing(context)?.timeoutRoute ?? ""
            if isNumber { return .integer(name.isEmpty ? 0 : 1) }
            return name.isEmpty ? .null : .string(name)
        }
        guard !isNumber else { return ScriptVariable(source: source, read: read) }
        return ScriptVariable(source: source, read: read) { context, value in
            let name = value.text.compacted()
            guard name.isEmpty || context.worker.program.route(kind: .request, name: name.string) != nil else {
                return false
            }
            DialogContext.of(context).timeoutRoute = name
            dialog(context)?.record.timeoutRoute = name
            return true
        }
    }
}
