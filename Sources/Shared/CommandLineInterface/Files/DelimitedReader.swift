/// Reads CSV (RFC 4180) or tab-separated lines, one record after another.
package struct DelimitedReader {
    /// How fields are told apart.
    package enum Style: Sendable {
        /// Commas; a field may stand in double quotes.
        case csv
        /// Tabs; `\t`, `\n`, `\r` and `\\` are written with a backslash.
        case tsv
    }

    /// Far above what a row of any table takes.
    private static let recordBytesMax = 64 << 20
    private static let fieldsMax = 1000

    private let input: InputFile
    private let style: Style
    /// The line the last record began on, from 1.
    package private(set) var line = 0
    private var nextLine = 1

    /// Starts at the place the file is at.
    package init(_ input: InputFile, style: Style) {
        self.input = input
        self.style = style
    }

    /// The fields of the next record that is not an empty line; nil at the end.
    ///
    /// - Throws: `CommandFailure` with `badData`, file and line when it is none.
    package mutating func next() throws(CommandFailure) -> [String]? {
        while true {
            guard try input.peek() != nil else { return nil }
            line = nextLine
            let fields = try record()
            if fields != [""] { return fields }
        }
    }

    private mutating func record() throws(CommandFailure) -> [String] {
        var fields: [String] = []
        var size = 0
        while true {
            let (bytes, isLast) = try field()
            size += bytes.count
            guard size <= Self.recordBytesMax, fields.count < Self.fieldsMax else { throw failure("is too long") }
            guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("is not valid UTF-8") }
            fields.append(text)
            if isLast { return fields }
        }
    }

    private mutating func field() throws(CommandFailure) -> (bytes: [UInt8], isLast: Bool) {
        var bytes: [UInt8] = []
        if style == .csv, try input.peek() == UInt8(ascii: "\"") {
            _ = try input.next()
            return try quotedField()
        }
        while let byte = try input.next() {
            switch byte {
            case UInt8(ascii: ",") where style == .csv, 0x09 where style == .tsv: return (bytes, false)
            case 0x0A:
                nextLine += 1
                return (bytes, true)
            case 0x0D where try input.peek() == 0x0A: continue
            case UInt8(ascii: "\"") where style == .csv: throw failure("has a quote inside a field that is not quoted")
            case UInt8(ascii: "\\") where style == .tsv: bytes.append(try escaped())
            default: bytes.append(byte)
            }
            guard bytes.count <= Self.recordBytesMax else { throw failure("is too long") }
        }
        return (bytes, true)
    }

    private mutating func quotedField() throws(CommandFailure) -> (bytes: [UInt8], isLast: Bool) {
        var bytes: [UInt8] = []
        while let byte = try input.next() {
            guard byte == UInt8(ascii: "\"") else {
                if byte == 0x0A { nextLine += 1 }
                bytes.append(byte)
                guard bytes.count <= Self.recordBytesMax else { throw failure("is too long") }
                continue
            }
            switch try input.next() {
            case UInt8(ascii: "\""): bytes.append(byte)
            case UInt8(ascii: ","): return (bytes, false)
            case nil: return (bytes, true)
            case 0x0A:
                nextLine += 1
                return (bytes, true)
            case 0x0D where try input.peek() == 0x0A:
                _ = try input.next()
                nextLine += 1
                return (bytes, true)
            case .some: throw failure("has text behind a closing quote")
            }
        }
        throw failure("has a quote that is not closed")
    }

    private mutating func escaped() throws(CommandFailure) -> UInt8 {
        switch try input.next() {
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        default: throw failure("has a backslash that is not followed by t, n, r or \\")
        }
    }

    private func failure(_ rule: String) -> CommandFailure {
        CommandFailure(.badData, "\(input.name):\(line): the line \(rule)")
    }
}
