/// A SIP method; names are case-sensitive (RFC 3261 §7.1).
///
/// `.other` never holds the name of one of the other cases when it comes from `init(_:)`.
package enum Method: Hashable, Sendable {
    case invite, ack, bye, cancel, options, register, prack, subscribe, notify, publish, info, refer, message, update
    /// A method this server gives no meaning of its own.
    case other(ByteString)

    /// Names the method that a token spells.
    package init(_ name: ByteString) {
        let span = name.bytes.span
        if let known = Method.known(span, 0, span.count) {
            self = known
        } else {
            self = .other(name)
        }
    }

    /// The name as it stands in a message.
    package var bytes: ByteString {
        switch self {
        case .other(let name): name
        case .invite, .ack, .bye, .cancel, .options, .register, .prack, .subscribe, .notify, .publish, .info, .refer,
            .message, .update:
            ByteString(name)
        }
    }

    /// The name as text.
    package var name: String {
        switch self {
        case .invite: "INVITE"
        case .ack: "ACK"
        case .bye: "BYE"
        case .cancel: "CANCEL"
        case .options: "OPTIONS"
        case .register: "REGISTER"
        case .prack: "PRACK"
        case .subscribe: "SUBSCRIBE"
        case .notify: "NOTIFY"
        case .publish: "PUBLISH"
        case .info: "INFO"
        case .refer: "REFER"
        case .message: "MESSAGE"
        case .update: "UPDATE"
        case .other(let name): name.string
        }
    }

    /// The method's bit in a set of methods, with the values scripts and tables use (Kamailio: `location.methods`).
    package var bit: UInt32 {
        switch self {
        case .invite: 1
        case .cancel: 2
        case .ack: 4
        case .bye: 8
        case .info: 16
        case .register: 32
        case .subscribe: 64
        case .notify: 128
        case .message: 256
        case .options: 512
        case .prack: 1024
        case .update: 2048
        case .refer: 4096
        case .publish: 8192
        case .other: 32768
        }
    }

    /// The method whose name stands in a part of a text, if it is one of the known ones.
    static func known(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> Method? {
        guard end - start >= 3 else { return nil }
        let candidate: (Method, StaticString)
        switch (end - start, span[start]) {
        case (3, 0x41): candidate = (.ack, "ACK")
        case (3, 0x42): candidate = (.bye, "BYE")
        case (4, 0x49): candidate = (.info, "INFO")
        case (5, 0x50): candidate = (.prack, "PRACK")
        case (5, 0x52): candidate = (.refer, "REFER")
        case (6, 0x49): candidate = (.invite, "INVITE")
        case (6, 0x43): candidate = (.cancel, "CANCEL")
        case (6, 0x4E): candidate = (.notify, "NOTIFY")
        case (6, 0x55): candidate = (.update, "UPDATE")
        case (7, 0x4F): candidate = (.options, "OPTIONS")
        case (7, 0x50): candidate = (.publish, "PUBLISH")
        case (7, 0x4D): candidate = (.message, "MESSAGE")
        case (8, 0x52): candidate = (.register, "REGISTER")
        case (9, 0x53): candidate = (.subscribe, "SUBSCRIBE")
        default: return nil
        }
        return span.matches(exactly: candidate.1, from: start, to: end) ? candidate.0 : nil
    }
}

extension Method: CustomStringConvertible {
    package var description: String { name }
}
