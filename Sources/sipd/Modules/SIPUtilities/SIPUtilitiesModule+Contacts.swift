import ModuleInterface
import SIPMessage
import ScriptEngine

extension SIPUtilitiesModule {
    private static let contactRoutes: RouteMask = [.request, .onReply, .coreReply]

    private enum Code {
        static let notEncoded = -26
        static let malformed = -2
    }

    /// Functions that hide the URIs of Contact, and find them again.
    static var contactFunctions: [FunctionDescription<SIPUtilitiesModule>] { encodings + contactParameters }

    private static var encodings: [FunctionDescription<SIPUtilitiesModule>] {
        [
            FunctionDescription(
                "encode_contact", [.format, .format], routes: contactRoutes,
                summary: "Hides the URIs of Contact in the user part of URIs of a host.",
                example: "encode_contact(\"natted_client\", \"192.0.2.1\");"
            ) { module, arguments in
                { context in
                    let (prefix, host) = (arguments[0].text(in: context), arguments[1].text(in: context))
                    return .code(
                        rewriteContacts(context) {
                            module.contactEncoding.encode($0, prefix: prefix, host: host).map { .replace($0) }
                                ?? .fail(-1)
                        })
                }
            },
            FunctionDescription(
                "decode_contact", routes: .request,
                summary: "Finds the URI that encode_contact() hid in the Request-URI; -26 without one.",
                example: "decode_contact();"
            ) { module, _ in
                { context in
                    guard let uri = try? SIPURI.parse(context.target.uri ?? context.message.requestURI ?? "") else {
                        return .failure
                    }
                    switch module.decoded(uri) {
                    case .replace(let text):
                        context.target.uri = text
                        return .success
                    case .keep: return .success
                    case .fail(let code): return .code(code)
                    }
                }
            },
            FunctionDescription(
                "decode_contact_header", routes: contactRoutes,
                summary: "Finds the URIs that encode_contact() hid in Contact; -26 when there are none.",
                example: "decode_contact_header();"
            ) { module, _ in
                { .code(rewriteContacts($0, module.decoded)) }
            },
        ]
    }

    private static var contactParameters: [FunctionDescription<SIPUtilitiesModule>] {
        [
            FunctionDescription(
                "contact_param_encode", [.format, .format], routes: contactRoutes,
                summary: "Puts a URI in the place of those of Contact, with these in a parameter of it.",
                example: "contact_param_encode(\"ksu\", \"sip:192.0.2.1:5060\");"
            ) { _, arguments in
                { context in
                    let (name, server) = (arguments[0].text(in: context), arguments[1].text(in: context))
                    guard !name.isEmpty, (try? SIPURI.parse(server)) != nil else { return .failure }
                    return .code(
                        rewriteContacts(context) {
                            .replace(server + ";" + name + "=" + Base64.encode($0.bytes, .url, padded: false))
                        })
                }
            },
            FunctionDescription(
                "contact_param_decode", [.format], routes: contactRoutes,
                summary: "Puts the URIs back into Contact that contact_param_encode() took.",
                example: "contact_param_decode(\"ksu\");"
            ) { _, arguments in
                { context in
                    let name = arguments[0].text(in: context)
                    return .code(rewriteContacts(context) { original(of: $0, name) })
                }
            },
            FunctionDescription(
                "contact_param_decode_ruri", [.format], routes: .request,
                summary: "Puts the URI into the Request-URI that contact_param_encode() took.",
                example: "contact_param_decode_ruri(\"ksu\");"
            ) { _, arguments in
                { context in
                    guard let uri = try? SIPURI.parse(context.target.uri ?? context.message.requestURI ?? "") else {
                        return .failure
                    }
                    switch original(of: uri, arguments[0].text(in: context)) {
                    case .replace(let text):
                        context.target.uri = text
                        return .success
                    case .keep: return .success
                    case .fail(let code): return .code(code)
                    }
                }
            },
            FunctionDescription(
                "contact_param_rm", [.format], routes: contactRoutes,
                summary: "Takes a parameter out of the URIs of Contact.", example: "contact_param_rm(\"ksu\");"
            ) { _, arguments in
                { context in
                    let name = arguments[0].text(in: context)
                    for uri in contactURIs(context) {
                        let found = ParameterList(uri.parameters).filter { $0.name.equalsIgnoringCase(name) }
                        for parameter in found {
                            context.edits.delete((parameter.range.lowerBound - 1)..<parameter.range.upperBound)
                        }
                    }
                    return .success
                }
            },
        ]
    }

    // MARK: - Contacts

    private enum Rewriting {
        case replace(ByteString)
        case keep
        case fail(Int)
    }

    private static func contactURIs(_ context: ScriptContext) -> [SIPURI] {
        ((try? context.message.contacts()) ?? []).filter { !$0.isWildcard }.compactMap(\.parsedURI)
    }

    /// Rewrites the URIs of all Contacts, or none of them; 1 or the code of the first that failed.
    private static func rewriteContacts(_ context: ScriptContext, _ rewrite: (SIPURI) -> Rewriting) -> Int {
        var replacements: [(Range<Int>, ByteString)] = []
        for uri in contactURIs(context) {
            switch rewrite(uri) {
            case .replace(let text): replacements.append((uri.raw.range, text))
            case .keep: break
            case .fail(let code): return code
            }
        }
        for (range, text) in replacements { context.edits.replace(range, with: text) }
        return 1
    }

    private func decoded(_ uri: SIPURI) -> Rewriting {
        do throws(ContactEncoding.Problem) {
            return .replace(try contactEncoding.decode(uri))
        } catch {
            switch error {
            case .notEncoded: return .fail(Code.notEncoded)
            case .malformed: return .fail(Code.malformed)
            }
        }
    }

    /// The URI in a parameter of another; what has no such parameter stays.
    private static func original(of uri: SIPURI, _ name: ByteString) -> Rewriting {
        guard let value = uri.parameter(named: name).text else { return .keep }
        guard let bytes = Base64.decode(value, .url), let text = try? SIPURI.parse(bytes).bytes else {
            return .fail(-1)
        }
        return .replace(text)
    }
}
