import ModuleInterface
import SIPMessage
import ScriptEngine

extension TextOperationsModule {
    /// Functions that only look at the message.
    static var questionFunctions: [Function] {
        [
            Function(
                "is_method", [.text], summary: "Whether the method is one of those given, with | between them.",
                example: "if (is_method(\"INVITE|SUBSCRIBE\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let methods = arguments[0].source.split(on: UInt8(ascii: "|")).map { Method($0.trimmed()) }
                guard !methods.contains(.other("")) else { throw ScriptError("a method is empty") }
                return { context in
                    guard let method = context.message.method else { return .failure }
                    return methods.contains(method) ? .success : .failure
                }
            },
            Function(
                "has_body", [.text], required: 0, summary: "Whether there is a body, of the given type.",
                example: "if (has_body(\"application/sdp\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let type = arguments.first.flatMap { $0.source.isEmpty ? nil : $0.source }
                if let type { try checkType(type) }
                return { context in
                    guard !context.message.body.isEmpty else { return .failure }
                    guard let type else { return .success }
                    guard let field = context.message.firstText(.contentType) else { return .failure }
                    let end = field.offset(of: UInt8(ascii: ";")) ?? field.count
                    return field.prefix(end).trimmed().equalsIgnoringCase(type) ? .success : .failure
                }
            },
            present("is_present_hf", .text), present("is_present_hf_pv", .format),
            presentMatching("is_present_hf_re"), presentMatching("is_present_hf_re_pv"),
            Function(
                "is_privacy", [.text], summary: "Whether Privacy asks for a kind of privacy (RFC 3323).",
                example: "if (is_privacy(\"id\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let kind = arguments[0].source
                guard privacyKinds.contains(where: kind.equalsIgnoringCase) else {
                    throw ScriptError("unknown privacy '\(kind)'", hint: privacyKinds.joined(separator: ", "))
                }
                return { context in
                    let fields = context.message.headers(named: .privacy)
                    let found = fields.contains { field in
                        let text = context.message.text(of: field)
                        return text.split(on: UInt8(ascii: ";")).flatMap { $0.split(on: UInt8(ascii: ",")) }
                            .contains { $0.trimmed().equalsIgnoringCase(kind) }
                    }
                    return found ? .success : .failure
                }
            },
            Function(
                "is_audio_on_hold",
                summary: "Whether SDP puts audio on hold: 1 by the address 0.0.0.0, 2 by sendonly or inactive.",
                example: "if (is_audio_on_hold()) { … }"
            ) { _, _ in
                { .code(SessionHold.of(audioIn: $0.message.body) ?? -1) }
            },
        ]
    }

    private static let privacyKinds = ["header", "session", "user", "none", "critical", "id", "history"]

    private static func present(_ name: String, _ kind: ParameterKind) -> Function {
        Function(
            name, [kind], summary: "Whether a header is there, in its long or compact form.",
            example: "if (\(name)(\"Diversion\")) { … }"
        ) { _, arguments in
            { context in
                let name = arguments[0].text(in: context)
                return context.message.headers(called: name).isEmpty ? .failure : .success
            }
        }
    }

    private static func presentMatching(_ name: String) -> Function {
        Function(
            name, [.regularExpression], summary: "Whether there is a header whose name matches.",
            example: "if (\(name)(\"^X-\")) { … }"
        ) { _, arguments throws(ScriptError) in
            let expression = try RegularExpression(arguments[0].source, .ignoresCase)
            return { context in
                let message = context.message
                return message.headers.contains { expression.matches(message.nameText(of: $0)) } ? .success : .failure
            }
        }
    }

    private static func checkType(_ type: ByteString) throws(ScriptError) {
        let parts = type.split(on: UInt8(ascii: "/"))
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ScriptError("'\(type)' is not a type of body", hint: "write it as application/sdp")
        }
    }
}
