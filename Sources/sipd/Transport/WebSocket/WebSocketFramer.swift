/// Cuts the bytes of a client into WebSocket frames (RFC 6455 §5).
///
/// A frame is judged by its header, before its payload has come: what is too long is never kept. After a failure the
/// stream has lost its place and the connection has to be closed.
struct WebSocketFramer: Sendable {
    /// The longest payload of a control frame (RFC 6455 §5.5).
    static let controlLengthMax = 125

    private let payloadLengthMax: Int
    private var buffer: [UInt8] = []
    private var start = 0

    init(payloadLengthMax: Int) {
        self.payloadLengthMax = payloadLengthMax
    }

    /// Whether a frame has begun and not ended.
    var isInsideFrame: Bool { start < buffer.count }

    /// Takes bytes that have arrived.
    mutating func append(_ bytes: some Collection<UInt8>) {
        if start > 0, start * 2 >= buffer.count {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete frame, or nil if more bytes are needed.
    mutating func next() throws(WebSocketFailure) -> WebSocketFrame? {
        guard buffer.count - start >= 2 else { return nil }
        let opcode = try opcode(buffer[start])
        guard buffer[start + 1] & 0x80 != 0 else { throw .protocolError("a client has to mask its frames") }
        guard let (length, lengthBytes) = try length(opcode) else { return nil }
        let keyStart = start + 2 + lengthBytes
        guard buffer.count - keyStart >= 4 + length else { return nil }
        let payloadStart = keyStart + 4
        var payload = Array(buffer[payloadStart..<payloadStart + length])
        for index in payload.indices { payload[index] ^= buffer[keyStart + index & 3] }
        start = payloadStart + length
        return WebSocketFrame(opcode: opcode, payload: payload)
    }

    private func opcode(_ byte: UInt8) throws(WebSocketFailure) -> WebSocketOpcode {
        guard byte & 0x70 == 0 else { throw .protocolError("reserved bits are set") }
        guard let opcode = WebSocketOpcode(rawValue: byte & 0x0F) else { throw .protocolError("unknown opcode") }
        // RFC 7118 §4.2: each SIP message is one WebSocket message; as Kamailio, none is taken in pieces.
        guard byte & 0x80 != 0, opcode != .continuation else { throw .protocolError("fragments are not supported") }
        return opcode
    }

    /// The length of the payload and how many further bytes say it; nil when they have not come yet.
    private func length(_ opcode: WebSocketOpcode) throws(WebSocketFailure) -> (length: Int, bytes: Int)? {
        let short = Int(buffer[start + 1] & 0x7F)
        let bytes = short == 127 ? 8 : short == 126 ? 2 : 0
        guard buffer.count - start >= 2 + bytes else { return nil }
        var length: UInt64 = bytes == 0 ? UInt64(short) : 0
        for byte in buffer[start + 2..<start + 2 + bytes] { length = length << 8 | UInt64(byte) }
        guard bytes == 0 || length > (bytes == 2 ? 125 : 0xFFFF), length >> 63 == 0 else {
            throw .protocolError("the length is not in its shortest form")
        }
        guard !opcode.isControl || length <= UInt64(Self.controlLengthMax) else {
            throw .protocolError("a control frame is too long")
        }
        guard length <= UInt64(payloadLengthMax) else {
            throw WebSocketFailure(code: 1009, reason: "a message has at most \(payloadLengthMax) bytes")
        }
        return (Int(length), bytes)
    }
}
