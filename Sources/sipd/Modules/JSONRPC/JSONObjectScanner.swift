/// Cuts what comes through a FIFO into JSON objects.
///
/// Objects may go over several lines, as kamctl writes them. A raw line end inside a text, which JSON forbids and kamctl
/// writes, is escaped. An object that does not end cannot swallow the next one: a line that begins with `{` where no
/// value is expected starts anew.
struct JSONObjectScanner {
    private let bytesMax: Int
    private var object: [UInt8] = []
    private var depth = 0
    private var isInText = false
    private var isEscaped = false
    private var isAtLineStart = true
    /// The last byte outside of texts that is no blank.
    private var last: UInt8 = 0
    /// Objects that were given up, since last asked.
    private(set) var brokenCount = 0

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Whether an object has begun and not ended.
    var isInsideObject: Bool { depth > 0 }

    /// Gives the object that has begun up.
    mutating func reset() {
        if depth > 0 { brokenCount += 1 }
        begin()
    }

    /// How many objects were given up since the last call.
    mutating func takeBrokenCount() -> Int {
        defer { brokenCount = 0 }
        return brokenCount
    }

    /// Takes bytes that have arrived, and gives the objects that end in them.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for byte in bytes {
            take(byte)
            if depth == 0, !object.isEmpty {
                found.append(object)
                begin()
            }
            if object.count > bytesMax { reset() }
        }
        return found
    }

    private mutating func begin() {
        object = []
        depth = 0
        isInText = false
        isEscaped = false
        last = 0
    }

    private mutating func take(_ byte: UInt8) {
        let startsLine = isAtLineStart
        if byte == UInt8(ascii: "\n") {
            isAtLineStart = true
        } else if byte != 0x20, byte != 0x09, byte != 0x0D {
            isAtLineStart = false
        }
        if byte == UInt8(ascii: "{"), startsLine, depth > 0, isInText || !Self.mayPrecedeValue(last) { reset() }
        guard depth > 0 || byte == UInt8(ascii: "{") else { return }
        if isInText {
            takeInText(byte)
        } else {
            takeOutside(byte)
        }
    }

    private mutating func takeInText(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInText = false
            last = byte
        } else if byte < 0x20 {
            let escapes: [UInt8: String] = [0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"]
            return object.append(contentsOf: (escapes[byte] ?? " ").utf8)
        }
        object.append(byte)
    }

    private mutating func takeOutside(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: "\""): isInText = true
        default: break
        }
        if byte > 0x20 { last = byte }
        object.append(byte)
    }

    private static func mayPrecedeValue(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ":") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[")
    }
}
