import SIPMessage

/// Internal errors that are told to the caller of a request, by their number (Kamailio: `ser_error`).
package enum InternalError {
    /// The message could not be sent.
    package static let sendFailed = -477
    /// The host cannot be resolved.
    package static let unresolvable = -478
    /// A URI cannot be read.
    package static let badURI = -400
    /// There are too many branches.
    package static let tooManyBranches = -480

    /// The reply that tells the caller, with Kamailio's codes and phrases.
    ///
    /// - Parameters:
    ///   - code: the error, 0 when nothing is known.
    ///   - module: `SL` or `TM`, which stands behind the number.
    /// - Returns: the reply.
    package static func reply(for code: Int, module: String) -> LocalReply {
        switch code {
        case sendFailed: reply(477, "Unfortunately error on sending to next hop occurred", 477, module)
        case unresolvable: reply(478, "Unresolvable destination", 478, module)
        case badURI: reply(400, "Bad URI", 400, module)
        case tooManyBranches: reply(500, "Too many branches", 480, module)
        default: reply(500, "I'm terribly sorry, server error occurred", code == 0 ? 1 : abs(code), module)
        }
    }

    private static func reply(_ status: Int, _ text: String, _ number: Int, _ module: String) -> LocalReply {
        LocalReply(status, ByteString("\(text) (\(number)/\(module))"))
    }
}
