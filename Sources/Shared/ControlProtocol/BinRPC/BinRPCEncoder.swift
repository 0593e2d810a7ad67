/// Encodes records as the body of a binrpc packet.
///
/// A record is a tag byte (bit 7: the next four bits of size count length bytes; bits 6-4: size; bits 3-0: type), an
/// optional length, and the value. Kamailio: src/modules/ctl, observed on 5.6.3.
package struct BinRPCEncoder: Sendable {
    /// The types of records.
    enum RecordType: UInt8 {
        case integer = 0
        case string = 1
        case double = 2
        case structure = 3
        case array = 4
        case memberName = 5
        case bytes = 6
    }

    /// What was encoded so far.
    package private(set) var bytes: [UInt8] = []

    /// Makes an empty body.
    package init() {}

    /// The body of a request: the method's name, then the parameters.
    package static func request(method: String, parameters: [ResultRecord]) -> [UInt8] {
        var encoder = BinRPCEncoder()
        encoder.append(.text(method))
        for parameter in parameters { encoder.append(parameter) }
        return encoder.bytes
    }

    /// The body of a fault.
    ///
    /// The text is cut at 255 bytes, as much as Kamailio's clients hold.
    package static func fault(code: Int, message: String) -> [UInt8] {
        var encoder = BinRPCEncoder()
        encoder.append(.integer(Int64(code)))
        encoder.appendText(message.utf8.prefix(255), type: .string)
        return encoder.bytes
    }

    /// Appends a record with all that is inside it.
    package mutating func append(_ record: ResultRecord) {
        switch record {
        case .integer(let integer): append(integer: integer)
        case .number(let number): append(number: number)
        case .text(let text): appendText(text.utf8, type: .string)
        case .structure(let members):
            bytes.append(RecordType.structure.rawValue)
            for member in members {
                if let name = member.name { appendText(name.utf8, type: .memberName) }
                append(member.value)
            }
            bytes.append(0x80 | RecordType.structure.rawValue)
        case .array(let elements):
            bytes.append(RecordType.array.rawValue)
            for element in elements { append(element) }
            bytes.append(0x80 | RecordType.array.rawValue)
        }
    }

    /// Integers have 32 bits; what is above is lost, as Kamailio loses it (`HashID` 2814147082 is -1480820214).
    private mutating func append(integer: Int64) {
        let value = UInt32(bitPattern: Int32(truncatingIfNeeded: integer))
        append(value: UInt64(value), type: .integer)
    }

    /// Doubles go out as thousandths in a 64-bit integer; all four high bits of the tag are then the size.
    private mutating func append(number: Double) {
        let scaled = (number * 1000).rounded(.towardZero)
        let thousandths =
            Int64(exactly: scaled) ?? (number.isNaN ? 0 : number < 0 ? .min : .max)
        append(value: UInt64(bitPattern: thousandths), type: .double)
    }

    private mutating func append(value: UInt64, type: RecordType) {
        let size = 8 - value.leadingZeroBitCount / 8
        bytes.append(UInt8(size) << 4 | type.rawValue)
        for index in (0..<size).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    /// Texts end in a zero byte that counts; a zero inside would end them for the reader, so it ends them here.
    private mutating func appendText(_ text: some Collection<UInt8>, type: RecordType) {
        let value = text.prefix { $0 != 0 }
        let length = value.count + 1
        if length < 8 {
            bytes.append(UInt8(length) << 4 | type.rawValue)
        } else {
            let size = 8 - UInt64(length).leadingZeroBitCount / 8
            bytes.append(0x80 | UInt8(size) << 4 | type.rawValue)
            for index in (0..<size).reversed() { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * index))) }
        }
        bytes.append(contentsOf: value)
        bytes.append(0)
    }
}
