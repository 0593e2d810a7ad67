/// Renders a long answer as kamcmd prints results, as it comes.
///
/// Whether the elements of an array are all one named thing (see `ResultRecord`) cannot be known before its end. Here the
/// first element decides for all; when that one is itself too long to be held back, it counts as one named thing if it
/// has had one name so far.
package struct ResultTextWriter {
    // How many parts of an array's first element are held back: a contact has some 50.
    private static let lookAheadPartsMax = 20_000
    private static let pieceBytes = 32 << 10

    private let answer: LongAnswer
    private let output: ([UInt8]) -> Void
    private var bytes: [UInt8] = []
    private var waiting: [DocumentPart] = []
    private var firstWaiting = 0

    /// Makes a writer that hands its text to a closure in pieces.
    package init(_ answer: LongAnswer, output: @escaping ([UInt8]) -> Void) {
        self.answer = answer
        self.output = output
    }

    /// Renders the answer to its end.
    package mutating func run() throws(ControlClientError) {
        if let part = try next() {
            switch part {
            case .beginArray where try firstElementIsWrapped():
                try writeStructure(isObject: false, areWrapped: true, name: nil, level: 0)
            case .beginArray:
                while let element = try next(), element != .end { try write(element, name: nil, level: 0) }
            case .beginObject:
                if try peek(0) != .end { try write(part, name: nil, level: 0) }
            case .name, .value, .end: try write(part, name: nil, level: 0)
            }
        }
        while try next() != nil {}
        output(bytes)
        bytes = []
    }

    private mutating func write(_ part: DocumentPart, name: String?, level: Int) throws(ControlClientError) {
        switch part {
        case .value(let value):
            ResultText.write(ResultRecord(value), name: name, level: level, to: &bytes)
            if bytes.count >= Self.pieceBytes {
                output(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        case .beginObject: try writeStructure(isObject: true, areWrapped: false, name: name, level: level)
        case .beginArray:
            let areWrapped = try firstElementIsWrapped()
            try writeStructure(isObject: false, areWrapped: areWrapped, name: name, level: level)
        case .name, .end: break
        }
    }

    private mutating func writeStructure(
        isObject: Bool, areWrapped: Bool, name: String?, level: Int
    ) throws(ControlClientError) {
        ResultText.beginLine(name, level: level, to: &bytes)
        bytes.append(contentsOf: "{\n".utf8)
        if isObject {
            try writeMembers(level: level + 1)
        } else {
            while let element = try next(), element != .end {
                if areWrapped, element == .beginObject {
                    try writeMembers(level: level + 1)
                } else {
                    try write(element, name: nil, level: level + 1)
                }
            }
        }
        ResultText.beginLine(nil, level: level, to: &bytes)
        bytes.append(contentsOf: "}\n".utf8)
    }

    private mutating func writeMembers(level: Int) throws(ControlClientError) {
        while case .name(let name)? = try next() {
            guard let value = try next() else { return }
            try write(value, name: name, level: level)
        }
    }

    // MARK: Parts

    private mutating func next() throws(ControlClientError) -> DocumentPart? {
        guard firstWaiting < waiting.count else { return try answer.next() }
        let part = waiting[firstWaiting]
        firstWaiting += 1
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            firstWaiting = 0
        }
        return part
    }

    private mutating func peek(_ offset: Int) throws(ControlClientError) -> DocumentPart? {
        while waiting.count - firstWaiting <= offset {
            guard let part = try answer.next() else { return nil }
            waiting.append(part)
        }
        return waiting[firstWaiting + offset]
    }

    /// Whether the first element of the array that was just opened is an object with one member.
    private mutating func firstElementIsWrapped() throws(ControlClientError) -> Bool {
        guard try peek(0) == .beginObject, case .name? = try peek(1) else { return false }
        var depth = 0
        for offset in 2..<Self.lookAheadPartsMax {
            switch try peek(offset) {
            case .beginObject, .beginArray: depth += 1
            case .end: depth -= 1
            case .value, .name: break
            case nil: return false
            }
            if depth == 0 { return try peek(offset + 1) == .end }
        }
        return true
    }
}
