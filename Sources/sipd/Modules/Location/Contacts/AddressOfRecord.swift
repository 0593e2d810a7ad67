import SIPMessage

/// The key of a registration: `alice`, or `alice@pbx.test` when usrloc uses domains.
struct AddressOfRecord: Sendable, Hashable {
    /// The user part, escapes resolved.
    let username: ByteString
    /// The domain, lower case; nil when domains are not used.
    let domain: ByteString?

    /// The key as one text.
    var key: ByteString {
        domain.map { username + "@" + $0 } ?? username
    }

    /// Reads the address of record out of a URI.
    ///
    /// Without a user part the host stands for it, as in Kamailio's `extract_aor()`.
    init?(uri text: ByteString, usesDomain: Bool, isCaseSensitive: Bool) {
        guard let uri = try? SIPURI.parse(text) else { return nil }
        var user = uri.user.map(Self.unescaped) ?? ""
        if user.isEmpty, !usesDomain { user = uri.host }
        username = isCaseSensitive ? user : user.lowercased()
        domain = usesDomain ? uri.host.lowercased() : nil
    }

    /// Takes a key apart: `alice@pbx.test`, or `alice` when domains are not used.
    init(key: ByteString, usesDomain: Bool) {
        guard usesDomain, let at = key.bytes.lastIndex(of: UInt8(ascii: "@")) else {
            username = key
            domain = usesDomain ? "" : nil
            return
        }
        username = ByteString(key.bytes[..<at])
        domain = ByteString(key.bytes[(at + 1)...])
    }

    /// Takes the columns of a row.
    init(username: ByteString, domain: ByteString?) {
        self.username = username
        self.domain = domain
    }

    /// Resolves `%61`-like escapes; those of NUL are left, so that no text ends early anywhere.
    private static func unescaped(_ text: ByteString) -> ByteString {
        guard text.firstIndex(of: UInt8(ascii: "%")) != nil else { return text }
        var result: [UInt8] = []
        var rest = text.bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), value != 0
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return ByteString(result)
    }
}
