import NetworkAddress

extension DNSMessage {
    /// The message as it is on the wire; names are not compressed.
    package func encoded() -> [UInt8] {
        var writer = DNSWriter()
        writer.write(identifier)
        var flags: UInt16 = isResponse ? 0x8000 : 0
        if isTruncated { flags |= 0x0200 }
        if recursionDesired { flags |= 0x0100 }
        if isResponse { flags |= 0x0080 }
        writer.write(flags | UInt16(responseCode.rawValue))
        writer.write((question == nil ? 0 : 1) as UInt16)
        for section in [answers, authorities, additionals] {
            writer.write(UInt16(truncatingIfNeeded: min(section.count, DNSMessage.recordCountMax)))
        }
        if let question {
            writer.write(question.name)
            writer.write(question.type.rawValue)
            writer.write(1 as UInt16)
        }
        for section in [answers, authorities, additionals] {
            for record in section.prefix(DNSMessage.recordCountMax) { writer.write(record) }
        }
        return writer.bytes
    }
}

/// The bytes of a DNS message under construction.
private struct DNSWriter {
    var bytes: [UInt8] = []

    mutating func write(_ value: UInt16) {
        bytes.append(UInt8(value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func write(_ value: UInt32) {
        write(UInt16(value >> 16))
        write(UInt16(truncatingIfNeeded: value))
    }

    mutating func write(_ name: DNSName) {
        bytes += name.labels
        bytes.append(0)
    }

    mutating func write(string: [UInt8]) {
        bytes.append(UInt8(min(string.count, 255)))
        bytes += string.prefix(255)
    }

    mutating func write(_ record: DNSRecord) {
        write(record.name)
        write(record.type.rawValue)
        write(1 as UInt16)
        write(record.timeToLiveSeconds)
        let lengthIndex = bytes.count
        write(0 as UInt16)
        write(record.data)
        let length = UInt16(truncatingIfNeeded: bytes.count - lengthIndex - 2)
        bytes[lengthIndex] = UInt8(length >> 8)
        bytes[lengthIndex + 1] = UInt8(truncatingIfNeeded: length)
    }

    mutating func write(_ data: DNSRecord.Data) {
        switch data {
        case .address(let address):
            bytes += address.octets
        case .canonicalName(let name), .pointer(let name):
            write(name)
        case .service(let service):
            write(service.priority)
            write(service.weight)
            write(service.port)
            write(service.target)
        case .namingAuthority(let rule):
            write(rule.order)
            write(rule.preference)
            write(string: Array(rule.flags.utf8))
            write(string: Array(rule.services.utf8))
            write(string: Array(rule.regexp.utf8))
            write(rule.replacement)
        case .text(let text):
            write(string: text)
        case .startOfAuthority(let minimum):
            bytes += [0, 0]
            for _ in 0..<4 { write(0 as UInt32) }
            write(minimum)
        case .other:
            break
        }
    }
}
