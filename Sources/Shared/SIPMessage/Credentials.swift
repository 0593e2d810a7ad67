/// The value of an Authorization or Proxy-Authorization header (RFC 3261 §25.1, RFC 8760).
///
/// `Digest username="alice", realm="example.com", nonce="...", uri="sip:example.com", response="..."`. Values come
/// without quotes; nil for those absent.
package struct Credentials: Hashable, Sendable {
    /// Where the values of the parameters of RFC 3261 §25.1 stand, relative to the text.
    ///
    /// A check of credentials asks for most of them more than once, so they are found in one pass.
    private struct Places: Hashable {
        var username = TextRange.none
        var realm = TextRange.none
        var nonce = TextRange.none
        var uri = TextRange.none
        var response = TextRange.none
        var algorithm = TextRange.none
        var cnonce = TextRange.none
        var opaque = TextRange.none
        var qop = TextRange.none
        var nc = TextRange.none
    }

    private let list: AuthenticationParameters
    private let places: Places

    /// Reads the body of a header field.
    package static func parse(_ text: ByteString) throws(SIPParseError) -> Credentials {
        let list = try AuthenticationParameters.parse(text)
        return Credentials(list: list, places: findPlaces(list))
    }

    /// The body as written.
    package var text: ByteString { list.text }
    /// The scheme as written, like `Digest`.
    package var scheme: ByteString { list.scheme }
    /// Tells whether the scheme is Digest.
    package var isDigest: Bool { list.scheme.equalsIgnoringCase("Digest") }

    /// The user's name.
    package var username: ByteString? { value(places.username) }
    /// The realm the password is for.
    package var realm: ByteString? { value(places.realm) }
    /// The server's nonce.
    package var nonce: ByteString? { value(places.nonce) }
    /// The URI that the response covers.
    package var uri: ByteString? { value(places.uri) }
    /// The proof, in hexadecimal.
    package var response: ByteString? { value(places.response) }
    /// The algorithm; MD5 if absent.
    package var algorithm: ByteString? { value(places.algorithm) }
    /// The client's nonce.
    package var cnonce: ByteString? { value(places.cnonce) }
    /// What the server wants back unchanged.
    package var opaque: ByteString? { value(places.opaque) }
    /// The protection chosen, like `auth`.
    package var qop: ByteString? { value(places.qop) }
    /// The nonce count as written: eight hexadecimal digits.
    package var nc: ByteString? { value(places.nc) }

    /// The value of a parameter without quotes.
    package subscript(_ name: String) -> ByteString? { list[name] }

    /// The place of a parameter, name and value, in the message.
    package func range(of name: String) -> Range<Int>? { list.range(of: name) }

    private func value(_ place: TextRange) -> ByteString? {
        list.parameterText.optionalPart(place)?.unquoted()
    }

    private static func findPlaces(_ list: AuthenticationParameters) -> Places {
        var places = Places()
        let text = list.parameterText
        let span = text.bytes.span
        var position = 0
        // One bit for each name: the first parameter of a name counts, also when it has no value.
        var seen: UInt16 = 0
        while let found = scanParameter(span, &position, span.count, separator: 0x2C) {
            let start = Int(found.name.start)
            let end = Int(found.name.end)
            func isFirst(_ name: StaticString, _ bit: UInt16) -> Bool {
                guard seen & bit == 0, span.matches(ignoringCase: name, from: start, to: end) else { return false }
                seen |= bit
                return true
            }
            switch end - start {
            case 2: if isFirst("nc", 1) { places.nc = found.value }
            case 3:
                if isFirst("uri", 2) { places.uri = found.value }
                if isFirst("qop", 4) { places.qop = found.value }
            case 5:
                if isFirst("realm", 8) { places.realm = found.value }
                if isFirst("nonce", 16) { places.nonce = found.value }
            case 6:
                if isFirst("cnonce", 32) { places.cnonce = found.value }
                if isFirst("opaque", 64) { places.opaque = found.value }
            case 8:
                if isFirst("username", 128) { places.username = found.value }
                if isFirst("response", 256) { places.response = found.value }
            case 9: if isFirst("algorithm", 512) { places.algorithm = found.value }
            default: break
            }
        }
        return places
    }
}

/// The value of a WWW-Authenticate or Proxy-Authenticate header.
package struct Challenge: Hashable, Sendable {
    private let list: AuthenticationParameters

    /// Reads the body of a header field.
    package static func parse(_ text: ByteString) throws(SIPParseError) -> Challenge {
        Challenge(list: try AuthenticationParameters.parse(text))
    }

    /// The body as written.
    package var text: ByteString { list.text }
    /// The scheme as written, like `Digest`.
    package var scheme: ByteString { list.scheme }
    /// Tells whether the scheme is Digest.
    package var isDigest: Bool { list.scheme.equalsIgnoringCase("Digest") }

    /// The realm the password is for.
    package var realm: ByteString? { self["realm"] }
    /// The URIs that the credentials are for.
    package var domain: ByteString? { self["domain"] }
    /// The server's nonce.
    package var nonce: ByteString? { self["nonce"] }
    /// What the server wants back unchanged.
    package var opaque: ByteString? { self["opaque"] }
    /// The algorithm; MD5 if absent.
    package var algorithm: ByteString? { self["algorithm"] }
    /// Tells whether the nonce was right but too old.
    package var isStale: Bool { self["stale"]?.equalsIgnoringCase("true") ?? false }

    /// The protections offered, like `auth`; empty if none is named.
    package var qopOptions: [ByteString] {
        guard let qop = self["qop"] else { return [] }
        return HeaderValues(qop).map { $0 }
    }

    /// The value of a parameter without quotes.
    package subscript(_ name: String) -> ByteString? { list[name] }

    /// The place of a parameter, name and value, in the message.
    package func range(of name: String) -> Range<Int>? { list.range(of: name) }
}

/// A scheme and its parameters behind commas.
struct AuthenticationParameters: Hashable, Sendable {
    let text: ByteString
    let scheme: ByteString
    private let parameters: ParameterList

    /// The parameters as written, without the scheme.
    var parameterText: ByteString { parameters.text }

    static func parse(_ text: ByteString) throws(SIPParseError) -> AuthenticationParameters {
        let text = text.trimmed()
        let base = text.bytes.startIndex
        let span = text.bytes.span
        guard span.count > 0 else { throw SIPParseError(.credentials, .empty, at: base) }
        var position = 0
        while position < span.count, span[position].isTokenByte { position += 1 }
        guard position > 0, position < span.count, span[position].isWhitespace else {
            throw SIPParseError(.credentials, .missingPart("scheme"), at: base + position)
        }
        let scheme = TextRange(0, position)
        span.skipWhitespace(&position, to: span.count)
        let parameters = ParameterList(text.part(TextRange(position, span.count)), separator: 0x2C)
        return AuthenticationParameters(text: text, scheme: text.part(scheme), parameters: parameters)
    }

    subscript(_ name: String) -> ByteString? {
        parameters.value(named: name).text?.unquoted()
    }

    func range(of name: String) -> Range<Int>? {
        parameters.first { $0.name.equalsIgnoringCase(name) }?.range
    }
}
