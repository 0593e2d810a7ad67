import ControlProtocol
import ModuleInterface
import SIPMessage

extension DialogsModule {
    private typealias Method = ModuleMethod<DialogsModule>
    private typealias Parameter = MethodDescription.Parameter

    /// `dlg.*` that act on one dialog.
    static var methods: [ModuleMethod<DialogsModule>] {
        [end, terminate, isAlive, setState, bridge]
    }

    private static let tagParameters = [
        Parameter("callid", .string, doc: "Call-ID"), Parameter("ftag", .string, doc: "tag of the caller"),
        Parameter("ttag", .string, doc: "tag of the callee"),
    ]

    private static var end: Method {
        Method(
            MethodDescription(
                "dlg.end_dlg",
                parameters: [
                    Parameter("h_entry", .integer, doc: "as dlg.list shows it"),
                    Parameter("h_id", .integer, doc: "as dlg.list shows it"),
                    Parameter("headers", .string, optional: true, doc: "more header lines, each with its line end"),
                ], summary: "Ends a call with BYE to both sides.", doc: "Empty; fault 404 when there is no such call.",
                example: "sipcmd dlg.end_dlg 2246 8885", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let entry = call.value(0, named: "h_entry").flatMap(number),
                    let number = call.value(1, named: "h_id").flatMap(number)
                else { throw MethodFault(500, "Invalid parameters") }
                let headers = try headers(call, 2)
                for index in 0..<module.server.workerCount {
                    let isEnded = await module.onWorker(index) { tracker in
                        guard let dialog = tracker.table[number], dialog.record.identifier.entry == entry else {
                            return false
                        }
                        return hangUp(dialog, tracker, headers)
                    }
                    if isEnded == true { return .value(.object([])) }
                }
                throw MethodFault(404, "Dialog not found")
            }
        }
    }

    /// A number, or a text that is one: kamcmd sends whichever it takes the word for.
    private static func number(_ value: JSONValue) -> Int? {
        if let number = value.integerValue { return Int(exactly: number) }
        return value.stringValue.flatMap { Int($0) }
    }

    /// Header lines from the control socket; they must not hold a body.
    private static func headers(_ call: MethodCall, _ position: Int) throws(MethodFault) -> ByteString {
        guard let text = try call.optionalString(position, named: "headers"), !text.isEmpty else { return "" }
        let lines = ByteString(text.hasSuffix("\r\n") ? text : text + "\r\n")
        guard lines.range(of: "\r\n\r\n") == nil, !lines.hasPrefix("\r\n") else {
            throw MethodFault(500, "Invalid headers")
        }
        return lines
    }

    /// Ends a call; one that only rings cannot be ended by BYE.
    private static func hangUp(_ dialog: Dialog, _ tracker: DialogTracker, _ headers: ByteString) -> Bool {
        guard dialog.record.state.isActive else { return false }
        tracker.hangUp(dialog, headers: headers)
        return true
    }

    private static var terminate: Method {
        Method(
            MethodDescription(
                "dlg.terminate_dlg", parameters: tagParameters, summary: "Ends a call with BYE to both sides.",
                doc: "Empty; a fault when there is no such call.", example: "sipcmd dlg.terminate_dlg 1@host 1 2",
                mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let isEnded = try await module.act(
                    call, missing: MethodFault(400, "Need a Callid ,from tag ,to tag")
                ) { tracker, dialog in
                    hangUp(dialog, tracker, "")
                }
                guard isEnded == true else { throw MethodFault(500, "Couldnt find callid in dialog") }
                return .value(.object([]))
            }
        }
    }

    private static var isAlive: Method {
        Method(
            MethodDescription(
                "dlg.is_alive", parameters: tagParameters, summary: "Whether a call is up.",
                doc: "The text `Alive`; a fault otherwise.", example: "sipcmd dlg.is_alive 1@host 1 2")
        ) { module in
            { call throws(MethodFault) in
                let state = try await module.act(
                    call, missing: MethodFault(400, "Too few parameters (required callid, from-tag, to-tag)")
                ) { _, dialog in dialog.record.state }
                guard let state else { throw MethodFault(404, "Dialog not found") }
                guard state == .confirmed else { throw MethodFault(500, "Dialog not in confirmed state") }
                return .value("Alive")
            }
        }
    }

    private static var setState: Method {
        Method(
            MethodDescription(
                "dlg.set_state",
                parameters: tagParameters + [Parameter("state", .integer, doc: "4 for up, 5 for ended")],
                summary: "Corrects the state of a call.", doc: "Empty; faults for a bad state and for no such call.",
                example: "sipcmd dlg.set_state 1@host 1 2 5", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let missing = MethodFault(400, "Need the callid, from tag,to tag and state")
                guard let wanted = call.value(3, named: "state").flatMap(number) else { throw missing }
                guard wanted == DialogState.confirmed.rawValue || wanted == DialogState.deleted.rawValue else {
                    throw MethodFault(500, "Invalid state value")
                }
                let done = try await module.act(call, missing: missing) { tracker, dialog in
                    tracker.correct(dialog, isUp: wanted == DialogState.confirmed.rawValue)
                    return true
                }
                guard done == true else { throw MethodFault(500, "Dialog not found") }
                return .value(.object([]))
            }
        }
    }

    private static var bridge: Method {
        Method(
            MethodDescription(
                "dlg.bridge_dlg", summary: "Not supported.", doc: "Always a fault.",
                example: "sipcmd dlg.bridge_dlg sip:a@example.com sip:b@example.com", mutates: true)
        ) { _ in
            { _ throws(MethodFault) in throw MethodFault(500, "Calls between third parties are not supported") }
        }
    }

    /// Does something with the dialog of a Call-ID and two tags; nil when there is none.
    private func act<Answer: Sendable>(
        _ call: MethodCall, missing: MethodFault, _ work: @escaping @Sendable (DialogTracker, Dialog) -> Answer
    ) async throws(MethodFault) -> Answer? {
        guard let callID = try call.optionalString(0, named: "callid"),
            let fromTag = try call.optionalString(1, named: "ftag"),
            let toTag = try call.optionalString(2, named: "ttag")
        else { throw missing }
        let key = ByteString(callID)
        return await onWorker(server.transport.worker(for: key)) { tracker -> Answer? in
            let dialog = tracker.table.dialogs(of: key).first {
                $0.record.caller.tag == ByteString(fromTag) && $0.record.callee?.tag == ByteString(toTag)
                    && $0.record.state != .deleted
            }
            return dialog.map { work(tracker, $0) }
        } ?? nil
    }
}

extension DialogTracker {
    /// Sets the state that an operator knows better.
    func correct(_ dialog: Dialog, isUp: Bool) {
        if isUp {
            guard dialog.record.state.receive(.acknowledged) == .confirmed else { return }
            table.schedule(dialog, at: dialog.record.timeout)
            writer?.changed(dialog)
        } else if dialog.record.state.receive(.bye) == .ended {
            end(dialog, .terminated, makeContext(dialog))
        }
    }
}
