import ControlProtocol
package import ModuleInterface
import NIOCore
import OperatingSystem
import SIPMessage
package import ScriptEngine

/// Module `jsonrpcs`: JSON-RPC through a FIFO, a Unix datagram socket, HTTP (with xhttp) and from scripts.
package struct JSONRPCModule: ScriptModule {
    private let service: JSONRPCService
    private let fifo: FIFOServer?
    private let datagrams: DatagramServer?

    /// The bits of `transport`; 0 is all of them.
    private enum TransportBit {
        static let http = 1
        static let fifo = 2
        static let datagram = 4
    }

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let service = JSONRPCService(
            registry: server.methods, logger: server.logger, isPretty: parameters.flag("pretty_format"))
        self.service = service
        let transport = parameters.integer("transport")
        let isWanted = { (bit: Int) in transport == 0 || transport & bit != 0 }
        let folder = server.settings.runFolder
        fifo =
            isWanted(TransportBit.fifo)
            ? FIFOServer(try Self.fifo(parameters, folder), service: service, logger: server.logger) : nil
        datagrams =
            isWanted(TransportBit.datagram)
            ? DatagramServer(try Self.datagram(parameters, folder), service: service, logger: server.logger) : nil
    }

    /// Opens FIFO and socket.
    package func start() async throws {
        try await fifo?.start()
        try await datagrams?.start()
    }

    /// Closes and removes them.
    package func stop() async {
        await fifo?.stop()
        await datagrams?.stop()
    }

    private static func fifo(
        _ parameters: ModuleParameters, _ folder: String
    ) throws(ScriptError) -> FIFOServer.Configuration {
        var replyFolder = parameters.string("fifo_reply_dir")?.string ?? "/tmp/"
        if !replyFolder.hasSuffix("/") { replyFolder += "/" }
        return FIFOServer.Configuration(
            path: path(parameters.string("fifo_name")?.string ?? "kamailio_rpc.fifo", folder),
            mode: UInt32(parameters.integer("fifo_mode")), userID: try user("fifo_user", parameters),
            groupID: try group("fifo_group", parameters),
            replyFolder: replyFolder)
    }

    private static func datagram(
        _ parameters: ModuleParameters, _ folder: String
    ) throws(ScriptError) -> DatagramServer.Configuration {
        let address = parameters.string("dgram_socket")?.string ?? "kamailio_rpc.sock"
        guard !address.hasPrefix("udp:"), !address.hasPrefix("udp6:") else {
            throw ScriptError(
                "parameter 'dgram_socket': '\(address)' is no path",
                hint: "UDP would let anybody who can send to it control this server; use a Unix socket")
        }
        return DatagramServer.Configuration(
            path: path(address.hasPrefix("unix:") ? String(address.dropFirst(5)) : address, folder),
            mode: UInt32(parameters.integer("dgram_mode")), userID: try user("dgram_user", parameters),
            groupID: try group("dgram_group", parameters),
            sendMilliseconds: parameters.integer("dgram_timeout"))
    }

    /// Names without a folder are in the run folder.
    private static func path(_ name: String, _ folder: String) -> String {
        name.hasPrefix("/") ? name : folder + "/" + name
    }

    private static func user(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> UInt32? {
        guard let user = parameters.string(name)?.string, !user.isEmpty else { return nil }
        guard let account = AccountName.user(user) else {
            throw ScriptError("parameter '\(name)': there is no user '\(user)'")
        }
        return account.user
    }

    private static func group(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> UInt32? {
        guard let group = parameters.string(name)?.string, !group.isEmpty else { return nil }
        guard let number = AccountName.groupNumber(group) else {
            throw ScriptError("parameter '\(name)': there is no group '\(group)'")
        }
        return number
    }

    /// What the module offers.
    package static var description: ModuleDescription<JSONRPCModule> {
        ModuleDescription(
            name: "jsonrpcs", summary: "JSON-RPC through a FIFO, a datagram socket, HTTP and from scripts.",
            parameters: [
                .flag("pretty_format", true, "Lay answers out for people."),
                .integer("transport", 0, in: 0...7, "1 HTTP, 2 FIFO, 4 datagram, added up; 0 all of them."),
                .string("fifo_name", nil, "The FIFO; by default kamailio_rpc.fifo in the run folder."),
                .integer("fifo_mode", 0o660, in: 0...0o777, "The permissions of the FIFO."),
                .string("fifo_user", nil, "The user whom the FIFO belongs to."),
                .string("fifo_group", nil, "The group of the FIFO."),
                .string("fifo_reply_dir", "/tmp/", "The folder of the FIFOs that answers are written to."),
                .string("dgram_socket", nil, "The socket; by default kamailio_rpc.sock in the run folder."),
                .integer("dgram_mode", 0o660, in: 0...0o777, "The permissions of the socket."),
                .string("dgram_user", nil, "The user whom the socket belongs to."),
                .string("dgram_group", nil, "The group of the socket."),
                .integer("dgram_timeout", 2000, in: 1...60_000, "Milliseconds that a client may not read its answer."),
                .ignored("dgram_workers", because: "requests are answered at once, however many"),
            ],
            functions: [dispatch, execute], variables: [reply], methods: [echo])
    }

    private static var echo: ModuleMethod<JSONRPCModule> {
        ModuleMethod(
            MethodDescription(
                "jsonrpc.echo",
                parameters: [
                    .init("text", .string, optional: true, doc: "a text"),
                    .init("number", .integer, optional: true, doc: "a number"),
                ],
                summary: "Answers its parameters.", doc: "An array of them.", example: "sipcmd jsonrpc.echo hi 5")
        ) { _ in
            { call throws(MethodFault) in
                var values: [JSONValue] = []
                if let text = try call.optionalString(0, named: "text") { values.append(.string(text)) }
                if let number = try call.optionalInteger(1, named: "number") { values.append(.integer(number)) }
                return .value(.array(values))
            }
        }
    }

    // MARK: - Scripts

    /// The last answer that `jsonrpc_exec()` got for this message.
    private final class Reply {
        static let key = ContextKey<Reply>()
        let answer: JSONRPCService.Whole

        init(_ answer: JSONRPCService.Whole) {
            self.answer = answer
        }
    }

    private static var dispatch: FunctionDescription<JSONRPCModule> {
        FunctionDescription(
            "jsonrpc_dispatch", routes: [.request],
            summary: "Answers the request of JSON-RPC in the body of the request of HTTP.",
            example: "if ($hu =~ \"^/RPC\") { jsonrpc_dispatch(); exit; }"
        ) { module, _ in
            { context in
                guard context.message.isHTTP, !HTTPRequest.isAnswered(context) else { return .failure }
                return module.call(Array(context.message.body.bytes), "http", httpBytesMax, context) {
                    answer, context in
                    let isSent = HTTPRequest.reply(
                        context, status: answer.status, reason: ByteString(answer.reason),
                        contentType: "application/json", body: ByteString(answer.body))
                    return isSent ? 1 : -1
                }
            }
        }
    }

    /// An answer over HTTP is kept whole, since its length stands in front of it.
    private static let httpBytesMax = 256 << 20
    /// What a script can take.
    private static let scriptBytesMax = 1 << 20

    private static var execute: FunctionDescription<JSONRPCModule> {
        FunctionDescription(
            "jsonrpc_exec", [.format],
            summary: "Runs a request of JSON-RPC; the answer is in $jsonrpl(code), $jsonrpl(text), $jsonrpl(body).",
            example: "jsonrpc_exec('{\"jsonrpc\": \"2.0\", \"method\": \"dispatcher.reload\", \"id\": 1}');"
        ) { module, arguments in
            { context in
                let text = Array(arguments[0].text(in: context).bytes)
                let isRequest = if case .single(.success) = JSONRPCInput(text: text.span) { true } else { false }
                return module.call(text, "script", scriptBytesMax, context) { answer, context in
                    context[Reply.key] = Reply(answer)
                    return isRequest ? 1 : -1
                }
            }
        }
    }

    /// Suspends the script while a method runs.
    private func call(
        _ text: [UInt8], _ transport: String, _ bytesMax: Int, _ context: ScriptContext,
        then: @escaping (JSONRPCService.Whole, ScriptContext) -> Int
    ) -> FunctionResult {
        let loop = context.worker.eventLoop
        let service = service
        let bound = NIOLoopBound((context, then), eventLoop: loop)
        loop.makeFutureWithTask { await service.answer(text, from: transport, bytesMax: bytesMax) }.whenSuccess {
            let (context, then) = bound.value
            context.resume(returning: then($0, context))
        }
        return .suspended
    }

    private static var reply: VariableDescription<JSONRPCModule> {
        VariableDescription(
            ["jsonrpl"], inner: .required, summary: "the answer to jsonrpc_exec(): code, text, body"
        ) { _, reference throws(ScriptError) in
            let source = "$jsonrpl(" + (reference.inner ?? "") + ")"
            switch reference.inner?.string {
            case "code":
                return ScriptVariable(source: source) { context in
                    context[Reply.key].map { .integer($0.answer.status) } ?? .null
                }
            case "text":
                return ScriptVariable(source: source) { context in
                    context[Reply.key].map { .string(ByteString($0.answer.reason)) } ?? .null
                }
            case "body":
                return ScriptVariable(source: source) { context in
                    context[Reply.key].map { .string(ByteString($0.answer.body)) } ?? .null
                }
            default:
                throw ScriptError(
                    "unknown name '\((reference.inner ?? "").string)' in $jsonrpl()", hint: "it is code, text or body")
            }
        }
    }
}
