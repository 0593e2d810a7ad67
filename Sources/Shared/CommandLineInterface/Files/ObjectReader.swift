/// Cuts a JSON array of objects, or JSON objects one behind the other, into the bytes of each, in constant memory.
package struct ObjectReader {
    private static let objectBytesMax = 64 << 20

    private let input: InputFile
    /// The line the last object began on, from 1.
    package private(set) var line = 0
    private var currentLine = 1

    /// Starts at the place the file is at.
    package init(_ input: InputFile) {
        self.input = input
    }

    /// The bytes of the next object; nil at the end.
    ///
    /// What stands between objects may be white space, commas and the brackets of one array around them.
    package mutating func next() throws(CommandFailure) -> [UInt8]? {
        while let byte = try input.next() {
            switch byte {
            case 0x0A: currentLine += 1
            case 0x20, 0x09, 0x0D, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"): continue
            case UInt8(ascii: "{"):
                line = currentLine
                return try object()
            default:
                line = currentLine
                throw CommandFailure(
                    .badData, "\(input.name):\(line): expected a JSON object",
                    hint: "one object a line, or one array of objects")
            }
        }
        return nil
    }

    private mutating func object() throws(CommandFailure) -> [UInt8] {
        var bytes = [UInt8(ascii: "{")]
        var depth = 1
        var isInString = false
        while let byte = try input.next() {
            bytes.append(byte)
            guard bytes.count <= Self.objectBytesMax else { break }
            switch byte {
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "\\") where isInString:
                if let next = try input.next() { bytes.append(next) }
            case UInt8(ascii: "{") where !isInString: depth += 1
            case UInt8(ascii: "}") where !isInString: depth -= 1
            case 0x0A: currentLine += 1
            default: break
            }
            if depth == 0 { return bytes }
        }
        throw CommandFailure(.badData, "\(input.name):\(line): the JSON object is not closed, or too long")
    }
}
