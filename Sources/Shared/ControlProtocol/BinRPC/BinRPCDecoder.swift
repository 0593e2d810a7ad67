/// Decodes the body of a binrpc packet.
///
/// Any bytes give records or an error, never more memory than a small multiple of their number.
package struct BinRPCDecoder: Sendable {
    // Our own; Kamailio's deepest result (ul.dump) nests six levels.
    private static let depthMax = 32

    private let body: [UInt8]
    private var position = 0

    private struct Tag {
        var type: UInt8
        var isFlagged: Bool
        var size: Int
    }

    /// Makes a decoder for a body.
    package init(_ body: [UInt8]) {
        self.body = body
    }

    /// All records of a reply.
    package static func records(in body: [UInt8]) throws(BinRPCError) -> [ResultRecord] {
        var decoder = BinRPCDecoder(body)
        return try decoder.remainingRecords()
    }

    /// The code and the text of a fault.
    package static func fault(in body: [UInt8]) throws(BinRPCError) -> MethodFault {
        var decoder = BinRPCDecoder(body)
        guard case .integer(let code) = try decoder.next(), case .text(let text) = try decoder.next() else {
            throw .wrongType
        }
        return MethodFault(Int(code), text)
    }

    /// Reads the name of the method that a request starts with.
    package mutating func methodName() throws(BinRPCError) -> String {
        guard case .text(let name) = try next() else { throw .wrongType }
        return name
    }

    /// Reads all records up to the end of the body.
    package mutating func remainingRecords() throws(BinRPCError) -> [ResultRecord] {
        var records: [ResultRecord] = []
        while position < body.count { records.append(try next()) }
        return records
    }

    /// Reads one record.
    package mutating func next() throws(BinRPCError) -> ResultRecord {
        try record(depth: 0)
    }

    private mutating func record(depth: Int) throws(BinRPCError) -> ResultRecord {
        let tag = try readTag()
        switch BinRPCEncoder.RecordType(rawValue: tag.type) {
        case .integer: return .integer(try integer(tag))
        case .double: return .number(try number(tag))
        case .string: return .text(try text(tag, isTerminated: true))
        case .bytes: return .text(try text(tag, isTerminated: false))
        case .structure where !tag.isFlagged: return .structure(try members(depth: depth + 1))
        case .array where !tag.isFlagged: return .array(try elements(depth: depth + 1))
        case .memberName, .structure, .array, nil: throw .wrongType
        }
    }

    private mutating func members(depth: Int) throws(BinRPCError) -> [ResultRecord.Member] {
        guard depth <= Self.depthMax else { throw .badRecord }
        var members: [ResultRecord.Member] = []
        while true {
            let start = position
            let tag = try readTag()
            switch BinRPCEncoder.RecordType(rawValue: tag.type) {
            case .structure where tag.isFlagged: return members
            case .memberName:
                let name = try text(tag, isTerminated: true)
                members.append(ResultRecord.Member(name, try record(depth: depth)))
            case .integer, .string, .double, .structure, .array, .bytes, nil:
                position = start
                members.append(ResultRecord.Member(nil, try record(depth: depth)))
            }
        }
    }

    private mutating func elements(depth: Int) throws(BinRPCError) -> [ResultRecord] {
        guard depth <= Self.depthMax else { throw .badRecord }
        var elements: [ResultRecord] = []
        while true {
            guard position < body.count else { throw .endOfPacket }
            if body[position] == 0x80 | BinRPCEncoder.RecordType.array.rawValue {
                position += 1
                return elements
            }
            elements.append(try record(depth: depth))
        }
    }

    // MARK: Pieces of a record

    private mutating func readTag() throws(BinRPCError) -> Tag {
        guard position < body.count else { throw .endOfPacket }
        let byte = body[position]
        position += 1
        return Tag(type: byte & 15, isFlagged: byte & 0x80 != 0, size: Int(byte >> 4 & 7))
    }

    private mutating func integer(_ tag: Tag) throws(BinRPCError) -> Int64 {
        guard !tag.isFlagged, tag.size <= 4 else { throw .badRecord }
        return Int64(Int32(bitPattern: UInt32(truncatingIfNeeded: try bigEndian(tag.size))))
    }

    private mutating func number(_ tag: Tag) throws(BinRPCError) -> Double {
        let size = tag.size + (tag.isFlagged ? 8 : 0)
        guard size <= 8 else { throw .badRecord }
        return Double(Int64(bitPattern: try bigEndian(size))) / 1000
    }

    private mutating func text(_ tag: Tag, isTerminated: Bool) throws(BinRPCError) -> String {
        var length = tag.size
        if tag.isFlagged {
            guard tag.size <= 4 else { throw .badRecord }
            length = Int(try bigEndian(tag.size))
        }
        guard length <= body.count - position else { throw .moreDataNeeded }
        var value = body[position..<position + length]
        position += length
        if isTerminated {
            guard value.popLast() == 0 else { throw .badRecord }
        }
        return String(decoding: value, as: UTF8.self)
    }

    private mutating func bigEndian(_ size: Int) throws(BinRPCError) -> UInt64 {
        guard size <= body.count - position else { throw .moreDataNeeded }
        let value = body[position..<position + size].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        position += size
        return value
    }
}
