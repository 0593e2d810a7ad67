import ModuleInterface
import SIPMessage
import ScriptEngine

extension SIPUtilitiesModule {
    /// Functions that compare and change URIs.
    static var uriFunctions: [FunctionDescription<SIPUtilitiesModule>] {
        [
            FunctionDescription(
                "is_uri", [.format], summary: "Whether a text is a URI.",
                example: "if (is_uri(\"$var(contact)\")) { … }"
            ) { _, arguments in
                { Self.uri(arguments[0].text(in: $0)) == nil ? .failure : .success }
            },
            FunctionDescription(
                "cmp_uri", [.format, .format], summary: "Whether two URIs are equivalent (RFC 3261 §19.1.4).",
                example: "if (cmp_uri(\"$ru\", \"sip:bob@home.test\")) { … }"
            ) { _, arguments in
                comparison(arguments) { $0.isEquivalent(to: $1) }
            },
            FunctionDescription(
                "cmp_aor", [.format, .format], summary: "Whether user, host and port of two URIs are the same.",
                example: "if (cmp_aor(\"$fu\", \"$tu\")) { … }"
            ) { _, arguments in
                comparison(arguments) { first, second in
                    first.user == second.user && first.host.equalsIgnoringCase(second.host)
                        && first.port == second.port
                }
            },
            FunctionDescription(
                "is_gruu", [.format], required: 0,
                summary: "Whether the Request-URI or the given URI is a GRUU: 1 public, 2 temporary (RFC 5627).",
                example: "if (is_gruu()) { … }"
            ) { _, arguments in
                { context in
                    guard let uri = try? SIPURI.parse(arguments.first?.text(in: context) ?? context.requestURI) else {
                        return .failure
                    }
                    switch uri.parameter(named: "gr") {
                    case .absent: return .failure
                    case .flag: return .code(2)
                    case .value: return .success
                    }
                }
            },
            setter("set_uri_user", "Sets the user of the URI in a variable; an empty one takes it away.") { uri, user in
                uri.user = user.isEmpty ? nil : user
                uri.password = nil
                return true
            },
            setter("set_uri_host", "Sets the host of the URI in a variable.") { uri, host in
                guard !host.isEmpty else { return false }
                uri.host = host
                return true
            },
            FunctionDescription(
                "tel2sip", [.format, .format, .variable], routes: .beforeSending,
                summary: "Turns a tel URI into a SIP URI at a host; 2 when it is none, and the variable stays.",
                example: "tel2sip(\"$ru\", \"$fd\", \"$ru\");"
            ) { _, arguments throws(ScriptError) in
                guard arguments[2].variable?.write != nil else {
                    throw ScriptError("'\(arguments[2].source)' cannot be written")
                }
                return { Self.convert(arguments, $0) }
            },
        ]
    }

    private static func comparison(
        _ arguments: [Argument], _ isSame: @escaping @Sendable (SIPURI, SIPURI) -> Bool
    ) -> FunctionBody {
        { context in
            guard let first = uri(arguments[0].text(in: context)), let second = uri(arguments[1].text(in: context))
            else {
                return .code(-2)
            }
            return isSame(first, second) ? .success : .failure
        }
    }

    private static func setter(
        _ name: String, _ summary: String, _ set: @escaping @Sendable (inout SIPURI, ByteString) -> Bool
    ) -> FunctionDescription<SIPUtilitiesModule> {
        FunctionDescription(
            name, [.variable, .variable], summary: summary, example: "\(name)(\"$var(uri)\", \"$rd\");"
        ) { _, arguments throws(ScriptError) in
            guard let variable = arguments[0].variable, let write = variable.write else {
                throw ScriptError("'\(arguments[0].source)' cannot be written")
            }
            return { context in
                guard var uri = try? SIPURI.parse(variable.read(context).text),
                    uri.scheme == .sip || uri.scheme == .sips,
                    let value = arguments[1].variable?.read(context), !value.isNull, set(&uri, value.text)
                else { return .failure }
                return write(context, .string(uri.raw)) ? .success : .failure
            }
        }
    }

    /// A URI that is complete, in the schemes that this server knows.
    static func uri(_ text: ByteString) -> SIPURI? {
        guard let uri = try? SIPURI.parse(text) else { return nil }
        switch uri.scheme {
        case .sip, .sips: return uri.host.isEmpty ? nil : uri
        case .tel, .urn: return uri
        case .other: return nil
        }
    }

    /// RFC 3261 §19.1.6: visual separators of the number go, parameters are written in lower case.
    private static func convert(_ arguments: [Argument], _ context: ScriptContext) -> FunctionResult {
        let text = arguments[0].text(in: context)
        guard text.hasPrefixIgnoringCase("tel:") else { return .code(2) }
        let host = arguments[1].text(in: context)
        let rest = text.dropFirst(4)
        let numberEnd = rest.offset(of: UInt8(ascii: ";")) ?? rest.count
        let separators: [UInt8] = [0x2D, 0x2E, 0x28, 0x29]
        let number = ByteString(rest.prefix(numberEnd).bytes.filter { !separators.contains($0) })
        guard !number.isEmpty, !host.isEmpty else { return .failure }
        let uri = "sip:" + number + rest.dropFirst(numberEnd).lowercased() + "@" + host + ";user=phone"
        guard let write = arguments[2].variable?.write, write(context, .string(uri)) else { return .failure }
        return .success
    }
}

extension ByteString {
    /// How many bytes stand before the first such byte.
    func offset(of byte: UInt8) -> Int? {
        firstIndex(of: byte).map { $0 - range.lowerBound }
    }
}
