import ControlProtocol

/// Prints JSON part by part the way Kamailio does: compact, or with tabs, a tab behind each colon and arrays on a line.
struct KamailioPrinter {
    private struct Container {
        let isObject: Bool
        var isEmpty = true
    }

    private let isPretty: Bool
    private var open: [Container] = []
    private var isBehindName = false
    private(set) var bytes: [UInt8] = []

    init(isPretty: Bool) {
        self.isPretty = isPretty
    }

    /// Takes what was printed so far.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Prints a member.
    mutating func member(_ name: String, _ value: JSONValue) {
        write(.name(name))
        write(.value(value))
    }

    mutating func write(_ part: DocumentPart) {
        switch part {
        case .name(let name):
            separate()
            newLine()
            JSONValue.write(string: name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            if isPretty { bytes.append(UInt8(ascii: "\t")) }
            isBehindName = true
        case .beginObject: begin(isObject: true)
        case .beginArray: begin(isObject: false)
        case .value(let value): write(value)
        case .end: end()
        }
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .object(let members):
            begin(isObject: true)
            for member in members { self.member(member.name, member.value) }
            end()
        case .array(let elements):
            begin(isObject: false)
            for element in elements { write(element) }
            end()
        case .null, .bool, .integer, .number, .string:
            beginValue()
            value.write(to: &bytes)
        }
    }

    private mutating func begin(isObject: Bool) {
        beginValue()
        bytes.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
        open.append(Container(isObject: isObject))
    }

    private mutating func end() {
        guard let container = open.popLast() else { return }
        if container.isObject { newLine() }
        bytes.append(container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    /// In an array a separator stands before a value; in an object it stood before the name.
    private mutating func beginValue() {
        if isBehindName {
            isBehindName = false
        } else if open.last?.isObject == false {
            if open.last?.isEmpty == false, isPretty {
                separate()
                bytes.append(UInt8(ascii: " "))
            } else {
                separate()
            }
        }
    }

    private mutating func separate() {
        guard let innermost = open.indices.last else { return }
        if !open[innermost].isEmpty { bytes.append(UInt8(ascii: ",")) }
        open[innermost].isEmpty = false
    }

    private mutating func newLine() {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "\t"), count: open.count))
    }
}
