import ControlProtocol
import ModuleInterface
import SIPMessage
import Transport

extension TransactionModule {
    /// `tm.t_uac_*`: requests made on behalf of an operator.
    static var localRequestMethods: [ModuleMethod<TransactionModule>] {
        [
            method("tm.t_uac_start", "Sends a request and does not wait for its answer.", "Answers an empty structure.")
            {
                module, request in
                module.requests.send(request) { _ in }
                return .value(.object([]))
            },
            method(
                "tm.t_uac_wait", "Sends a request and waits for its final response.",
                "Answers status and reason phrase, 408 when none came."
            ) { module, request in .rows(LazyRows(await module.ask(request))) },
            method(
                "tm.t_uac_wait_block", "Sends a request and waits for its final response.",
                "The same as tm.t_uac_wait: no call here keeps others waiting."
            ) { module, request in .rows(LazyRows(await module.ask(request))) },
        ]
    }

    private var requests: any LocalRequestSender { LocalRequestService(server: server) }

    private static func method(
        _ name: String, _ summary: String, _ answer: String,
        _ run: @escaping @Sendable (TransactionModule, LocalRequest) async -> MethodResult
    ) -> ModuleMethod<TransactionModule> {
        ModuleMethod(
            MethodDescription(
                name,
                parameters: [
                    .init("method", .string, doc: "the method, but INVITE, ACK and CANCEL"),
                    .init("ruri", .string, doc: "the Request-URI"),
                    .init("nexthop", .string, doc: "a SIP URI to send it to, \".\" for the Request-URI"),
                    .init("socket", .string, doc: "the socket to send from like udp:192.0.2.1:5060, \".\" for any"),
                    .init("headers", .string, doc: "header lines; From and To, or their defaults are taken"),
                    .init("body", .string, optional: true, doc: "the body"),
                ],
                summary: summary,
                doc: answer
                    + " Faults 400 for a parameter that is missing or wrong. event_route[tm:local-request] runs.",
                example: "sipcmd \(name) OPTIONS sip:192.0.2.1 . . \"From: <sip:operator@pbx.test>\"", mutates: true)
        ) { module in
            { call throws(MethodFault) in await run(module, try module.request(call)) }
        }
    }

    private func ask(_ request: LocalRequest) async -> [JSONValue] {
        let outcome = await withCheckedContinuation { continuation in
            requests.send(request) { continuation.resume(returning: $0) }
        }
        switch outcome {
        case .response(let message):
            if case .response(let status, let reason) = message.startLine {
                return [.integer(Int64(status)), .string(reason.string)]
            }
            return [500, "no response"]
        case .timeout: return [408, "Request Timeout"]
        case .notSent(let reason): return [477, .string(reason)]
        case .dropped: return [500, "dropped by event_route[tm:local-request]"]
        }
    }

    // MARK: Parameters

    private func request(_ call: MethodCall) throws(MethodFault) -> LocalRequest {
        let values = call.allValues
        guard values.count >= 5 else { throw MethodFault(400, "too few parameters (\(values.count)/5)") }
        let method = try call.string(0, named: "method")
        guard !method.isEmpty else { throw MethodFault(400, "Empty method") }
        let uri = try call.string(1, named: "ruri")
        guard (try? SIPURI.parse(ByteString(uri))) != nil else {
            throw MethodFault(400, "Invalid request uri \"\(uri)\"")
        }
        var request = LocalRequest(Method(ByteString(method)), uri: ByteString(uri))
        switch request.method {
        case .invite, .ack, .cancel: throw MethodFault(400, "\(method) cannot be sent outside of a dialog")
        default: break
        }
        let nextHop = try call.string(2, named: "nexthop")
        if nextHop != ".", !nextHop.isEmpty {
            guard (try? SIPURI.parse(ByteString(nextHop))) != nil else {
                throw MethodFault(400, "Invalid next-hop uri \"\(nextHop)\"")
            }
            request.nextHop = ByteString(nextHop)
        }
        request.socket = try socket(try call.string(3, named: "socket"))
        try HeaderBlock.read(try call.string(4, named: "headers"), into: &request)
        request.body = ByteString(try call.optionalString(5, named: "body") ?? "")
        return request
    }

    private func socket(_ text: String) throws(MethodFault) -> ListenSocket? {
        guard text != ".", !text.isEmpty else { return nil }
        guard let socket = server.transport.sockets.first(where: { $0.description == text || $0.name == text }) else {
            throw MethodFault(400, "No local socket for \"\(text)\"")
        }
        return socket
    }
}

/// The block of header lines that operators give with a request.
private enum HeaderBlock {
    /// Takes From, To, Call-ID and CSeq out; the other lines are appended to the request as they are.
    static func read(_ text: String, into request: inout LocalRequest) throws(MethodFault) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, line.first?.isWhitespace == false
            else { throw MethodFault(400, "Invalid headers") }
            let value = ByteString(line[line.index(after: colon)...].drop { $0 == " " })
            switch HeaderName(ByteString(line[..<colon])) {
            case .from: request.from = value
            case .to: request.to = value
            case .callID: request.callID = value
            case .cseq:
                guard let number = value.split(on: 0x20).first?.integerValue, let exact = UInt32(exactly: number)
                else { throw MethodFault(400, "Invalid headers") }
                request.sequenceNumber = exact
            case .via, .contentLength, .maxForwards: throw MethodFault(400, "Invalid headers")
            default: request.headers += ByteString(String(line)) + "\r\n"
            }
        }
        if let from = request.from, (try? NameAddress.parse(from))?.tag == nil {
            request.from = from + ";tag=" + ByteString(String(UInt64.random(in: .min ... .max), radix: 16))
        }
    }
}
