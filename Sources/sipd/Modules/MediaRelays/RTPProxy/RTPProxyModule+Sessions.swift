import Logging
import ModuleInterface
import NetworkAddress
import OperatingSystem
import SIPMessage
import ScriptEngine
import SessionDescriptionsModule

extension RTPProxyModule {
    typealias Function = FunctionDescription<RTPProxyModule>

    /// What rtpproxy is asked to do with SDP.
    enum Operation {
        case offer, answer, delete
    }

    private enum Code {
        static let failure = -1
        /// Another relay has left its mark.
        static let alreadyRelayed = -2
        static let noProxy = -3
    }

    /// Functions that send SDP or end calls.
    static var sessionFunctions: [Function] {
        [
            function("rtpproxy_offer", "Asks for relays for the media that the SDP offers.", .offer),
            function("rtpproxy_answer", "Asks for relays for the media that the SDP answers with.", .answer),
            function("rtpproxy_destroy", "Ends the media of the call.", .delete),
            function("unforce_rtp_proxy", "Ends the media of the call.", .delete),
            Function(
                "rtpproxy_manage", [.format, .format], required: 0,
                summary: "Offers, answers or ends the media of a call, as the message wants it.",
                example: "rtpproxy_manage(\"co\");"
            ) { module, arguments throws(ScriptError) in
                try check(arguments)
                return { context in
                    switch module.managed(context) {
                    case .operation(let operation): module.run(operation, arguments, context)
                    case .code(let code): .code(code)
                    }
                }
            },
        ]
    }

    private static func function(_ name: String, _ summary: String, _ operation: Operation) -> Function {
        Function(name, [.format, .format], required: 0, summary: summary, example: "\(name)();") {
            module, arguments throws(ScriptError) in
            try check(arguments)
            return { context in
                let isACK = context.message.method == .ack
                if operation == .answer, context.message.isRequest, !isACK { return .failure }
                return module.run(operation, arguments, context)
            }
        }
    }

    private static func check(_ arguments: [Argument]) throws(ScriptError) {
        if let constant = arguments.first?.constant { _ = try ProxyFlags(parsing: constant.text) }
        if arguments.count > 1, let constant = arguments[1].constant, IPAddress(constant.text.bytes) == nil {
            throw ScriptError("'\(constant.text)' is not an IP address")
        }
    }

    // MARK: - What rtpproxy_manage() does

    enum Managed {
        case operation(Operation)
        case code(Int)
    }

    func managed(_ context: ScriptContext) -> Managed {
        let message = context.message
        if context.routeKind == .branchFailure { return .code(1) }
        guard let method = message.cseq?.method else { return .code(Code.failure) }
        switch method {
        case .cancel, .bye: return .operation(.delete)
        case .invite, .ack, .update, .prack: break
        default: return .code(Code.failure)
        }
        let hasSession = SessionBody(message) != nil
        if message.isRequest {
            guard hasSession else { return .code(Code.failure) }
            if method == .ack || method == .prack { return .operation(.answer) }
            return .operation(method == .invite && context.routeKind == .failure ? .delete : .offer)
        }
        if let status = message.status, status >= 300 { return .operation(.delete) }
        guard hasSession else { return .code(Code.failure) }
        guard method == .invite, let callID = message.callID else { return .operation(.answer) }
        // A reply to a request that made no offer makes one itself.
        let offered = pool.calls.entry(callID, at: WallClock.now.seconds)?.offerSequence
        return .operation(offered != nil && offered == message.cseq?.number ? .answer : .offer)
    }

    // MARK: - Commands

    func run(_ operation: Operation, _ arguments: [Argument], _ context: ScriptContext) -> FunctionResult {
        let flags: ProxyFlags
        do {
            flags = try ProxyFlags(parsing: arguments.first?.text(in: context) ?? "")
        } catch {
            server.logger.error("flags of rtpproxy cannot be read", metadata: ["error": "\(error.message)"])
            return .failure
        }
        let isForward = context.message.isRequest ? operation != .answer : operation != .offer
        guard let call = call(context, flags, isSwapped: !isForward) else { return .failure }
        guard operation != .delete else { return delete(call, flags, context) }
        guard let body = SessionBody(context.message), let session = ProxySession(body.text) else { return .failure }
        guard flags.ignoresMark || !session.carries(mark) else { return .code(Code.alreadyRelayed) }
        var ownAddress: IPAddress?
        if arguments.count > 1 {
            guard let address = IPAddress(arguments[1].text(in: context).bytes) else { return .failure }
            ownAddress = address
        }
        let exchange = ProxyExchange(
            operation: flags.forcesLookup ? .answer : operation, flags: flags, call: call, session: session)
        return context.suspending { done in
            relay(exchange, 0, [], context) { relayed in
                guard let relayed else { return done(Code.noProxy) }
                session.rewrite(relayed, flags, ownAddress: ownAddress, mark: mark, &context.edits)
                done(1)
            }
        }
    }

