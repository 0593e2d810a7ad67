import ControlProtocol
import Logging
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine
import SessionDescriptionsModule

extension RTPEngineModule {
    var now: Int { WallClock.now.seconds }

    static var setFunction: Function {
        Function(
            "set_rtpengine_set", [.format, .format], required: 1,
            summary: "Chooses the set of nodes for the functions that follow; a second one relays behind the first.",
            example: "set_rtpengine_set(\"2\");"
        ) { module, arguments in
            { context in
                let numbers = arguments.map { $0.text(in: context).integerValue }
                let sets = module.pool.sets
                guard !numbers.contains(where: { $0 == nil || sets.members[$0 ?? 0] == nil }), let first = numbers[0]
                else { return .failure }
                context[SelectedSets.key] = SelectedSets(first, numbers.count > 1 ? numbers[1] : nil)
                return .success
            }
        }
    }

    static var queryFunction: Function {
        Function(
            "rtpengine_query_v", [.format, .variable],
            summary: "Asks for the statistics of the call and writes them as JSON into a variable.",
            example: "rtpengine_query_v(\"j\", \"$var(stats)\");"
        ) { module, arguments throws(ScriptError) in
            guard let write = arguments[1].variable?.write else {
                throw ScriptError("'\(arguments[1].source)' cannot be written")
            }
            return { context in
                module.run(.query, [], context) { answer in
                    write(context, .string(ByteString(answer.json.text(.compact)))) ? 1 : -1
                }
            }
        }
    }

    /// Sends a command and returns 1 when it was done.
    func run(
        _ command: EngineCommand, _ arguments: [Argument], _ context: ScriptContext,
        then: @escaping (BencodeValue) -> Int = { _ in 1 }
    ) -> FunctionResult {
        let flags: EngineFlags
        do {
            flags = try EngineFlags(parsing: arguments.first?.text(in: context) ?? "")
        } catch {
            server.logger.error("flags of rtpengine cannot be read", metadata: ["error": "\(error.message)"])
            return .failure
        }
        let extra = extraID.read(context)
        guard let request = EngineRequest(command, flags, context, extra: extra.isNull ? nil : extra.text) else {
            server.logger.warning(
                "a message lacks what rtpengine has to know",
                metadata: ["command": "\(command.rawValue)", "call.id": "\(context.message.callID ?? "")"])
            return .failure
        }
        var body: SessionBody?
        var session: ByteString?
        if request.command.hasSession {
            body = SessionBody(context.message)
            session = sessionInput.isSet ? sessionInput.read(context).text : body?.text
            guard let session, !session.isEmpty else { return .failure }
        }
        return context.suspending { done in
            exchange(request, session, sets(for: context), context) { answer in
                guard let answer else { return done(-1) }
                done(finish(request, answer, body, context) ? then(answer) : -1)
            }
        }
    }

    private func sets(for context: ScriptContext) -> [Int] {
        if let selected = context[SelectedSets.key] { return [selected.first] + (selected.second.map { [$0] } ?? []) }
        let chosen = setAttribute.read(context)
        if setAttribute.isSet, let number = chosen.text.integerValue { return [number] }
        return [defaultSet]
    }

    /// Sends a request to one set after the other, each getting the SDP that the one before gave.
    private func exchange(
        _ request: EngineRequest, _ session: ByteString?, _ sets: [Int], _ context: ScriptContext,
        _ completion: @escaping (BencodeValue?) -> Void
    ) {
        guard let set = sets.first else { return completion(nil) }
        let isFirst = set == (context[SelectedSets.key]?.first ?? set)
        let key = isFirst ? request.key : request.key + "\n2"
        var command = RelayPool.Command(
            bytes: request.bytes(session: session), set: set, callID: request.callID, key: key)
        command.isFinal = { answer in
            (try? BencodeValue(parsing: answer))?["result"]?.text != "load limit"
        }
        pool.send(command, context.worker) { [self] result in
            guard let (text, node) = result else {
                server.logger.error(
                    "no rtpengine answered a command",
                    metadata: [
                        "command": "\(request.command.rawValue)", "set": "\(set)", "call.id": "\(request.callID)",
                    ])
                return completion(nil)
            }
            guard let answer = accepted(text, request, node) else { return completion(nil) }
            note(request, key, node, context)
            guard sets.count > 1 else { return completion(answer) }
            exchange(request, session == nil ? nil : answer["sdp"]?.text, Array(sets.dropFirst()), context, completion)
        }
    }

    private func accepted(_ text: ByteString, _ request: EngineRequest, _ node: RelayNode) -> BencodeValue? {
        let answer = try? BencodeValue(parsing: text)
        let result = answer?["result"]?.text
        guard let answer, result == "ok" || result == "pong" else {
            server.logger.warning(
                "rtpengine refused a command",
                metadata: [
                    "node": "\(node.url)", "command": "\(request.command.rawValue)", "call.id": "\(request.callID)",
                    "reason": "\(answer?["error-reason"]?.text ?? "the answer cannot be read")",
                ])
            return nil
        }
        if let warning = answer["warning"]?.text {
            server.logger.debug("rtpengine warns", metadata: ["node": "\(node.url)", "warning": "\(warning)"])
        }
        return answer
    }

    private func note(_ request: EngineRequest, _ key: ByteString, _ node: RelayNode, _ context: ScriptContext) {
        if request.command == .delete { return pool.calls.remove(key) }
        let isOffer = request.command == .offer && context.message.isRequest
        let sequence =
            isOffer ? context.message.cseq?.number : pool.calls.entry(key, at: now)?.offerSequence
        pool.calls.note(key, node, offerSequence: sequence, at: now)
        if request.viaBranch != nil, isOffer {
            pool.calls.note(request.callID + "\n", node, offerSequence: sequence, at: now)
        }
        instance.write(.string(ByteString(node.place)), context)
    }

    /// Takes over what an answer brings; false when it lacks the SDP.
    private func finish(
        _ request: EngineRequest, _ answer: BencodeValue, _ body: SessionBody?, _ context: ScriptContext
    ) -> Bool {
        switch request.command {
        case .offer, .answer:
            guard let session = answer["sdp"]?.text else { return false }
            if sessionOutput.isSet {
                sessionOutput.write(.string(session), context)
            } else if let body {
                body.replace(with: session, &context.edits)
            } else {
                context.edits.setBody(session, contentType: "application/sdp")
            }
        case .delete, .query:
            context[EngineStatistics.key] = EngineStatistics(answer)
            quality.fill(from: answer, context)
        case .playMedia:
            mediaDuration.write(.integer(answer["duration"]?.number ?? -1), context)
        case .startRecording, .stopRecording, .blockDTMF, .unblockDTMF, .blockMedia, .unblockMedia, .silenceMedia,
            .unsilenceMedia, .startForwarding, .stopForwarding, .stopMedia, .playDTMF:
            break
        }
        return true
    }
}

extension BencodeValue {
    /// The same value as JSON.
    var json: JSONValue {
        switch self {
        case .integer(let number): .integer(Int64(number))
        case .string(let text): .string(text.string)
        case .list(let elements): .array(elements.map(\.json))
        case .dictionary(let members): .object(members.map { JSONMember($0.key.string, $0.value.json) })
        }
    }
}
