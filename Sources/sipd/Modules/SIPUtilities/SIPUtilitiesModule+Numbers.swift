import ModuleInterface
import SIPMessage
import ScriptEngine

extension SIPUtilitiesModule {
    /// Functions that look at texts and telephone numbers.
    static var numberFunctions: [FunctionDescription<SIPUtilitiesModule>] {
        [
            test("is_numeric", "Whether a text consists of digits.") { text in
                text.isEmpty || !text.bytes.allSatisfy(isDigit) ? -2 : 1
            },
            test("is_alphanum", "Whether a text consists of letters and digits.") { text in
                text.isEmpty ? -2 : text.bytes.allSatisfy(isAlphanumeric) ? 1 : -3
            },
            test("is_tel_number", "Whether a text is a telephone number: digits, perhaps with + in front.") { text in
                let digits = text.first == UInt8(ascii: "+") ? text.dropFirst() : text
                return digits.isEmpty || !digits.bytes.allSatisfy(isDigit) ? -2 : 1
            },
            FunctionDescription(
                "is_alphanumex", [.format, .format],
                summary: "Whether a text consists of letters, digits and the given characters.",
                example: "if (is_alphanumex(\"$rU\", \"+.-_\")) { … }"
            ) { _, arguments in
                { context in
                    let text = arguments[0].text(in: context)
                    let others = arguments[1].text(in: context)
                    guard !text.isEmpty else { return .code(-2) }
                    return text.bytes.allSatisfy { Self.isAlphanumeric($0) || others.contains($0) }
                        ? .success : .code(-3)
                }
            },
            FunctionDescription(
                "is_e164", [.variable], routes: [.request, .failure],
                summary: "Whether a variable holds an E.164 number: + and 2 to 15 digits.",
                example: "if (is_e164(\"$fU\")) { … }"
            ) { _, arguments in
                { Self.isE164(Self.text(of: arguments[0], $0)) ? .success : .failure }
            },
            FunctionDescription(
                "is_uri_user_e164", [.variable],
                summary: "Whether the user of the URI in a variable is an E.164 number.",
                example: "if (is_uri_user_e164(\"$fu\")) { … }"
            ) { _, arguments in
                { context in
                    let uri = try? SIPURI.parse(Self.text(of: arguments[0], context))
                    return Self.isE164(uri?.user ?? "") ? .success : .failure
                }
            },
        ]
    }

    private static func test(
        _ name: String, _ summary: String, _ judge: @escaping @Sendable (ByteString) -> Int
    ) -> FunctionDescription<SIPUtilitiesModule> {
        FunctionDescription(name, [.format], summary: summary, example: "if (\(name)(\"$rU\")) { … }") { _, arguments in
            { .code(judge(arguments[0].text(in: $0))) }
        }
    }

    /// The text of an argument that is one variable.
    static func text(of argument: Argument, _ context: ScriptContext) -> ByteString {
        argument.variable?.read(context).text ?? ""
    }

    /// E.164 numbers as Kamailio takes them: + and 2 to 15 digits.
    static func isE164(_ text: ByteString) -> Bool {
        (3...16).contains(text.count) && text.first == UInt8(ascii: "+") && text.dropFirst().bytes.allSatisfy(isDigit)
    }

    @Sendable
    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39
    }

    @Sendable
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }
}
