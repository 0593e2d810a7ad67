/// Text that is being read: a file, or the text of a definition in place of its name.
struct SourceText {
    /// The name that a text stands for, and where the name stood.
    struct Replacement {
        var name: String
        var range: SourceRange
        var definition: Int32
    }

    let bytes: [UInt8]
    let file: Int32
    let replacement: Replacement?
    private(set) var index = 0
    private var line: Int32 = 1
    private var lineStart = 0

    init(bytes: [UInt8], file: Int32, replacement: Replacement? = nil) {
        self.bytes = bytes
        self.file = file
        self.replacement = replacement
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if replacement == nil, bytes.starts(with: byteOrderMark) {
            index = byteOrderMark.count
            lineStart = index
        }
    }

    var isAtEnd: Bool { index >= bytes.count }

    /// The byte that is this far ahead; nil behind the end.
    func peek(_ offset: Int = 0) -> UInt8? {
        let position = index + offset
        return position < bytes.count ? bytes[position] : nil
    }

    /// The position of the next byte.
    var position: SourcePosition {
        if let replacement { return replacement.range.start }
        return SourcePosition(file: file, line: line, column: Int32(truncatingIfNeeded: index - lineStart + 1))
    }

    /// The position of the byte that was read last.
    var lastPosition: SourcePosition {
        if let replacement { return replacement.range.end }
        let column = max(index - lineStart, 1)
        return SourcePosition(file: file, line: line, column: Int32(truncatingIfNeeded: column))
    }

    /// Reads over bytes, of which none may be a line end except the last.
    mutating func advance(_ count: Int = 1) {
        index = min(index + count, bytes.count)
        guard count > 0, index > 0, bytes[index - 1] == .lineFeed else { return }
        line &+= 1
        lineStart = index
    }

    /// Reads up to the end of the line, which stays unread, or to the end of the text.
    mutating func skipLine() {
        while index < bytes.count, bytes[index] != .lineFeed { index += 1 }
    }

    /// Reads blanks of one line.
    mutating func skipBlanks() {
        while let byte = peek(), byte.isBlank { index += 1 }
    }

    /// The length of the run of bytes for which the test holds, from this far ahead on.
    func length(from offset: Int = 0, while test: (UInt8) -> Bool) -> Int {
        var end = index + offset
        while end < bytes.count, test(bytes[end]) { end += 1 }
        return max(end - index - offset, 0)
    }

    /// The next bytes as text.
    func text(_ length: Int, from offset: Int = 0) -> String {
        let start = min(index + offset, bytes.count)
        return String(decoding: bytes[start..<min(start + length, bytes.count)], as: UTF8.self)
    }
}

extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let doubleQuote: UInt8 = 0x22
    static let singleQuote: UInt8 = 0x27
    static let backslash: UInt8 = 0x5C

    var isBlank: Bool { self == 0x20 || self == .tab || self == .carriageReturn || self == 0x08 }
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    var isWordStart: Bool { isLetter || self == 0x5F }
    var isWord: Bool { isWordStart || isDigit }

    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self + 0x20 : self }
}
