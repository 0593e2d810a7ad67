/// One packet of binrpc, the protocol of Kamailio's `ctl` sockets.
///
/// Layout, all integers big-endian and of minimal length:
///
///     0xA1                     magic 0xA, version 1
///     TTTT LLCC                type, length of the length less 1, length of the cookie less 1
///     length (1 to 4 bytes)    of the body
///     cookie (1 to 4 bytes)    chosen by the client, echoed by the server
///     body                     records, see `BinRPCBody`
package struct BinRPCPacket: Sendable, Hashable {
    /// What a packet is.
    package enum Kind: UInt8, Sendable, Hashable {
        case request = 0
        case reply = 1
        case fault = 3
    }

    /// What the packet is.
    package var kind: Kind
    /// Tells which request a reply belongs to.
    package var cookie: UInt32
    /// The records, encoded.
    package var body: [UInt8]

    /// Makes a packet.
    package init(kind: Kind, cookie: UInt32, body: [UInt8]) {
        self.kind = kind
        self.cookie = cookie
        self.body = body
    }

    /// Appends the packet's bytes.
    package func write(to output: inout [UInt8]) {
        let length = Self.minimalBytes(UInt32(truncatingIfNeeded: body.count))
        let cookieBytes = Self.minimalBytes(cookie)
        output.append(Self.magicAndVersion)
        output.append(kind.rawValue << 4 | UInt8(length.count - 1) << 2 | UInt8(cookieBytes.count - 1))
        output.append(contentsOf: length)
        output.append(contentsOf: cookieBytes)
        output.append(contentsOf: body)
    }

    static let magicAndVersion: UInt8 = 0xa1

    private static func minimalBytes(_ value: UInt32) -> [UInt8] {
        var bytes = [UInt8(truncatingIfNeeded: value)]
        var rest = value >> 8
        while rest > 0 {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return bytes
    }
}

/// Why bytes are not binrpc, in the words that Kamailio answers with.
package enum BinRPCError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The header is not one.
    case corruptedPacket
    /// The body is longer than the limit.
    case tooLong(limitBytes: Int)
    /// The body ends where another record should start.
    case endOfPacket
    /// The body ends inside a record.
    case moreDataNeeded
    /// A record of an unknown or unexpected type.
    case wrongType
    /// Structures inside each other deeper than the limit, or not closed.
    case badRecord

    package var description: String {
        switch self {
        case .corruptedPacket: "corrupted packet"
        case .tooLong(let limitBytes): "packet longer than \(limitBytes) bytes"
        case .endOfPacket: "end of packet encountered"
        case .moreDataNeeded: "more data needed"
        case .wrongType: "record doesn't match type"
        case .badRecord: "bad record"
        }
    }
}

/// Cuts a byte stream, or one datagram, into packets.
package struct BinRPCScanner: Sendable {
    private let limitBytes: Int
    private var buffer: [UInt8] = []
    private var start = 0

    /// Makes a scanner that refuses bodies longer than the limit.
    package init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// Adds bytes as they came from the stream.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if start > 0, start == buffer.count || start > 1 << 16 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete packet, or nil when more bytes are needed.
    ///
    /// - Throws: when the stream is beyond repair.
    package mutating func next() throws(BinRPCError) -> BinRPCPacket? {
        let available = buffer.count - start
        guard available >= 1 else { return nil }
        guard buffer[start] == BinRPCPacket.magicAndVersion else { throw .corruptedPacket }
        guard available >= 2 else { return nil }
        let flags = buffer[start + 1]
        guard let kind = BinRPCPacket.Kind(rawValue: flags >> 4) else { throw .corruptedPacket }
        let lengthSize = Int(flags >> 2 & 3) + 1
        let cookieSize = Int(flags & 3) + 1
        let headerSize = 2 + lengthSize + cookieSize
        guard available >= 2 + lengthSize else { return nil }
        let length = Int(integer(at: start + 2, size: lengthSize))
        guard length <= limitBytes else { throw .tooLong(limitBytes: limitBytes) }
        guard available >= headerSize + length else { return nil }
        let cookie = integer(at: start + 2 + lengthSize, size: cookieSize)
        let body = Array(buffer[start + headerSize..<start + headerSize + length])
        start += headerSize + length
        return BinRPCPacket(kind: kind, cookie: cookie, body: body)
    }

    private func integer(at position: Int, size: Int) -> UInt32 {
        buffer[position..<position + size].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
