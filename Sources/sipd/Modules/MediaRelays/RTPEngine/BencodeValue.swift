import SIPMessage

/// A value of the ng protocol: bencoding, as in BEP 3.
enum BencodeValue: Hashable, Sendable {
    case integer(Int)
    case string(ByteString)
    case list([BencodeValue])
    /// Members in order.
    case dictionary([Member])

    /// A member of a dictionary.
    struct Member: Hashable, Sendable {
        var key: ByteString
        var value: BencodeValue
    }

    /// How deep values nest in an answer.
    private static let depthMax = 32
    /// How many values an answer holds at most.
    private static let countMax = 100_000

    /// The member of a dictionary, or nil.
    subscript(key: String) -> BencodeValue? {
        guard case .dictionary(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The text of a string.
    var text: ByteString? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A number, also when it is sent as text.
    var number: Int? {
        switch self {
        case .integer(let number): number
        case .string(let text): text.integerValue
        case .list, .dictionary: nil
        }
    }

    /// The members of a dictionary.
    var members: [Member] {
        if case .dictionary(let members) = self { members } else { [] }
    }

    /// The elements of a list.
    var elements: [BencodeValue] {
        if case .list(let elements) = self { elements } else { [] }
    }
}

// MARK: - Writing

extension BencodeValue {
    /// Appends the encoded value.
    func append(to output: inout [UInt8]) {
        switch self {
        case .integer(let number):
            output += Array("i\(number)e".utf8)
        case .string(let text):
            Self.append(text, to: &output)
        case .list(let elements):
            output.append(UInt8(ascii: "l"))
            for element in elements { element.append(to: &output) }
            output.append(UInt8(ascii: "e"))
        case .dictionary(let members):
            output.append(UInt8(ascii: "d"))
            for member in members {
                Self.append(member.key, to: &output)
                member.value.append(to: &output)
            }
            output.append(UInt8(ascii: "e"))
        }
    }

    private static func append(_ text: ByteString, to output: inout [UInt8]) {
        output += Array("\(text.count):".utf8)
        output.append(contentsOf: text.bytes)
    }
}

// MARK: - Reading

/// Why an answer cannot be read: what is wrong at which byte.
struct BencodeError: Error, Equatable {
    let offset: Int
}

extension BencodeValue {
    /// Reads a value that fills the text.
    init(parsing text: ByteString) throws(BencodeError) {
        var reader = Reader(bytes: text.bytes, position: text.bytes.startIndex)
        self = try reader.value(depth: 0)
        guard reader.isAtEnd else { throw reader.failure }
    }

    private struct Reader {
        let bytes: ArraySlice<UInt8>
        var position: Int
        var count = 0

        /// Line ends behind the value are not minded.
        var isAtEnd: Bool { bytes[position...].allSatisfy { $0 == 0x0A || $0 == 0x0D } }
        var failure: BencodeError { BencodeError(offset: position - bytes.startIndex) }

        mutating func value(depth: Int) throws(BencodeError) -> BencodeValue {
            count += 1
            guard depth < BencodeValue.depthMax, count <= BencodeValue.countMax, position < bytes.endIndex else {
                throw failure
            }
            switch bytes[position] {
            case UInt8(ascii: "i"):
                position += 1
                return .integer(try number(until: UInt8(ascii: "e")))
            case UInt8(ascii: "l"):
                position += 1
                var elements: [BencodeValue] = []
                while try !takesEnd() { elements.append(try value(depth: depth + 1)) }
                return .list(elements)
            case UInt8(ascii: "d"):
                position += 1
                var members: [Member] = []
                while try !takesEnd() {
                    let key = try string()
                    members.append(Member(key: key, value: try value(depth: depth + 1)))
                }
                return .dictionary(members)
            default:
                return .string(try string())
            }
        }

        private mutating func takesEnd() throws(BencodeError) -> Bool {
            guard position < bytes.endIndex else { throw failure }
            guard bytes[position] == UInt8(ascii: "e") else { return false }
            position += 1
            return true
        }

        private mutating func number(until end: UInt8) throws(BencodeError) -> Int {
            guard let stop = bytes[position...].firstIndex(of: end),
                let number = ByteString(bytes[position..<stop]).integerValue
            else { throw failure }
            position = stop + 1
            return number
        }

        private mutating func string() throws(BencodeError) -> ByteString {
            let length = try number(until: UInt8(ascii: ":"))
            guard length >= 0, length <= bytes.endIndex - position else { throw failure }
            defer { position += length }
            return ByteString(bytes[position..<(position + length)])
        }
    }
}
