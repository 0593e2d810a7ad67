/// A version of TLS that can be offered or accepted.
package enum TLSProtocolVersion: Int, Hashable, Sendable, Comparable, CaseIterable {
    case tls10
    case tls11
    case tls12
    case tls13

    /// The name as configurations and OpenSSL spell it.
    package var name: String {
        switch self {
        case .tls10: "TLSv1"
        case .tls11: "TLSv1.1"
        case .tls12: "TLSv1.2"
        case .tls13: "TLSv1.3"
        }
    }

    package static func < (left: TLSProtocolVersion, right: TLSProtocolVersion) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Reads a `tls_method`: `TLSv1.2` is that version only, `TLSv1.2+` it and later ones, `SSLv23` any.
    ///
    /// - Returns: nil for an unknown method, and for SSL 2 and 3, which are broken and not spoken here.
    package static func range(ofMethod text: String) -> ClosedRange<TLSProtocolVersion>? {
        if text == "SSLv23" { return .tls10 ... .tls13 }
        let isOpen = text.hasSuffix("+")
        let name = isOpen ? String(text.dropLast()) : text
        guard let version = allCases.first(where: { $0.name == name }) else { return nil }
        return version...(isOpen ? .tls13 : version)
    }
}
