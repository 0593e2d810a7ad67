/// What a WebSocket frame carries (RFC 6455 §5.2).
package enum WebSocketOpcode: UInt8, Hashable, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    var isControl: Bool { rawValue >= 8 }
}

/// One frame from a client, unmasked.
struct WebSocketFrame: Hashable, Sendable {
    let opcode: WebSocketOpcode
    let payload: [UInt8]

    /// The bytes in front of a payload that is sent whole to a client (RFC 6455 §5.2; servers do not mask).
    static func header(_ opcode: WebSocketOpcode, length: Int) -> [UInt8] {
        var header = [0x80 | opcode.rawValue]
        switch length {
        case ..<126:
            header.append(UInt8(length))
        case ..<0x1_0000:
            header.append(126)
            header += [UInt8(length >> 8), UInt8(length & 0xFF)]
        default:
            header.append(127)
            for shift in stride(from: 56, through: 0, by: -8) { header.append(UInt8(length >> shift & 0xFF)) }
        }
        return header
    }

    /// The payload of a close frame.
    static func closing(_ failure: WebSocketFailure) -> [UInt8] {
        [UInt8(failure.code >> 8), UInt8(failure.code & 0xFF)]
            + failure.reason.utf8.prefix(WebSocketFramer.controlLengthMax - 2)
    }
}

/// Why a WebSocket connection is closed: a status code and its reason (RFC 6455 §7.4.1).
package struct WebSocketFailure: Error, Hashable, Sendable {
    /// The code in the close frame.
    package let code: UInt16
    /// The reason in the close frame.
    package let reason: String

    /// A failure with any code.
    package init(code: UInt16, reason: String) {
        self.code = code
        self.reason = reason
    }

    static func protocolError(_ reason: String) -> WebSocketFailure { WebSocketFailure(code: 1002, reason: reason) }
}
