/// A domain name in the form it has on the wire, folded to lower case.
///
/// Stored as length-prefixed labels without the root label: `example.com` is `7 example 3 com`. Names are compared
/// without regard to case (RFC 4343), hence the folding. The empty value is the root.
/// At most 255 bytes with the root label, at most 63 bytes a label (RFC 1035 §2.3.4).
package struct DNSName: Hashable, Sendable {
    /// The labels, each preceded by its length, without the final root label.
    package let labels: [UInt8]

    /// The longest name in its wire form, root label included.
    package static let lengthMax = 255
    /// The longest label.
    package static let labelLengthMax = 63

    init(validated labels: [UInt8]) {
        self.labels = labels
    }

    /// The root of all names.
    package init(root: Void) {
        labels = []
    }

    /// Reads a name written with dots; one dot at the end is allowed.
    ///
    /// Any byte but a dot may stand in a label: service names carry underscores and some zones spaces.
    /// Fails when a label is empty or too long, or the name is.
    package init?(_ text: some StringProtocol) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 2)
        var label: [UInt8] = []
        var rest = Array(text.utf8)[...]
        if rest.last == UInt8(ascii: ".") { rest = rest.dropLast() }
        guard !rest.isEmpty else { return nil }
        for byte in rest {
            if byte == UInt8(ascii: ".") {
                guard DNSName.append(label, to: &bytes) else { return nil }
                label.removeAll(keepingCapacity: true)
            } else {
                label.append(DNSName.lowercased(byte))
            }
        }
        guard DNSName.append(label, to: &bytes) else { return nil }
        self.labels = bytes
    }

    private static func append(_ label: [UInt8], to bytes: inout [UInt8]) -> Bool {
        guard !label.isEmpty, label.count <= labelLengthMax, bytes.count + label.count + 2 <= lengthMax else {
            return false
        }
        bytes.append(UInt8(label.count))
        bytes += label
        return true
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// The number of dots between the labels, which decides when the search list is tried (resolv.conf `ndots`).
    package var dotCount: Int {
        var count = 0
        var index = 0
        while index < labels.count {
            index += Int(labels[index]) + 1
            count += 1
        }
        return max(0, count - 1)
    }

    /// The name below `suffix`: `sip` and `example.com` make `sip.example.com`; nil when that is too long.
    package func appending(_ suffix: DNSName) -> DNSName? {
        guard labels.count + suffix.labels.count + 1 <= DNSName.lengthMax else { return nil }
        return DNSName(validated: labels + suffix.labels)
    }

    /// The name with labels put before it, as the SRV query `_sip._udp.` of a domain; nil when that is too long.
    package func prefixed(_ prefix: StaticString) -> DNSName? {
        DNSName(prefix.description).flatMap { $0.appending(self) }
    }
}

extension DNSName: CustomStringConvertible {
    /// The name with dots and without the final one; bytes that are not printable are escaped as in a zone file.
    package var description: String {
        guard !labels.isEmpty else { return "." }
        var text = ""
        var index = 0
        while index < labels.count {
            let end = index + 1 + Int(labels[index])
            if !text.isEmpty { text += "." }
            for byte in labels[(index + 1)..<end] { text += DNSName.escaped(byte) }
            index = end
        }
        return text
    }

    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"):
            return "\\" + String(Unicode.Scalar(byte))
        case 0x21...0x7e:
            return String(Unicode.Scalar(byte))
        default:
            let digits = String(byte)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
    }
}
