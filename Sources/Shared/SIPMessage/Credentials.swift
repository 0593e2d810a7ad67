/// The value of an Authorization or Proxy-Authorization header (RFC 3261 §25.1, RFC 8760).
///
/// `Digest username="alice", realm="example.com", nonce="...", uri="sip:example.com", response="..."`. Values come
/// without quotes; nil for those absent.
package struct Credentials: Hashable, Sendable {
    private let list: AuthenticationParameters

    /// Reads the body of a header field.
    package static func parse(_ text: ByteString) throws(SIPParseError) -> Credentials {
        Credentials(list: try AuthenticationParameters.parse(text))
    }

    /// The body as written.
    package var text: ByteString { list.text }
    /// The scheme as written, like `Digest`.
    package var scheme: ByteString { list.scheme }
    /// Tells whether the scheme is Digest.
    package var isDigest: Bool { list.scheme.equalsIgnoringCase("Digest") }

    /// The user's name.
    package var username: ByteString? { self["username"] }
    /// The realm the password is for.
    package var realm: ByteString? { self["realm"] }
    /// The server's nonce.
    package var nonce: ByteString? { self["nonce"] }
    /// The URI that the response covers.
    package var uri: ByteString? { self["uri"] }
    /// The proof, in hexadecimal.
    package var response: ByteString? { self["response"] }
    /// The algorithm; MD5 if absent.
    package var algorithm: ByteString? { self["algorithm"] }
    /// The client's nonce.
    package var cnonce: ByteString? { self["cnonce"] }
    /// What the server wants back unchanged.
    package var opaque: ByteString? { self["opaque"] }
    /// The protection chosen, like `auth`.
    package var qop: ByteString? { self["qop"] }
    /// The nonce count as written: eight hexadecimal digits.
    package var nc: ByteString? { self["nc"] }

    /// The value of a parameter without quotes.
    package subscript(_ name: String) -> ByteString? { list[name] }

    /// The place of a parameter, name and value, in the message.
    package func range(of name: String) -> Range<Int>? { list.range(of: name) }
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
