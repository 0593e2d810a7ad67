import ModuleInterface
import NIOCore
import OperatingSystem
import SIPMessage
import ScriptEngine

/// What is due, and what this server sends inside dialogs.
extension DialogTracker {
    /// Starts the timers of the worker.
    func startTimers() {
        let owner = NIOLoopBound(self, eventLoop: worker.eventLoop)
        worker.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            owner.value.tick()
        }
        let period = TimeAmount.seconds(Int64(settings.keepAliveSeconds))
        worker.eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { _ in owner.value.keepAlive() }
        if let seconds = writer?.storage.periodSeconds {
            let period = TimeAmount.seconds(Int64(seconds))
            worker.eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { _ in
                owner.value.writer?.flush()
            }
        }
    }

    private func tick() {
        let now = WallClock.now.seconds
        for dialog in table.due(at: now) {
            switch dialog.record.state {
            case .deleted: table.remove(dialog)
            case .unconfirmed, .early, .answered: expire(dialog)
            case .confirmed:
                if dialog.record.timeout > now {
                    table.schedule(dialog, at: dialog.record.timeout)
                } else {
                    expire(dialog)
                }
            }
        }
    }

    /// A dialog has lasted too long.
    private func expire(_ dialog: Dialog) {
        let context = makeContext(dialog)
        if dialog.record.state.isActive {
            module.statistics.expired.add()
            if !dialog.record.timeoutRoute.isEmpty,
                let route = worker.program.route(kind: .request, name: dialog.record.timeoutRoute.string)
            {
                run(route, dialog, context, kind: .request)
            }
            if dialog.record.sendsByeOnTimeout { return hangUp(dialog, headers: "", event: .expired) }
        }
        switch dialog.record.state.receive(.timeout) {
        case .ended: end(dialog, .expired, context)
        case .failed:
            module.statistics.failed.add()
            table.remove(dialog)
            for membership in dialog.record.profiles { module.profiles.remove(membership) }
            dialog.record.profiles = []
        case .none, .ringing, .answered, .confirmed: break
        }
    }

    /// A request of the dialog, for events that no message causes.
    func makeContext(_ dialog: Dialog) -> ScriptContext {
        let record = dialog.record
        let uri = record.callee?.contact ?? record.requestURI
        var text: ByteString = "BYE " + (uri.isEmpty ? "sip:dialog@localhost" : uri) + " SIP/2.0\r\n"
        text += "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK0\r\n"
        text += "From: <" + record.fromURI + ">;tag=" + record.caller.tag + "\r\n"
        text += "To: <" + record.toURI + ">;tag=" + (record.callee?.tag ?? "") + "\r\n"
        text += "Call-ID: " + record.callID + "\r\n"
        text += ByteString("CSeq: \(min(record.caller.sequenceNumber + 1, Int(Int32.max))) BYE\r\n")
        text += "Content-Length: 0\r\n\r\n"
        let message = (try? SIPMessage.parse(text.array)) ?? Self.placeholder
        let context = worker.makeContext(message: message, received: nil)
        DialogContext.of(context).dialog = dialog
        return context
    }

    /// What stands for a dialog whose names cannot be written.
    private static let placeholder: SIPMessage = {
        let text = """
            BYE sip:dialog@localhost SIP/2.0\r
            Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK0\r
            From: <sip:dialog@localhost>;tag=0\r
            To: <sip:dialog@localhost>;tag=0\r
            Call-ID: dialog\r
            CSeq: 1 BYE\r
            Content-Length: 0\r
            \r

            """
        guard let message = try? SIPMessage.parse(Array(text.utf8)) else {
            preconditionFailure("the placeholder is a message")
        }
        return message
    }()

    // MARK: - Requests made here

    /// Sends BYE to both sides and ends the dialog.
    func hangUp(_ dialog: Dialog, headers: ByteString, event: DialogEvent = .terminated) {
        sendBye(dialog, to: .caller, headers: headers)
        sendBye(dialog, to: .callee, headers: headers)
        guard dialog.record.state.receive(.bye) == .ended else { return }
        end(dialog, event, makeContext(dialog))
    }

    /// Sends BYE to one side.
    func sendBye(_ dialog: Dialog, to side: DialogSide, headers: ByteString) {
        send(request(.bye, dialog, to: side, headers: settings.extraHeaders + headers)) { _ in }
    }

    /// A request inside the dialog, as if the other side had sent it.
    func request(_ method: Method, _ dialog: Dialog, to side: DialogSide, headers: ByteString) -> LocalRequest {
        let record = dialog.record
        let target = record[side]
        let number = min(record[side.other].sequenceNumber, Int(Int32.max) - 1) + 1
        dialog.record[side.other].sequenceNumber = number
        let own = side == .caller ? record.toURI : record.fromURI
        let other = side == .caller ? record.fromURI : record.toURI
        var request = LocalRequest(method, uri: target.contact.isEmpty ? other : target.contact)
        request.from = "<" + own + ">;tag=" + record[side.other].tag
        request.to = "<" + other + ">;tag=" + target.tag
        request.callID = record.callID
        request.sequenceNumber = UInt32(number)
        request.headers = headers
        request.socket = worker.sockets.first { ByteString($0.description) == target.socket }
        if let alias = (try? SIPURI.parse(request.uri))?.parameter(named: "alias").text {
            request.nextHop = ConnectionAlias.destination(alias)
        }
        guard let first = firstRoute(target.routeSet) else { return request }
        request.headers = "Route: " + target.routeSet + "\r\n" + headers
        request.nextHop = first
        return request
    }

    private func firstRoute(_ routeSet: ByteString) -> ByteString? {
        guard !routeSet.isEmpty else { return nil }
        let first = routeSet.firstIndex(of: UInt8(ascii: ">")).map { ByteString(routeSet.bytes[...$0]) } ?? routeSet
        return (try? NameAddress.parse(first))?.uri
    }

    /// Sends a request; its outcome comes back to this worker.
    func send(_ request: LocalRequest, then: @escaping (LocalRequestOutcome) -> Void) {
        guard let sender = worker.server.interface((any LocalRequestSender).self) else { return }
        let completion = NIOLoopBound(then, eventLoop: worker.eventLoop)
        sender.send(request) { outcome in completion.value(outcome) }
    }

    // MARK: - Keep-alive

    /// Sends OPTIONS inside the dialogs that want it, and ends those whose sides are gone.
    private func keepAlive() {
        for number in table.numbers {
            guard let dialog = table[number], dialog.record.state == .confirmed else { continue }
            if dialog.record.keepsCallerAlive { ask(dialog, .caller) }
            if dialog.record.keepsCalleeAlive { ask(dialog, .callee) }
        }
    }

    private func ask(_ dialog: Dialog, _ side: DialogSide) {
        send(request(.options, dialog, to: side, headers: "")) { [weak self] outcome in
            guard let self, dialog.record.state == .confirmed else { return }
            guard outcome.status == 408 || outcome.status == 481 else {
                dialog.keepAliveFailures = 0
                return
            }
            dialog.keepAliveFailures += 1
            if dialog.keepAliveFailures >= self.settings.keepAliveFailuresMax { self.hangUp(dialog, headers: "") }
        }
    }
}