    func call(_ context: ScriptContext, _ flags: ProxyFlags, isSwapped: Bool = false) -> ProxyCall? {
        let extra = extraID.read(context)
        return ProxyCall(context.message, flags, extra: extra.isNull ? nil : extra.text, isSwapped: isSwapped)
    }

    private struct ProxyExchange {
        let operation: Operation
        let flags: ProxyFlags
        let call: ProxyCall
        let session: ProxySession

        func command(_ index: Int, source: IPAddress?) -> ByteString {
            let medium = session.media[index]
            let own = IPAddress((medium.connection.address ?? "").bytes)
            let address = flags.trustsSession ? own ?? source : source ?? own
            var options = flags.options
            if flags.bridgesFamilies { options += own?.isIPv6 == true ? "EI" : "IE" }
            if address?.isIPv6 == true { options += "6" }
            let formats = medium.stream.formats.filter { $0.integerValue != nil }.prefix(64)
            if !formats.isEmpty {
                options += "c" + formats.dropFirst().reduce(formats[0]) { $0 + "," + $1 }
            }
            let letter: ByteString = operation == .answer ? "L" : "U"
            let text = letter + options + " " + call.name + " " + ByteString(address?.description ?? "0.0.0.0")
            let tags = call.tags(medium: index + 1, withTo: true)
            return text + " " + medium.stream.port + " " + tags
        }
    }

    /// Asks for one medium after the other.
    private func relay(
        _ exchange: ProxyExchange, _ index: Int, _ relayed: [ProxySession.Relayed], _ context: ScriptContext,
        _ completion: @escaping ([ProxySession.Relayed]?) -> Void
    ) {
        guard index < exchange.session.media.count else {
            note(exchange, context)
            return completion(relayed)
        }
        let text = exchange.command(index, source: context.received?.source.address)
        send(text, exchange.call, context) { [self] answer, node in
            guard let answer, let node else { return completion(nil) }
            guard let next = ProxySession.Relayed(answer) else {
                server.logger.warning(
                    "rtpproxy refused a command",
                    metadata: [
                        "node": "\(node.url)", "answer": "\(answer.trimmed())", "call.id": "\(exchange.call.callID)",
                    ])
                return completion(nil)
            }
            pool.calls.note(
                exchange.call.name, node,
                offerSequence: pool.calls.entry(exchange.call.name, at: WallClock.now.seconds)?.offerSequence,
                at: WallClock.now.seconds)
            instance.write(.string(ByteString(node.place)), context)
            relay(exchange, index + 1, relayed + [next], context, completion)
        }
    }

    /// Notes that a request made an offer, so that the reply is taken for an answer.
    private func note(_ exchange: ProxyExchange, _ context: ScriptContext) {
        guard exchange.operation == .offer, context.message.isRequest,
            let entry = pool.calls.entry(exchange.call.name, at: WallClock.now.seconds)
        else { return }
        for key in Set([exchange.call.name, exchange.call.callID]) {
            pool.calls.note(
                key, entry.node, offerSequence: context.message.cseq?.number, at: WallClock.now.seconds)
        }
    }

    private func delete(_ call: ProxyCall, _ flags: ProxyFlags, _ context: ScriptContext) -> FunctionResult {
        context.suspending { done in
            let tags = call.tags(medium: nil, withTo: !flags.omitsToTag)
            send("D " + call.name + " " + tags, call, context) { [self] answer, _ in
                pool.calls.remove(call.name)
                done(answer == nil ? Code.failure : 1)
            }
        }
    }

    /// Sends a command to the node of a call.
    func send(
        _ text: ByteString, _ call: ProxyCall, _ context: ScriptContext,
        _ completion: @escaping (ByteString?, RelayNode?) -> Void
    ) {
        let command = RelayPool.Command(
            bytes: text.array, set: context[SelectedSets.key]?.first ?? 0, callID: call.callID, key: call.name)
        pool.send(command, context.worker) { [self] result in
            if result == nil {
                server.logger.error("no rtpproxy answered a command", metadata: ["call.id": "\(call.callID)"])
            }
            completion(result?.0, result?.1)
        }
    }
}
