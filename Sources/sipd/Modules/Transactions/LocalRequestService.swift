import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transaction
import Transport

/// Makes requests, runs `event_route[tm:local-request]` on them and sends them in transactions of their own.
struct LocalRequestService: LocalRequestSender {
    let server: Server

    func send(_ request: LocalRequest, completion: @escaping @Sendable (LocalRequestOutcome) -> Void) {
        let callID = request.callID ?? Self.makeCallID()
        var complete = request
        complete.callID = callID
        let request = complete
        server.onWorker(server.transport.worker(for: callID)) { worker in
            guard let layer = worker[TransactionLayer.key] else {
                return completion(.notSent(reason: "module tm does not run"))
            }
            LocalRequestBuilder(request, layer).start(completion)
        }
    }

    private static func makeCallID() -> ByteString {
        var bytes: [UInt8] = []
        for _ in 0..<2 { bytes += Array(String(UInt64.random(in: .min ... .max), radix: 16).utf8) }
        return ByteString(bytes)
    }
}

/// One request on its way from its description to the network.
private struct LocalRequestBuilder {
    private let request: LocalRequest
    private let layer: TransactionLayer

    init(_ request: LocalRequest, _ layer: TransactionLayer) {
        self.request = request
        self.layer = layer
    }

    func start(_ completion: @escaping (LocalRequestOutcome) -> Void) {
        switch request.method {
        case .invite, .ack, .cancel: return completion(.notSent(reason: "\(request.method) cannot be made here"))
        default: break
        }
        guard let message = try? SIPMessage.parse(text()) else {
            return completion(.notSent(reason: "the request is malformed"))
        }
        var target = RequestTarget()
        target.uri = request.uri
        target.destination = request.nextHop
        target.socket = request.socket
        let context = layer.worker.makeContext(message: message, received: nil, target: target)
        context.routeKind = .local
        guard let route = layer.worker.program.route(kind: .event, name: "tm:local-request") else {
            return resolve(context, completion)
        }
        layer.worker.program.run(route, in: context) { outcome in
            if outcome.isDropped { completion(.dropped) } else { resolve(context, completion) }
        }
    }

    private func resolve(_ context: ScriptContext, _ completion: @escaping (LocalRequestOutcome) -> Void) {
        NextHop.resolve(context.target, in: context, override: nil) { result in
            switch result {
            case .success(let destinations):
                guard let transaction = layer.insert(context, destinations: destinations, completion: completion)
                else { return completion(.notSent(reason: "there are too many transactions")) }
                _ = transaction.sendToNext()
            case .failure(let error):
                completion(.notSent(reason: "no way to '\(request.nextHop ?? request.uri)' (\(error.rawValue))"))
            }
        }
    }

    /// The request without Via, which is added for each address it is sent to.
    private func text() -> [UInt8] {
        var output: [UInt8] = []
        StartLine.request(request.method, uri: request.uri).append(to: &output)
        append("To: ", request.to ?? "<" + request.uri + ">", to: &output)
        append("From: ", request.from ?? defaultFrom(), to: &output)
        append("CSeq: ", ByteString(integer: Int(request.sequenceNumber)) + " " + request.method.bytes, to: &output)
        append("Call-ID: ", request.callID ?? "", to: &output)
        append("Max-Forwards: ", "70", to: &output)
        append("Content-Length: ", ByteString(integer: request.body.count), to: &output)
        append("", layer.worker.server.settings.userAgentHeader, to: &output)
        output.append(contentsOf: request.headers.bytes)
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: request.body.bytes)
        return output
    }

    private func append(_ name: String, _ value: ByteString, to output: inout [UInt8]) {
        output.append(contentsOf: name.utf8)
        output.append(contentsOf: value.bytes)
        output.append(contentsOf: "\r\n".utf8)
    }

    private func defaultFrom() -> ByteString {
        let socket = request.socket ?? layer.worker.server.transport.sockets.first
        let host = socket.map { ByteString($0.viaHostPort) } ?? "localhost"
        var tag: [UInt8] = []
        layer.worker.server.hasher.tag(of: layer.worker.server.hasher.identifier(serial: .random(in: .min ... .max)))
            .append(to: &tag)
        return "<sip:" + host + ">;tag=" + ByteString(tag)
    }
}
