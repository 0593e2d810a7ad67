/// Prints a document whose parts come one by one, as compact JSON.
package struct DocumentPrinter: Sendable {
    private struct Container {
        let isObject: Bool
        var isEmpty = true
        var hasName = false
    }

    private var open: [Container] = []

    /// Whether the document is complete.
    package private(set) var isFinished = false

    /// Makes a printer for one document.
    package init() {}

    /// Appends a part's text; answers false when the part cannot stand there.
    package mutating func write(_ part: DocumentPart, to output: inout [UInt8]) -> Bool {
        guard !isFinished else { return false }
        switch part {
        case .name(let name):
            guard let innermost = open.indices.last, open[innermost].isObject, !open[innermost].hasName else {
                return false
            }
            separate(innermost, to: &output)
            open[innermost].hasName = true
            JSONValue.write(string: name, to: &output)
            output.append(UInt8(ascii: ":"))
        case .beginObject:
            guard beginValue(to: &output) else { return false }
            output.append(UInt8(ascii: "{"))
            open.append(Container(isObject: true))
        case .beginArray:
            guard beginValue(to: &output) else { return false }
            output.append(UInt8(ascii: "["))
            open.append(Container(isObject: false))
        case .value(let value):
            guard beginValue(to: &output) else { return false }
            value.write(to: &output)
            isFinished = open.isEmpty
        case .end:
            guard let container = open.popLast(), !container.hasName else { return false }
            output.append(container.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
            isFinished = open.isEmpty
        }
        return true
    }

    private mutating func beginValue(to output: inout [UInt8]) -> Bool {
        guard let innermost = open.indices.last else { return true }
        if open[innermost].isObject {
            guard open[innermost].hasName else { return false }
            open[innermost].hasName = false
        } else {
            separate(innermost, to: &output)
        }
        return true
    }

    private mutating func separate(_ innermost: Int, to output: inout [UInt8]) {
        if !open[innermost].isEmpty { output.append(UInt8(ascii: ",")) }
        open[innermost].isEmpty = false
    }
}
