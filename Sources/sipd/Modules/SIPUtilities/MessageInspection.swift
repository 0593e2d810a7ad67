import ModuleInterface
import SIPMessage

/// Looks for what is wrong with a message; knows nothing of scripts (Kamailio: sanity's `check_…` functions).
struct MessageInspection {
    /// A check that failed, with the reply it deserves; nil for one that is better not answered.
    struct Failure {
        let reply: LocalReply?

        static let silent = Failure(reply: nil)

        init(reply: LocalReply?) {
            self.reply = reply
        }

        init(_ reason: String) {
            reply = LocalReply(400, ByteString(reason))
        }
    }

    let message: SIPMessage
    /// The Request-URI that the script has set, or nil for that of the message.
    let uri: ByteString?
    /// What Proxy-Require may name.
    let extensions: [ByteString]

    /// Makes the checks in the order of their numbers, but for the topmost Via, which comes before the other Vias.
    func firstFailure(_ checks: MessageChecks, _ uriChecks: URIChecks) -> Failure? {
        if checks.contains(.uriVersion), let failure = version() { return failure }
        if checks.contains(.uriScheme), let failure = scheme() { return failure }
        if checks.contains(.requiredHeaders), let failure = requiredHeaders() { return failure }
        if checks.contains(.topVia), let failure = topVia() { return failure }
        if checks.contains(.viaVersion), let failure = viaVersion() { return failure }
        if checks.contains(.cseqMethod), let failure = cseqMethod() { return failure }
        if checks.contains(.cseqNumber), let failure = cseqNumber() { return failure }
        if checks.contains(.contentLength), let failure = contentLength() { return failure }
        if checks.contains(.expires), let failure = expires() { return failure }
        if checks.contains(.proxyRequire), let failure = proxyRequire() { return failure }
        if checks.contains(.uris), let failure = uris(uriChecks) { return failure }
        if checks.contains(.digest) || checks.contains(.authorization), let failure = authorization() { return failure }
        return checks.contains(.duplicateTags) ? duplicateTags() : nil
    }

    // MARK: - Start line

    private func version() -> Failure? {
        guard message.isRequest, !message.version.equalsIgnoringCase("SIP/2.0") else { return nil }
        return Failure(reply: LocalReply(505, "Version Not Supported"))
    }

    private func scheme() -> Failure? {
        guard message.isRequest else { return nil }
        return requestURI()
    }

    private func requestURI() -> Failure? {
        isUsable(uri ?? message.requestURI) ? nil : Failure("Bad Request URI")
    }

    /// Whether it is a URI of a scheme that can be routed.
    private func isUsable(_ text: ByteString?) -> Bool {
        guard let text, let parsed = try? SIPURI.parse(text) else { return false }
        switch parsed.scheme {
        case .sip, .sips: return !parsed.host.isEmpty && parsed.user?.isEmpty != true
        case .tel, .urn: return true
        case .other: return false
        }
    }

    // MARK: - Headers

    private func requiredHeaders() -> Failure? {
        for defect in message.defects {
            switch defect.kind {
            case .badHeaderLine, .duplicateHeader: return .silent
            case .badValue: if defect.header == .contentLength { return .silent }
            case .missingHeader, .cseqMethodMismatch, .unsupportedVersion, .badRequestURI, .uriTooLong,
                .unterminatedHeaders, .bodyShorterThanContentLength:
                break
            }
        }
        let hasAll =
            message.has(.to) && message.has(.from) && message.has(.cseq) && message.has(.callID) && message.has(.via)
        return hasAll ? nil : Failure("Missing Required Header in Request")
    }

    private func topVia() -> Failure? {
        guard message.isRequest, message.topVia == nil else { return nil }
        return Failure("Missing Required Via Header")
    }

    private func viaVersion() -> Failure? {
        // Nearly all requests come with one Via, which was read with the message.
        if let via = message.topVia, via.isVersion2, message.headers.count(where: { $0.name == .via }) == 1,
            message.firstHeader(.via)?.bodyRange == via.range
        {
            return nil
        }
        guard let vias = try? message.vias() else { return Failure("Bad Via Header") }
        let isGood = vias.allSatisfy { $0.protocolVersion.equalsIgnoringCase("SIP/2.0") }
        return isGood ? nil : Failure(reply: LocalReply(505, "Version Not Supported in Via"))
    }

