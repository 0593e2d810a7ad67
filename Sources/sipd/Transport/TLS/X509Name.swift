/// A distinguished name of a certificate (RFC 5280 §4.1.2.4).
package struct X509Name: Hashable, Sendable {
    /// An attribute that certificates of servers and users have.
    package enum Attribute: Hashable, Sendable {
        case commonName
        case country
        case locality
        case state
        case organization
        case unit
        case userID
        case email
    }

    /// One attribute with its value.
    struct Part: Hashable, Sendable {
        /// The object identifier as in the certificate.
        let identifier: [UInt8]
        let value: String
    }

    let parts: [Part]

    /// The value of an attribute, the first if there are several.
    package subscript(attribute: Attribute) -> String? {
        parts.first { X509Name.known($0.identifier)?.attribute == attribute }?.value
    }

    /// The common name.
    package var commonName: String? { self[.commonName] }

    /// The whole name on a line, as OpenSSL prints it: `/C=DE/CN=sip.example.com`.
    package var text: String {
        parts.map { "/\(X509Name.known($0.identifier)?.label ?? "UNDEF")=\($0.value)" }.joined()
    }

    private static func known(_ identifier: [UInt8]) -> (attribute: Attribute, label: String)? {
        switch identifier {
        case [0x55, 4, 3]: (.commonName, "CN")
        case [0x55, 4, 6]: (.country, "C")
        case [0x55, 4, 7]: (.locality, "L")
        case [0x55, 4, 8]: (.state, "ST")
        case [0x55, 4, 10]: (.organization, "O")
        case [0x55, 4, 11]: (.unit, "OU")
        case [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1]: (.userID, "UID")
        case [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1]: (.email, "emailAddress")
        default: nil
        }
    }
}
