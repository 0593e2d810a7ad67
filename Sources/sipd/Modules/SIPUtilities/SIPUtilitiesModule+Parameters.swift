import ModuleInterface
import SIPMessage
import ScriptEngine

extension SIPUtilitiesModule {
    private static let changingRoutes: RouteMask = [.request, .failure, .branch]

    /// Functions that look at and change the parameters of the Request-URI.
    static var parameterFunctions: [FunctionDescription<SIPUtilitiesModule>] {
        [
            FunctionDescription(
                "uri_param", [.format, .format], required: 1, routes: [.request, .failure, .branch],
                summary: "Whether the Request-URI has a parameter without value, or with the given one.",
                example: "if (uri_param(\"transport\", \"tcp\")) { … }"
            ) { _, arguments in
                { context in
                    let found = Self.requestURI(context)?.parameter(named: arguments[0].text(in: context))
                    guard arguments.count > 1 else { return found == .flag ? .success : .failure }
                    return found == .value(arguments[1].text(in: context)) ? .success : .failure
                }
            },
            FunctionDescription(
                "uri_param_any", [.format], routes: [.request, .failure, .branch],
                summary: "Whether the Request-URI has a parameter, with or without value.",
                example: "if (uri_param_any(\"gr\")) { … }"
            ) { _, arguments in
                { context in
                    let found = Self.requestURI(context)?.parameter(named: arguments[0].text(in: context))
                    return found?.isPresent == true ? .success : .failure
                }
            },
            FunctionDescription(
                "get_uri_param", [.text, .variable], routes: .request,
                summary: "Puts the value of a parameter of the Request-URI into a variable.",
                example: "get_uri_param(\"transport\", \"$var(transport)\");"
            ) { _, arguments throws(ScriptError) in
                guard let write = arguments[1].variable?.write else {
                    throw ScriptError("'\(arguments[1].source)' cannot be written")
                }
                let name = arguments[0].source
                return { context in
                    guard let found = Self.requestURI(context)?.parameter(named: name), found.isPresent else {
                        return .failure
                    }
                    return write(context, .string(found.text ?? "")) ? .success : .failure
                }
            },
            FunctionDescription(
                "add_uri_param", [.format], routes: .request,
                summary: "Adds a parameter to the Request-URI.", example: "add_uri_param(\"nat=yes\");"
            ) { _, arguments in
                { context in
                    let parameter = arguments[0].text(in: context)
                    guard !parameter.isEmpty else { return .success }
                    guard var uri = try? SIPURI.parse(context.requestURI), uri.scheme != .tel else { return .failure }
                    uri.parameters = uri.parameters.isEmpty ? parameter : uri.parameters + ";" + parameter
                    context.target.uri = uri.raw
                    return .success
                }
            },
            FunctionDescription(
                "uri_param_rm", [.format], routes: changingRoutes,
                summary: "Takes a parameter out of the Request-URI.", example: "uri_param_rm(\"transport\");"
            ) { _, arguments in
                { Self.remove(arguments[0].text(in: $0), $0) }
            },
        ]
    }

    private static func requestURI(_ context: ScriptContext) -> SIPURI? {
        try? SIPURI.parse(context.requestURI)
    }

    private static func remove(_ name: ByteString, _ context: ScriptContext) -> FunctionResult {
        guard var uri = try? SIPURI.parse(context.requestURI), uri.parameter(named: name).isPresent else {
            return .failure
        }
        let kept = uri.parameters.split(on: UInt8(ascii: ";")).filter { text in
            let end = text.offset(of: UInt8(ascii: "=")) ?? text.count
            return !text.prefix(end).trimmed().equalsIgnoringCase(name)
        }
        uri.parameters = ByteString(Array(kept.map(\.array).joined(separator: [UInt8(ascii: ";")])))
        context.target.uri = uri.raw
        return .success
    }
}

extension SIPUtilitiesModule {
    /// Functions around Remote-Party-ID.
    static var remotePartyFunctions: [FunctionDescription<SIPUtilitiesModule>] {
        [
            FunctionDescription(
                "append_rpid_hf", [.text, .text], required: 0, routes: [.request, .failure, .branch],
                summary: "Appends Remote-Party-ID with the URI of rpid_avp between prefix and suffix.",
                example: "append_rpid_hf();"
            ) { module, arguments throws(ScriptError) in
                guard arguments.count != 1 else {
                    throw ScriptError("one argument is not enough", hint: "give prefix and suffix, or neither")
                }
                let prefix = arguments.first?.source ?? module.remotePartyPrefix
                let suffix = arguments.count > 1 ? arguments[1].source : module.remotePartySuffix
                return { context in
                    guard let uri = module.remoteParty(context) else { return .failure }
                    context.edits.appendHeader("Remote-Party-ID: " + prefix + uri + suffix + "\r\n")
                    return .success
                }
            },
            FunctionDescription(
                "is_rpid_user_e164", routes: .request,
                summary: "Whether the user of the URI in rpid_avp is an E.164 number.",
                example: "if (is_rpid_user_e164()) { … }"
            ) { module, _ in
                { context in
                    guard let text = module.remoteParty(context) else { return .failure }
                    let uri = (try? NameAddress.parse(text))?.uri ?? text
                    return Self.isE164((try? SIPURI.parse(uri))?.user ?? uri) ? .success : .failure
                }
            },
        ]
    }

    private func remoteParty(_ context: ScriptContext) -> ByteString? {
        guard let name = remotePartyAttribute, let value = context.attributes.values[name]?.last, !value.isNull else {
            return nil
        }
        return value.text
    }
}
