import NetworkAddress

extension DNSMessage {
    /// The most records that are read from one message; the largest answer over TCP holds fewer A records.
    package static let recordCountMax = 4096

    /// Reads a message as it is on the wire.
    ///
    /// Every length and count is checked against the bytes that are there, compression pointers must point
    /// backwards: hostile input costs at most time linear in its length times the longest name.
    /// Bytes behind the last record are ignored. Names are folded to lower case.
    package init(decoding bytes: [UInt8]) throws(DNSDecodingError) {
        var reader = DNSReader(bytes: bytes)
        let identifier = try reader.readUInt16()
        let flags = try reader.readUInt16()
        let questionCount = Int(try reader.readUInt16())
        let counts = (
            Int(try reader.readUInt16()), Int(try reader.readUInt16()), Int(try reader.readUInt16())
        )
        let total = counts.0 + counts.1 + counts.2 + questionCount
        guard total <= DNSMessage.recordCountMax else { throw .tooManyRecords(count: total) }

        self.init(identifier: identifier, question: nil)
        isResponse = flags & 0x8000 != 0
        isTruncated = flags & 0x0200 != 0
        recursionDesired = flags & 0x0100 != 0
        responseCode = ResponseCode(rawValue: UInt8(truncatingIfNeeded: flags))
        for index in 0..<questionCount {
            let read = try reader.readQuestion()
            if index == 0 { question = read }
        }
        // A truncated answer may end anywhere; what is there is of no use, the question is asked again over TCP.
        if isTruncated { return }
        answers = try reader.readRecords(counts.0)
        authorities = try reader.readRecords(counts.1)
        additionals = try reader.readRecords(counts.2)
    }
}

/// A position in the bytes of a DNS message.
private struct DNSReader {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func readUInt8() throws(DNSDecodingError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated(offset: offset) }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func readUInt16() throws(DNSDecodingError) -> UInt16 {
        let high = try readUInt8()
        return UInt16(high) << 8 | UInt16(try readUInt8())
    }

    mutating func readUInt32() throws(DNSDecodingError) -> UInt32 {
        let high = try readUInt16()
        return UInt32(high) << 16 | UInt32(try readUInt16())
    }

    mutating func readBytes(_ count: Int) throws(DNSDecodingError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - offset else { throw .truncated(offset: offset) }
        defer { offset += count }
        return bytes[offset..<(offset + count)]
    }

    /// Reads a name and leaves the position behind it (behind the first pointer when there is one).
    mutating func readName() throws(DNSDecodingError) -> DNSName {
        var labels: [UInt8] = []
        var position = offset
        var end: Int?
        while true {
            guard position < bytes.count else { throw .truncated(offset: position) }
            let length = Int(bytes[position])
            switch length {
            case 0:
                offset = end ?? position + 1
                return DNSName(validated: labels)
            case 1...DNSName.labelLengthMax:
                let labelEnd = position + 1 + length
                guard labelEnd <= bytes.count else { throw .truncated(offset: position) }
                guard labels.count + length + 2 <= DNSName.lengthMax else { throw .nameTooLong(offset: position) }
                labels.append(UInt8(length))
                for byte in bytes[(position + 1)..<labelEnd] { labels.append(DNSName.lowercased(byte)) }
                position = labelEnd
            case 0xc0...:
                guard position + 1 < bytes.count else { throw .truncated(offset: position) }
                let target = (length & 0x3f) << 8 | Int(bytes[position + 1])
                // Backwards only: each jump makes the position smaller than any before it, so no loop is possible.
                guard target < position, target < (end == nil ? position : lastTarget) else {
                    throw .pointerNotBackwards(offset: position)
                }
                if end == nil { end = position + 2 }
                lastTarget = target
                position = target
            default:
                throw .reservedLabel(offset: position)
            }
        }
    }

    /// Where the last compression pointer led; the next one must lead further back.
    private var lastTarget = 0

    mutating func readQuestion() throws(DNSDecodingError) -> DNSMessage.Question? {
        let name = try readName()
        let type = try readUInt16()
        let recordClass = try readUInt16()
        return recordClass == 1 ? DNSMessage.Question(name: name, type: DNSRecordType(rawValue: type)) : nil
    }

    mutating func readRecords(_ count: Int) throws(DNSDecodingError) -> [DNSRecord] {
        var records: [DNSRecord] = []
        // The count is not trusted with memory: a record takes at least 11 bytes.
        records.reserveCapacity(min(count, (bytes.count - offset) / 11))
        for _ in 0..<count { records.append(try readRecord()) }
        return records
    }

    mutating func readRecord() throws(DNSDecodingError) -> DNSRecord {
        let name = try readName()
        let type = DNSRecordType(rawValue: try readUInt16())
        let recordClass = try readUInt16()
        let life = try readUInt32()
        let length = Int(try readUInt16())
        let start = offset
        guard length <= bytes.count - start else { throw .truncated(offset: start) }
        let data = recordClass == 1 ? try readData(type, length: length) : nil
        if data != nil, offset != start + length { throw .dataLength(offset: start) }
        offset = start + length
        // RFC 2181 §8: a time to live with the top bit set is to be read as zero.
        return DNSRecord(
            name: name, type: type, timeToLiveSeconds: life > UInt32(Int32.max) ? 0 : life, data: data ?? .other)
    }

    private mutating func readData(_ type: DNSRecordType, length: Int) throws(DNSDecodingError) -> DNSRecord.Data? {
        switch type {
        case .a, .aaaa:
            guard let address = IPAddress(octets: try readBytes(length)), address.isIPv4 == (type == .a) else {
                throw .dataLength(offset: offset - length)
            }
            return .address(address)
        case .cname:
            return .canonicalName(try readName())
        case .ptr:
            return .pointer(try readName())
        case .srv:
            return .service(
                DNSService(
                    priority: try readUInt16(), weight: try readUInt16(), port: try readUInt16(),
                    target: try readName()))
        case .naptr:
            return .namingAuthority(
                DNSNamingAuthority(
                    order: try readUInt16(), preference: try readUInt16(), flags: try readString(),
                    services: try readString(), regexp: try readString(), replacement: try readName()))
        case .txt:
            var text: [UInt8] = []
            let end = offset + length
            while offset < end { text += try readBytes(Int(try readUInt8())) }
            return .text(text)
        case .soa:
            _ = try readName()
            _ = try readName()
            _ = try readBytes(16)
            return .startOfAuthority(minimum: try readUInt32())
        default:
            return nil
        }
    }

    private mutating func readString() throws(DNSDecodingError) -> String {
        let length = Int(try readUInt8())
        return String(decoding: try readBytes(length), as: UTF8.self)
    }
}
