import NIOSSL
import NetworkAddress
import OperatingSystem

/// What scripts and operators are shown of a certificate (RFC 5280 §4.1).
package struct X509Certificate: Hashable, Sendable {
    /// Other names of the owner (RFC 5280 §4.2.1.6).
    package enum AlternativeName: Hashable, Sendable {
        case email(String)
        case host(String)
        case uri(String)
        case address(String)
    }

    /// The whole certificate.
    package let der: [UInt8]
    /// 1, 2 or 3.
    package private(set) var version = 1
    /// The serial number in upper-case hexadecimal digits.
    package private(set) var serial = ""
    /// Whose it is.
    package private(set) var subject = X509Name(parts: [])
    /// Who signed it.
    package private(set) var issuer = X509Name(parts: [])
    /// Seconds since 1970.
    package let notBefore: Int
    /// Seconds since 1970.
    package let notAfter: Int
    /// Other names of the owner.
    package private(set) var alternativeNames: [AlternativeName] = []

    init(_ certificate: NIOSSLCertificate) {
        der = (try? certificate.toDERBytes()) ?? []
        notBefore = Int(certificate.notValidBefore)
        notAfter = Int(certificate.notValidAfter)
        read()
    }

    /// Whether it is signed with its own key, as far as the names say.
    package var isSelfSigned: Bool { subject == issuer }

    /// `Jan  2 03:04:05 2026 GMT`.
    package var notBeforeText: String { X509Certificate.text(of: notBefore) }

    /// `Jan  2 03:04:05 2026 GMT`.
    package var notAfterText: String { X509Certificate.text(of: notAfter) }

    // MARK: Reading

    private mutating func read() {
        var outer = DERReader(der[...])
        guard var certificate = outer.next(tag: 0x30)?.inside, var fields = certificate.next(tag: 0x30)?.inside else {
            return
        }
        if var number = fields.next(tag: 0xA0)?.inside, let digit = number.next(tag: 0x02)?.content.first {
            version = Int(digit) + 1
        }
        serial = Self.hexadecimal(fields.next(tag: 0x02)?.content ?? [])
        _ = fields.next()
        issuer = Self.name(fields.next())
        _ = fields.next()
        subject = Self.name(fields.next())
        _ = fields.next()
        while let field = fields.next() {
            guard field.tag == 0xA3 else { continue }
            var extensions = field.inside
            readExtensions(extensions.next(tag: 0x30))
        }
    }

    private mutating func readExtensions(_ list: DERReader.Element?) {
        guard var extensions = list?.inside else { return }
        while var fields = extensions.next(tag: 0x30)?.inside {
            // subjectAltName, 2.5.29.17
            guard fields.next(tag: 0x06)?.content.elementsEqual([0x55, 0x1D, 0x11]) == true else { continue }
            _ = fields.next(tag: 0x01)
            guard var value = fields.next(tag: 0x04)?.inside, var names = value.next(tag: 0x30)?.inside else {
                continue
            }
            while let name = names.next() {
                let text = String(decoding: name.content, as: UTF8.self)
                switch name.tag {
                case 0x81: alternativeNames.append(.email(text))
                case 0x82: alternativeNames.append(.host(text))
                case 0x86: alternativeNames.append(.uri(text))
                case 0x87: alternativeNames.append(.address(Self.address(name.content)))
                default: continue
                }
            }
        }
    }

    private static func name(_ element: DERReader.Element?) -> X509Name {
        guard element?.tag == 0x30, var sets = element?.inside else { return X509Name(parts: []) }
        var parts: [X509Name.Part] = []
        while var attributes = sets.next(tag: 0x31)?.inside {
            while var pair = attributes.next(tag: 0x30)?.inside {
                guard let identifier = pair.next(tag: 0x06), let value = pair.next() else { continue }
                parts.append(X509Name.Part(identifier: Array(identifier.content), value: text(of: value)))
            }
        }
        return X509Name(parts: parts)
    }

    private static func text(of element: DERReader.Element) -> String {
        // BMPString has two bytes a character.
        guard element.tag == 0x1E else { return String(decoding: element.content, as: UTF8.self) }
        let bytes = Array(element.content)
        let units = stride(from: 0, to: bytes.count - bytes.count % 2, by: 2).map {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
        return String(decoding: units, as: UTF16.self)
    }

    private static func address(_ bytes: ArraySlice<UInt8>) -> String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        let bytes = Array(bytes)
        let groups = stride(from: 0, to: bytes.count - bytes.count % 2, by: 2).map {
            String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
        }
        let text = groups.joined(separator: ":")
        return IPAddress(text)?.description ?? text
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.drop { $0 == 0 }.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    private static func text(of seconds: Int) -> String {
        CalendarParts.text(seconds: seconds, format: "%b %e %H:%M:%S %Y GMT", isLocal: false)
    }
}
