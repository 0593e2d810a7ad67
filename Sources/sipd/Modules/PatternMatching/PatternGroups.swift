import SIPMessage
import ScriptEngine

/// The file of module regex: `[0]` and below it lines of expressions, any of which may match; `#` begins a comment.
enum PatternGroups {
    /// Reads the groups by their numbers; nil for a number that does not occur.
    static func parse(
        _ text: ByteString, groupsMax: Int, bytesMax: Int
    ) throws(ScriptError) -> [ByteString?] {
        var groups: [ByteString?] = []
        var current: Int?
        for (index, raw) in text.split(on: 0x0A).enumerated() {
            let line = raw.trimmed()
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            if let number = number(line) {
                guard number < groupsMax else {
                    throw ScriptError("line \(index + 1): group \(number) is more than max_groups allows")
                }
                while groups.count <= number { groups.append(nil) }
                guard groups[number] == nil else {
                    throw ScriptError("line \(index + 1): group \(number) occurs twice")
                }
                groups[number] = ""
                current = number
                continue
            }
            guard let current, let group = groups[current] else {
                throw ScriptError("line \(index + 1): there is no group yet", hint: "write [0] above the first line")
            }
            let joined = group + (group.isEmpty ? "(" : "|(") + line + ")"
            guard joined.count <= bytesMax else {
                throw ScriptError("line \(index + 1): group \(current) is longer than group_max_size allows")
            }
            groups[current] = joined
        }
        return groups.map { $0.flatMap { $0.isEmpty ? nil : $0 } }
    }

    private static func number(_ line: ByteString) -> Int? {
        guard line.first == UInt8(ascii: "["), line.last == UInt8(ascii: "]"),
            let number = line.dropFirst().dropLast().integerValue, number >= 0
        else { return nil }
        return number
    }
}