    private func cseqMethod() -> Failure? {
        guard message.isRequest, let method = message.method else { return nil }
        guard let text = message.firstText(.cseq) else { return Failure("Missing CSeq Header") }
        // The value has no white space at its end; a folded line has a line end in front of the blank.
        let word = text.bytes.lastIndex { $0 <= 0x20 }.map { ByteString(text.bytes[($0 + 1)...]) } ?? text
        return word == method.bytes ? nil : Failure("CSeq method does not match request method")
    }

    private func cseqNumber() -> Failure? {
        guard let text = message.firstText(.cseq) else { return Failure("Missing CSeq Header") }
        let word = text.bytes.firstIndex { $0 <= 0x20 }.map { ByteString(text.bytes[..<$0]) } ?? text
        return Self.isNumber(word) ? nil : Failure("CSeq number is illegal")
    }

    private func contentLength() -> Failure? {
        guard message.has(.contentLength) else { return nil }
        guard let announced = message.contentLength else { return .silent }
        let arrived = message.buffer.count - message.bodyRange.lowerBound
        return announced == arrived ? nil : Failure("Content-Length mis-match")
    }

    private func expires() -> Failure? {
        guard let text = message.firstText(.expires) else { return nil }
        guard !text.isEmpty else { return Failure("Bad Expires Header") }
        return Self.isNumber(text) ? nil : Failure("Expires value is illegal")
    }

    /// Whether it is a number of 32 bits; Kamailio lets the first one above pass too.
    private static func isNumber(_ text: ByteString) -> Bool {
        guard !text.isEmpty, text.count <= 10, let number = text.integerValue else { return false }
        return text.bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && number <= 4_294_967_296
    }

    private func proxyRequire() -> Failure? {
        guard message.isRequest else { return nil }
        for required in message.values(.proxyRequire) {
            let required = required.trimmed()
            guard !extensions.contains(where: required.equalsIgnoringCase) else { continue }
            return Failure(
                reply: LocalReply(
                    420, "Bad Proxy Require Extension", headers: "Unsupported: " + required + "\r\n"))
        }
        return nil
    }

    // MARK: - URIs

    private func uris(_ checks: URIChecks) -> Failure? {
        if checks.contains(.request), message.isRequest, let failure = requestURI() { return failure }
        if checks.contains(.from), !isUsable(message.from?.uri) { return Failure("Invalid From Header") }
        if checks.contains(.to), !isUsable(message.to?.uri) { return Failure("Invalid To Header") }
        return checks.contains(.contact) ? contacts() : nil
    }

    private func contacts() -> Failure? {
        guard let contacts = try? message.contacts() else { return Failure("Bad Contact Header") }
        for contact in contacts where !contact.isWildcard && !isUsable(contact.uri) {
            return Failure(contact.isBracketed ? "Bad Contact URI" : "Bad Contact Header")
        }
        return nil
    }

    // MARK: - Credentials

    private func authorization() -> Failure? {
        for name in [HeaderName.authorization, .proxyAuthorization] {
            for field in message.headers(named: name) {
                if let failure = Self.check(message.text(of: field)) { return failure }
            }
        }
        return nil
    }

    private static func check(_ text: ByteString) -> Failure? {
        let quotes = text.bytes.count { $0 == UInt8(ascii: "\"") }
        guard quotes.isMultiple(of: 2), let credentials = try? Credentials.parse(text) else {
            return Failure("Bad Auth Header")
        }
        guard credentials.isDigest else { return .silent }
        let required = [
            credentials.username, credentials.realm, credentials.nonce, credentials.uri, credentials.response,
        ]
        guard !required.contains(nil) else { return Failure("Bad Auth Credentials") }
        return credentials.username?.isEmpty == true ? Failure("Auth Empty User") : nil
    }

    private func duplicateTags() -> Failure? {
        if Self.tagCount(message.from) > 1 { return Failure("Many From Tag Params") }
        if Self.tagCount(message.to) > 1 { return Failure("Many To Tag Params") }
        return nil
    }

    private static func tagCount(_ address: NameAddress?) -> Int {
        guard let address else { return 0 }
        return ParameterList(address.parameters).reduce(0) { $0 + ($1.name.equalsIgnoringCase("tag") ? 1 : 0) }
    }
}
