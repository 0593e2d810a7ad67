import ModuleInterface
import SIPMessage
import ScriptEngine

extension UACModule {
    static var requestVariable: VariableDescription<UACModule> {
        VariableDescription(
            ["uac_req"], inner: .required,
            summary: "Part of the request that uac_req_send() sends: method, ruri, hdrs, …"
        ) { _, reference throws(ScriptError) in
            let name = (reference.inner ?? "").string
            guard let part = UACRequest.Part(rawValue: name) else {
                let known = UACRequest.Part.allCases.map(\.rawValue).joined(separator: ", ")
                throw ScriptError("'$uac_req(\(name))' is unknown", hint: "it has \(known)")
            }
            return ScriptVariable(
                source: "$uac_req(" + (reference.inner ?? "") + ")", read: { UACRequest.of($0)[part] },
                write: { context, value in
                    UACRequest.of(context)[part] = value
                    return true
                })
        }
    }

    static var sendRequest: FunctionDescription<UACModule> {
        FunctionDescription(
            "uac_req_send",
            summary: "Sends the request that $uac_req(…) describes, in a transaction of its own; not INVITE.",
            example: "$uac_req(method) = \"OPTIONS\"; … uac_req_send();"
        ) { module, _ in
            { module.send(UACRequest.of($0)) ? .success : .failure }
        }
    }

    private func send(_ description: UACRequest) -> Bool {
        guard let sender = server.interface((any LocalRequestSender).self), let uri = description.text(.ruri),
            let name = description.text(.method), (try? SIPURI.parse(uri)) != nil
        else { return false }
        let method = Method(name)
        switch method {
        case .invite, .ack, .cancel: return false
        default: break
        }
        var request = LocalRequest(method, uri: uri)
        request.nextHop = description.text(.ouri)
        request.from = Self.bracketed(description.text(.furi) ?? uri) + ";tag=" + ChallengeAnswer.makeCnonce()
        request.to = Self.bracketed(description.text(.turi) ?? uri)
        request.callID = description.text(.callid) ?? ChallengeAnswer.makeCnonce()
        if let number = description.text(.cseqno)?.integerValue.flatMap({ UInt32(exactly: $0) }) {
            request.sequenceNumber = number
        }
        request.headers = Self.lines(description.text(.hdrs) ?? "")
        request.body = description.text(.body) ?? ""
        request.socket = description.text(.sock).flatMap { server.socket(named: $0) } ?? defaultSocket
        UACTransmission(self, description, request, sender).start()
        return true
    }

    private static func bracketed(_ address: ByteString) -> ByteString {
        address.contains(UInt8(ascii: "<")) ? address : "<" + address + ">"
    }

    private static func lines(_ text: ByteString) -> ByteString {
        text.isEmpty || text.hasSuffix("\r\n") ? text : text + "\r\n"
    }
}

/// One request on its way, sent again with credentials when the other server asks for them.
private struct UACTransmission: Sendable {
    let server: Server
    let sender: any LocalRequestSender
    let request: LocalRequest
    let user: ByteString?
    let password: ByteString
    let realm: ByteString?
    let runsEvent: Bool
    let eventParameter: ScriptValue

    init(_ module: UACModule, _ description: UACRequest, _ request: LocalRequest, _ sender: any LocalRequestSender) {
        server = module.server
        self.sender = sender
        self.request = request
        user = description.text(.auser)
        password = description[.apasswd].text
        realm = description.text(.arealm)
        runsEvent = (description.text(.evroute)?.integerValue ?? 0) != 0
        eventParameter = description[.evparam]
    }

    func start() {
        sender.send(request) { outcome in
            guard let next = answer(to: outcome) else { return finish(outcome) }
            sender.send(next) { finish($0) }
        }
    }

    private func answer(to outcome: LocalRequestOutcome) -> LocalRequest? {
        guard case .response(let response) = outcome, let user, let demand = ChallengeAnswer.Demand(response),
            realm == nil || realm == demand.realm,
            let line = ChallengeAnswer.header(
                demand, ClientCredential(user: user, realm: demand.realm, password: password),
                method: request.method.bytes, uri: request.uri, cnonce: ChallengeAnswer.makeCnonce())
        else { return nil }
        var next = request
        next.sequenceNumber &+= 1
        next.headers += line
        return next
    }

    private func finish(_ outcome: LocalRequestOutcome) {
        guard runsEvent, let callID = request.callID else { return }
        let code = outcome.status
        server.onWorker(server.transport.worker(for: callID)) { worker in
            guard let route = worker.program.route(kind: .event, name: UACRequest.eventRoute),
                let message = Self.message(of: outcome, request)
            else { return }
            let context = worker.makeContext(message: message, received: nil)
            context.routeKind = .event
            let result = UACRequest.of(context)
            result[.evroute] = .integer(1)
            result[.evcode] = .integer(code)
            result[.evtype] = .integer(1)
            result[.evparam] = eventParameter
            result[.callid] = .string(callID)
            result[.ruri] = .string(request.uri)
            result[.method] = .string(request.method.bytes)
            worker.program.run(route, in: context) { _ in }
        }
    }

    /// The response, or a made-up one when none came.
    private static func message(of outcome: LocalRequestOutcome, _ request: LocalRequest) -> SIPMessage? {
        if case .response(let message) = outcome { return message }
        var text = ByteString("SIP/2.0 \(outcome.status) No response\r\n")
        text += "From: " + (request.from ?? "") + "\r\nTo: " + (request.to ?? "") + "\r\nCall-ID: "
        text += (request.callID ?? "") + "\r\nCSeq: " + ByteString(integer: Int(request.sequenceNumber)) + " "
        text += request.method.bytes + "\r\nContent-Length: 0\r\n\r\n"
        return try? SIPMessage.parse(text.array)
    }
}
