import Logging
import ModuleInterface
import SIPMessage
import ScriptEngine

extension PresenceModule {
    typealias Function = FunctionDescription<PresenceModule>

    /// Functions that take requests.
    static var requestFunctions: [Function] {
        [
            Function(
                "handle_publish", [.format], required: 0, routes: .request,
                summary: "Takes a PUBLISH, answers it and tells the watchers.", example: "handle_publish();"
            ) { module, arguments in
                { module.publish($0, sender: arguments.first?.text(in: $0)) }
            },
            Function(
                "handle_subscribe", [.format], required: 0, routes: .request,
                summary: "Takes a SUBSCRIBE, answers it and sends a NOTIFY.", example: "handle_subscribe();"
            ) { module, arguments in
                { module.subscribe($0, watcher: arguments.first?.text(in: $0)) }
            },
        ]
    }

    /// Answers a request; what is wrong with it is logged.
    func answer(
        _ status: Int, _ reason: ByteString, _ context: ScriptContext, headers: ByteString = "", because: String? = nil
    ) -> Int {
        if let because {
            presence.server.logger.warning(
                "a presence request is refused",
                metadata: [
                    "method": "\(context.message.method?.name ?? "")", "status": "\(status)", "problem": "\(because)",
                    "call.id": "\(context.message.callID ?? "")",
                ])
        }
        let isSent = presence.server.replySender.send(LocalReply(status, reason, headers: headers), to: context)
        // As in Kamailio, a request that was refused is dealt with; only one that nobody knows is a failure.
        return isSent && status != 481 && status != 489 ? 1 : -1
    }

    /// The package of a request's Event, with the id parameter.
    func package(of context: ScriptContext) -> (EventPackage, id: ByteString?)? {
        guard let text = context.message.firstHeader(named: "Event").map({ context.message.text(of: $0) }) else {
            return nil
        }
        let semicolon = text.firstIndex(of: UInt8(ascii: ";"))
        let name = ByteString(text.bytes[..<(semicolon ?? text.bytes.endIndex)]).trimmed().lowercased()
        guard let package = presence.package(name.string) else { return nil }
        let parameters = ParameterList(semicolon.map { ByteString(text.bytes[$0...]) } ?? "")
        return (package, parameters.value(named: "id").text)
    }

    /// The answer to an event that nobody here knows.
    func refuseEvent(_ context: ScriptContext) -> FunctionResult {
        let names = ByteString(presence.packageNames.joined(separator: ", "))
        return .code(answer(489, "Bad Event", context, headers: "Allow-Events: " + names + "\r\n"))
    }

    /// The seconds a request asks for, within the bounds; nil when they are too few and that is refused.
    func expires(_ context: ScriptContext, _ package: EventPackage) -> Int? {
        let settings = presence.settings
        let asked = context.message.expires ?? package.defaultExpires
        guard asked > 0 else { return 0 }
        if asked < settings.minExpires { return settings.raisesExpires ? settings.minExpires : nil }
        return min(asked, settings.maxExpires)
    }

    func refuseExpires(_ context: ScriptContext) -> FunctionResult {
        let header = ByteString("Min-Expires: \(presence.settings.minExpires)\r\n")
        return .code(answer(423, "Interval Too Brief", context, headers: header))
    }

    // MARK: - PUBLISH

    func publish(_ context: ScriptContext, sender: ByteString?) -> FunctionResult {
        let message = context.message
        guard let (package, _) = package(of: context), package.isPublished else { return refuseEvent(context) }
        guard let key = PresentityKey(uri: context.target.uri ?? message.requestURI ?? "", event: package.name) else {
            return .code(answer(400, "Bad Request", context, because: "the Request-URI is no SIP URI"))
        }
        guard let seconds = expires(context, package) else { return refuseExpires(context) }
        let tag = message.firstHeader(named: "SIP-If-Match").map { message.text(of: $0).trimmed() }
        let body = message.body
        guard body.count <= PresenceState.bodyBytesMax else {
            return .code(answer(413, "Request Entity Too Large", context, because: "the body has \(body.count) bytes"))
        }
        if !body.isEmpty {
            let type = message.firstText(.contentType) ?? ""
            guard type.lowercased().hasPrefix(package.contentType) else {
                let accept = "Accept: " + package.contentType + "\r\n"
                return .code(
                    answer(415, "Unsupported Media Type", context, headers: accept, because: "Content-Type '\(type)'"))
            }
            if let problem = package.problem(body) {
                return .code(answer(400, "Bad Request", context, because: problem))
            }
        }
        let request = PublishRequest(
            key: key, matches: tag, body: body,
            expiresSeconds: seconds == 0 ? 0 : seconds + presence.settings.expiresOffset,
            sender: sender ?? message.from?.uri ?? "")
        let presence = presence
        return presence.working(context, { try presence.apply(request) }) { result in
            switch result {
            case .success(let outcome): return finish(outcome, request, seconds, context)
            case .failure(let error):
                return answer(500, "Server Internal Error", context, because: "the database failed: \(error)")
            }
        }
    }

    private func finish(
        _ outcome: PublishOutcome, _ request: PublishRequest, _ seconds: Int, _ context: ScriptContext
    ) -> Int {
        func accepted(_ tag: ByteString) -> Int {
            answer(200, "OK", context, headers: ByteString("Expires: \(seconds)\r\nSIP-ETag: ") + tag + "\r\n")
        }
        switch outcome {
        case .stored(let new, let old):
            let code = accepted(new.etag)
            // A refresh changes nothing that watchers could see (RFC 3903 §6).
            if !request.body.isEmpty && old?.body != new.body { presence.notifyAll(request.key, context.worker) }
            return code
        case .removed(let old):
            let code = accepted(old.etag)
            presence.notifyAll(request.key, withdrawn: old.body, context.worker)
            return code
        case .noSuchTag: return answer(412, "Conditional Request Failed", context)
        case .empty:
            return answer(400, "Bad Request", context, because: "there is neither a body nor SIP-If-Match")
        case .full: return answer(503, "Service Unavailable", context, because: "there are too many publications")
        }
    }
}

extension PresenceServer {
    /// Applies a PUBLISH to memory and database; blocking.
    ///
    /// Neither is changed when the database fails.
    func apply(_ request: PublishRequest) throws -> PublishOutcome {
        try refresh(request.key)
        let outcome = state.publish(request, at: now, tag: makeTag)
        guard writesPublications, let database else { return outcome }
        do {
            try database.write(outcome, of: request.key)
        } catch {
            state.undo(outcome, of: request.key)
            throw error
        }
        return outcome
    }
}
