import ModuleInterface
import SIPMessage
import ScriptEngine

extension SDPOperationsModule {
    typealias Function = FunctionDescription<SDPOperationsModule>

    private enum Code {
        static let failure = -1
        static let noSession = -2
        /// Kamailio's answer to questions about codecs.
        static let found = 2
    }

    /// The SDP of a message taken apart, or nil.
    static func document(_ context: ScriptContext) -> SessionDocument? {
        SessionBody(context.message).flatMap { SessionDocument($0.text) }
    }

    /// A comma-separated list.
    static func list(_ argument: Argument, _ context: ScriptContext) -> [ByteString] {
        argument.text(in: context).split(on: UInt8(ascii: ",")).map { $0.trimmed() }.filter { !$0.isEmpty }
    }

    private static func question(
        _ name: String, _ summary: String, _ example: String,
        _ test: @escaping @Sendable (SessionDocument.Stream, ByteString) -> Bool
    ) -> Function {
        Function(name, [.format], summary: summary, example: "if (\(name)(\"\(example)\")) { … }") { _, arguments in
            { context in
                let text = arguments[0].text(in: context)
                guard let document = document(context), !text.isEmpty else { return .failure }
                return document.streams.contains { test($0, text) } ? .success : .failure
            }
        }
    }

    /// Questions about media and codecs.
    static var questions: [Function] {
        [
            question("sdp_with_media", "Whether there is a medium of a kind.", "video") { $0.media == $1 },
            question("sdp_with_active_media", "Whether a medium of a kind is active.", "video") {
                $0.media == $1 && $0.isActive
            },
            question("sdp_with_transport", "Whether a medium has a transport.", "RTP/SAVP") { $0.transport == $1 },
            question("sdp_with_transport_like", "Whether the transport of a medium contains a text.", "SAVP") {
                $0.transport.range(of: $1) != nil
            },
            Function("sdp_with_ice", summary: "Whether there are ICE candidates.", example: "if (sdp_with_ice()) { … }")
            {
                _, _ in
                { context in
                    let lines = document(context)?.lines ?? []
                    let hasICE = lines.contains { $0.kind == UInt8(ascii: "a") && $0.value.hasPrefix("candidate:") }
                    return hasICE ? .success : .failure
                }
            },
            codecQuestion("sdp_with_codecs_by_id", "Whether one of these payload types is offered.", "0,8") { $1 },
            codecQuestion("sdp_with_codecs_by_name", "Whether one of these codecs is offered.", "PCMU,PCMA") {
                CodecNames.payloadTypes(named: $1, in: $0)
            },
        ]
    }

    private static func codecQuestion(
        _ name: String, _ summary: String, _ example: String,
        _ types: @escaping @Sendable (SessionDocument.Stream, [ByteString]) -> [ByteString]
    ) -> Function {
        Function(name, [.format], summary: summary, example: "if (\(name)(\"\(example)\")) { … }") { _, arguments in
            { context in
                let wanted = list(arguments[0], context)
                guard let document = document(context), !wanted.isEmpty else { return .failure }
                let isThere = document.streams.contains { !Set(types($0, wanted)).isDisjoint(with: $0.formats) }
                return isThere ? .code(Code.found) : .failure
            }
        }
    }

    /// Functions that take something out of SDP into a variable.
    static var contents: [Function] {
        [
            Function(
                "sdp_content", [.format], required: 0, summary: "Whether there is SDP in the message.",
                example: "if (sdp_content()) { … }"
            ) { _, _ in
                { SessionBody($0.message) != nil ? .success : .failure }
            },
            reading("sdp_get", "Puts the SDP into a variable; -2 without any.") { context, _ in
                SessionBody(context.message)?.text
            },
            Function(
                "sdp_get_line_startswith", [.variable, .format],
                summary: "Puts the first line that begins with a text into a variable; -1 without one, -2 without SDP.",
                example: "sdp_get_line_startswith(\"$avp(mline)\", \"m=\");"
            ) { _, arguments throws(ScriptError) in
                let write = try writable(arguments[0])
                return { context in
                    guard let body = SessionBody(context.message) else { return .code(Code.noSession) }
                    let prefix = arguments[1].text(in: context)
                    let lines = body.text.split(on: 0x0A).lazy.map { $0.trimmed() }
                    guard !prefix.isEmpty, let line = lines.first(where: { $0.hasPrefix(prefix) }) else {
                        return .failure
                    }
                    return write(context, .string(line)) ? .success : .failure
                }
            },
            Function(
                "sdp_transport", [.variable],
                summary: "Puts the transport that all media have into a variable; -2 when they differ.",
                example: "sdp_transport(\"$avp(transport)\");"
            ) { _, arguments throws(ScriptError) in
                let write = try writable(arguments[0])
                return { context in
                    guard let streams = document(context)?.streams, let first = streams.first else { return .failure }
                    guard streams.allSatisfy({ $0.transport == first.transport }) else { return .code(Code.noSession) }
                    return write(context, .string(first.transport)) ? .success : .failure
                }
            },
            Function(
                "sdp_get_address_family", summary: "4 or 6, as the first c= line says.",
                example: "if (sdp_get_address_family() == 6) { … }"
            ) { _, _ in
                { context in
                    let line = document(context)?.lines.first { $0.kind == UInt8(ascii: "c") }
                    if line?.addressFamily == "IP4" { return .code(4) }
                    return line?.addressFamily == "IP6" ? .code(6) : .failure
                }
            },
            Function(
                "sdp_print", [.integer], summary: "Writes the media to the log at a level.",
                example: "sdp_print(\"1\");"
            ) { _, arguments in
                { context in
                    guard let document = document(context), let level = arguments[0].integer(in: context) else {
                        return .failure
                    }
                    for (index, stream) in document.streams.enumerated() {
                        let formats = stream.formats.map(\.string).joined(separator: " ")
                        let text = "medium \(index): \(stream.media) \(stream.port) \(stream.transport) \(formats)"
                        context.host.log(level: level, ByteString(text), in: context)
                    }
                    return .success
                }
            },
        ]
    }

    static func writable(
        _ argument: Argument
    ) throws(ScriptError) -> @Sendable (ScriptContext, ScriptValue) -> Bool {
        guard let write = argument.variable?.write else {
            throw ScriptError("'\(argument.source)' cannot be written")
        }
        return write
    }

    private static func reading(
        _ name: String, _ summary: String, _ read: @escaping @Sendable (ScriptContext, Int) -> ByteString?
    ) -> Function {
        Function(name, [.variable], summary: summary, example: "\(name)(\"$avp(sdp)\");") {
            _, arguments throws(ScriptError) in
            let write = try writable(arguments[0])
            return { context in
                guard let text = read(context, 0) else { return .code(Code.noSession) }
                return write(context, .string(text)) ? .success : .failure
            }
        }
    }
}
