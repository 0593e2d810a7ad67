import ModuleInterface
import SIPMessage
import ScriptEngine
import SessionDescriptionsModule

extension RTPEngineModule {
    typealias Function = FunctionDescription<RTPEngineModule>

    /// Functions that send SDP or end calls.
    static var sessionFunctions: [Function] {
        [
            function("rtpengine_offer", "Sends the SDP as an offer and takes that of the answer.", .offer),
            function("rtpengine_answer", "Sends the SDP as an answer and takes that of the answer.", .answer),
            function("rtpengine_delete", "Ends the media of the call.", .delete),
            function("rtpengine_query", "Asks for the statistics of the call.", .query),
            Function(
                "rtpengine_manage", [.format, .format], required: 0,
                summary: "Offers, answers or ends the media of a call, as the message wants it.",
                example: "rtpengine_manage(\"replace-origin replace-session-connection\");"
            ) { module, arguments throws(ScriptError) in
                try check(arguments)
                return { context in
                    switch module.managed(context) {
                    case .command(let command): module.run(command, arguments, context)
                    case .code(let code): .code(code)
                    }
                }
            },
        ]
    }

    /// Functions for what goes on during a call.
    static var commandFunctions: [Function] {
        [
            function("start_recording", "Starts to record the media.", .startRecording),
            function("stop_recording", "Ends the recording.", .stopRecording),
            function("block_dtmf", "Keeps digits from being forwarded.", .blockDTMF),
            function("unblock_dtmf", "Forwards digits again.", .unblockDTMF),
            function("block_media", "Keeps media from being forwarded.", .blockMedia),
            function("unblock_media", "Forwards media again.", .unblockMedia),
            function("silence_media", "Forwards silence instead of media.", .silenceMedia),
            function("unsilence_media", "Forwards media again.", .unsilenceMedia),
            function("start_forwarding", "Starts to forward decoded audio.", .startForwarding),
            function("stop_forwarding", "Ends that.", .stopForwarding),
            function("play_media", "Plays a file to one side.", .playMedia),
            function("stop_media", "Ends that.", .stopMedia),
            function("play_dtmf", "Sends a digit to one side.", .playDTMF),
        ]
    }

    private static func function(_ name: String, _ summary: String, _ command: EngineCommand) -> Function {
        Function(name, [.format, .format], required: 0, summary: summary, example: "\(name)();") {
            module, arguments throws(ScriptError) in
            try check(arguments)
            return { module.run(command, arguments, $0) }
        }
    }

    /// Flags that never change are read at start, so that a mistake is told there.
    private static func check(_ arguments: [Argument]) throws(ScriptError) {
        guard let constant = arguments.first?.constant else { return }
        _ = try EngineFlags(parsing: constant.text)
    }

    // MARK: - What rtpengine_manage() does

    enum Managed {
        case command(EngineCommand)
        case code(Int)
    }

    func managed(_ context: ScriptContext) -> Managed {
        if context.routeKind == .branchFailure { return .code(1) }
        guard let method = context.message.cseq?.method else { return .code(-1) }
        switch method {
        case .cancel, .bye: return .command(.delete)
        case .invite, .ack, .update, .prack: break
        default: return .code(-1)
        }
        let hasSession = sessionInput.isSet || SessionBody(context.message) != nil
        guard context.message.isRequest else { return managedReply(method, hasSession: hasSession, context) }
        guard hasSession else { return .code(-1) }
        switch method {
        case .ack, .prack: return .command(.answer)
        case .update: return .command(.offer)
        default: return .command(context.routeKind == .failure ? .delete : .offer)
        }
    }

    private func managedReply(_ method: Method, hasSession: Bool, _ context: ScriptContext) -> Managed {
        if let status = context.message.status, status >= 300 { return .command(.delete) }
        guard hasSession else { return .code(-1) }
        guard method == .invite, let callID = context.message.callID else { return .command(.answer) }
        // A reply to a request that made no offer makes one itself.
        let entry = pool.calls.entry(callID + "\n", at: now)
        let isAnswer = entry?.offerSequence != nil && entry?.offerSequence == context.message.cseq?.number
        return .command(isAnswer ? .answer : .offer)
    }
}
