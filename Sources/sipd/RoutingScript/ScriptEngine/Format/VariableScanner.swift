import SIPMessage

/// A pseudo-variable taken apart, still as text: `$(name(inner)[index]{transformation}…)`.
struct ScannedVariable {
    var name: ArraySlice<UInt8>
    var inner: ArraySlice<UInt8>?
    var index: ArraySlice<UInt8>?
    /// Each step without its braces: `s.substr,1,2`.
    var transformations: [ArraySlice<UInt8>] = []
}

/// Finds where a pseudo-variable ends and what its parts are (Kamailio: `pv_parse_spec()`).
struct VariableScanner {
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    /// Starts at a `$`.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// Reads one variable and leaves `position` behind it.
    mutating func scan() throws(ScriptError) -> ScannedVariable {
        position += 1
        guard let next = peek() else { throw ScriptError("'$' without a name", hint: "write '$$' for a dollar sign") }
        if next == UInt8(ascii: "(") { return try scanInParentheses() }
        var variable = ScannedVariable(name: scanName())
        guard !variable.name.isEmpty else {
            throw ScriptError("'$' without a name", hint: "write '$$' for a dollar sign")
        }
        if peek() == UInt8(ascii: "(") { variable.inner = try scanBalanced() }
        return variable
    }

    private mutating func scanInParentheses() throws(ScriptError) -> ScannedVariable {
        let outer = bytes[position...]
        var whole = VariableScanner(outer)
        let content = try whole.scanBalanced()
        position = whole.position
        var parts = VariableScanner(content)
        var variable = ScannedVariable(name: parts.scanName())
        guard !variable.name.isEmpty else { throw parts.unexpected() }
        if parts.peek() == UInt8(ascii: "(") { variable.inner = try parts.scanBalanced() }
        if parts.peek() == UInt8(ascii: "[") { variable.index = try parts.scanIndex() }
        while parts.peek() == UInt8(ascii: "{") { variable.transformations.append(try parts.scanTransformation()) }
        guard parts.peek() == nil else { throw parts.unexpected() }
        return variable
    }

    private func peek() -> UInt8? {
        position < bytes.endIndex ? bytes[position] : nil
    }

    private mutating func scanName() -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek(), byte.isPartOfVariableName { position += 1 }
        return bytes[start..<position]
    }

    /// The text between `(` at `position` and the `)` that belongs to it.
    private mutating func scanBalanced() throws(ScriptError) -> ArraySlice<UInt8> {
        var depth = 0
        let start = position
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return bytes[(start + 1)..<(position - 1)] }
        }
        throw ScriptError("missing ')' in variable '\(text(from: start))'")
    }

    private mutating func scanIndex() throws(ScriptError) -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "]") { return bytes[(start + 1)..<(position - 1)] }
            // The index may be a variable with brackets of its own.
            if byte == UInt8(ascii: "$"), peek() == UInt8(ascii: "(") { _ = try scanBalanced() }
        }
        throw ScriptError("missing ']' in variable '\(text(from: bytes.startIndex))'")
    }

    private mutating func scanTransformation() throws(ScriptError) -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "}") { return bytes[(start + 1)..<(position - 1)] }
            if byte == UInt8(ascii: "$"), peek() == UInt8(ascii: "(") { _ = try scanBalanced() }
        }
        throw ScriptError("missing '}' in transformation '\(text(from: start))'")
    }

    private func unexpected() -> ScriptError {
        guard let byte = peek() else { return ScriptError("variable without a name") }
        let shown = String(decoding: [byte], as: UTF8.self)
        return ScriptError("unexpected '\(shown)' in variable '$(\(text(from: bytes.startIndex)))'")
    }

    private func text(from start: Int) -> String {
        String(decoding: bytes[start...].prefix(64), as: UTF8.self)
    }
}

extension UInt8 {
    /// Letters, digits, `_`, `.` and `?`: what Kamailio takes for the name of a variable.
    fileprivate var isPartOfVariableName: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x3F: true
        default: false
        }
    }
}
