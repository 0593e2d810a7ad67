package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `siputils`: questions about messages, URIs and telephone numbers.
package struct SIPUtilitiesModule: ScriptModule {
    let contactEncoding: ContactEncoding
    let optionsHeaders: ByteString
    let remotePartyPrefix: ByteString
    let remotePartySuffix: ByteString
    /// The name of the AVP that `append_rpid_hf()` takes the URI from.
    let remotePartyAttribute: ByteString?

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let separator = parameters.string("contact_flds_separator") ?? "*"
        guard separator.count == 1, let byte = separator.first, byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "@")
        else {
            throw ScriptError("contact_flds_separator '\(separator)' is not one character")
        }
        contactEncoding = ContactEncoding(separator: byte)
        var headers: ByteString = ""
        for (name, parameter) in Self.optionsParameters {
            headers = headers + ByteString(name) + ": " + (parameters.string(parameter) ?? "") + "\r\n"
        }
        optionsHeaders = headers
        remotePartyPrefix = parameters.string("rpid_prefix") ?? ""
        remotePartySuffix = parameters.string("rpid_suffix") ?? ""
        remotePartyAttribute = try parameters.string("rpid_avp").map { text throws(ScriptError) in
            try Self.attributeName(text)
        }
    }

    private static let optionsParameters = [
        ("Accept", "options_accept"), ("Accept-Encoding", "options_accept_encoding"),
        ("Accept-Language", "options_accept_language"), ("Supported", "options_support"),
    ]

    private static func attributeName(_ text: ByteString) throws(ScriptError) -> ByteString {
        guard text.hasPrefix("$avp("), text.hasSuffix(")"), text.count > 6 else {
            throw ScriptError("parameter 'rpid_avp' is '\(text)'", hint: "write it as \"$avp(rpid)\"")
        }
        let name = text.dropFirst(5).dropLast()
        return name.hasPrefix("s:") ? name.dropFirst(2) : name
    }

    /// What the module offers.
    package static var description: ModuleDescription<SIPUtilitiesModule> {
        ModuleDescription(
            name: "siputils", summary: "Questions about messages, URIs and telephone numbers.",
            parameters: [
                .string("options_accept", "*/*", "the Accept header of options_reply()"),
                .string("options_accept_encoding", "", "the Accept-Encoding header of options_reply()"),
                .string("options_accept_language", "en", "the Accept-Language header of options_reply()"),
                .string("options_support", "", "the Supported header of options_reply()"),
                .string("rpid_prefix", "", "what stands before the URI in append_rpid_hf()"),
                .string(
                    "rpid_suffix", ";party=calling;id-type=subscriber;screen=yes",
                    "what stands behind the URI in append_rpid_hf()"),
                .string("rpid_avp", nil, "the AVP that append_rpid_hf() takes the URI from"),
                .ignored("ring_timeout", because: "Call-IDs of rings are not kept"),
                .string("contact_flds_separator", "*", "what stands between the fields of encode_contact()"),
            ],
            functions: contactFunctions + messageFunctions + numberFunctions + uriFunctions + parameterFunctions
                + remotePartyFunctions)
    }
}
