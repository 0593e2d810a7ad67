/// A cipher suite that connections here can have, with OpenSSL's name.
package struct TLSCipherSuite: Hashable, Sendable {
    /// The number in the handshake (IANA registry of TLS parameters).
    let code: UInt16
    /// OpenSSL's name.
    package let name: String
    /// The length of the key in bits.
    package let bits: Int

    private init(_ code: UInt16, _ name: String, _ bits: Int) {
        self.code = code
        self.name = name
        self.bits = bits
    }

    /// The suite of a number, or nil.
    static func of(code: UInt16) -> TLSCipherSuite? {
        (modern + negotiable).first { $0.code == code }
    }

    /// Those of TLS 1.3, which are always offered.
    private static let modern = [
        TLSCipherSuite(0x1301, "TLS_AES_128_GCM_SHA256", 128), TLSCipherSuite(0x1302, "TLS_AES_256_GCM_SHA384", 256),
        TLSCipherSuite(0x1303, "TLS_CHACHA20_POLY1305_SHA256", 256),
    ]

    /// Those of earlier versions, the best first.
    private static let negotiable = [
        TLSCipherSuite(0xC02B, "ECDHE-ECDSA-AES128-GCM-SHA256", 128),
        TLSCipherSuite(0xC02F, "ECDHE-RSA-AES128-GCM-SHA256", 128),
        TLSCipherSuite(0xC02C, "ECDHE-ECDSA-AES256-GCM-SHA384", 256),
        TLSCipherSuite(0xC030, "ECDHE-RSA-AES256-GCM-SHA384", 256),
        TLSCipherSuite(0xCCA9, "ECDHE-ECDSA-CHACHA20-POLY1305", 256),
        TLSCipherSuite(0xCCA8, "ECDHE-RSA-CHACHA20-POLY1305", 256),
        TLSCipherSuite(0xC009, "ECDHE-ECDSA-AES128-SHA", 128), TLSCipherSuite(0xC013, "ECDHE-RSA-AES128-SHA", 128),
        TLSCipherSuite(0xC00A, "ECDHE-ECDSA-AES256-SHA", 256), TLSCipherSuite(0xC014, "ECDHE-RSA-AES256-SHA", 256),
        TLSCipherSuite(0x009C, "AES128-GCM-SHA256", 128), TLSCipherSuite(0x009D, "AES256-GCM-SHA384", 256),
        TLSCipherSuite(0x002F, "AES128-SHA", 128), TLSCipherSuite(0x0035, "AES256-SHA", 256),
    ]

    /// The suites that OpenSSL's list means, as far as they exist here, as a list of names; nil when there are none.
    ///
    /// A word that means a group (`HIGH`, `ECDH+AESGCM`) takes all; only names choose. What is taken out with `!` or
    /// `-` is taken out when it is a name; the weak groups that lists usually take out do not exist here.
    static func names(in list: String) -> String? {
        let words = list.split { $0 == ":" || $0 == "," || $0 == " " }.map(String.init)
        let removed = words.filter { $0.hasPrefix("!") || $0.hasPrefix("-") }.map { String($0.dropFirst()) }
        var chosen: [TLSCipherSuite] = []
        var takesAll = false
        for word in words where !word.hasPrefix("!") && !word.hasPrefix("-") && !word.hasPrefix("@") {
            let name = word.hasPrefix("+") ? String(word.dropFirst()) : word
            if let suite = negotiable.first(where: { $0.name == name }) {
                if !chosen.contains(suite) { chosen.append(suite) }
            } else if groups.contains(where: { name.contains($0) }), !name.contains("-") {
                takesAll = true
            } else if modern.contains(where: { $0.name == name }) {
                takesAll = takesAll || chosen.isEmpty
            }
        }
        if takesAll { chosen += negotiable.filter { !chosen.contains($0) } }
        chosen.removeAll { removed.contains($0.name) }
        return chosen.isEmpty ? nil : chosen.map(\.name).joined(separator: ":")
    }

    /// Words of OpenSSL that mean groups of which some suites exist here.
    private static let groups = ["ALL", "DEFAULT", "HIGH", "AES", "CHACHA20", "ECDH", "TLSv1", "RSA", "ECDSA", "SHA"]
}
