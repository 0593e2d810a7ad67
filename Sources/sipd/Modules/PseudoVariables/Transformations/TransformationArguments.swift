import SIPMessage
import ScriptEngine

/// An argument of a transformation: constant, or a variable that is read at each use.
enum TransformationArgument: Sendable {
    case constant(ByteString)
    case variable(ScriptVariable)

    /// Takes a text that may be a variable; texts with a `$` elsewhere are taken as they stand.
    init(_ text: ByteString, _ formats: FormatCompiler) throws(ScriptError) {
        self = text.first == UInt8(ascii: "$") ? .variable(try formats.variable(text)) : .constant(text)
    }

    /// The text for this message; empty when the variable is undefined.
    func text(_ context: ScriptContext) -> ByteString {
        switch self {
        case .constant(let text): text
        case .variable(let variable): variable.read(context).text
        }
    }

    /// The number for this message; 0 when the variable holds none.
    func number(_ context: ScriptContext) -> Int {
        switch self {
        case .constant(let text): text.integerValue ?? 0
        case .variable(let variable): variable.read(context).number
        }
    }

    /// The first byte of the text for this message.
    func byte(_ context: ScriptContext) -> UInt8? {
        text(context).first
    }
}

/// Takes the arguments of a transformation apart, which are separated by commas.
struct TransformationArguments {
    private let className: String
    private let operation: String
    private let formats: FormatCompiler
    private var rest: ByteString?

    init(_ className: String, _ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler) {
        self.className = className
        self.operation = operation
        self.formats = formats
        rest = arguments
    }

    /// Whether nothing is left.
    var isAtEnd: Bool { rest == nil }

    /// The next argument, up to a comma that does not belong to a variable.
    mutating func next() throws(ScriptError) -> TransformationArgument {
        guard let text = rest else { throw missing }
        if text.first == UInt8(ascii: "$") {
            let found = try formats.leadingVariable(text)
            let behind = text.dropFirst(found.length)
            guard behind.isEmpty || behind.first == UInt8(ascii: ",") else {
                throw ScriptError("'\(text.string)' in '{\(className).\(operation)}' is more than one variable")
            }
            rest = behind.isEmpty ? nil : behind.dropFirst()
            return .variable(found.variable)
        }
        guard let comma = text.firstIndex(of: UInt8(ascii: ",")) else {
            rest = nil
            return .constant(text)
        }
        rest = ByteString(text.bytes[(comma + 1)...])
        return .constant(ByteString(text.bytes[..<comma]))
    }

    /// Passes over blanks in front of the next argument, as Kamailio does for some operations.
    mutating func skipBlanks() {
        while let first = rest?.first, first == 0x20 || first == 0x09 { rest = rest?.dropFirst() }
    }

    /// The next argument, which must be a number or a variable.
    mutating func nextNumber() throws(ScriptError) -> TransformationArgument {
        let argument = try next()
        if case .constant(let text) = argument, text.integerValue == nil {
            throw ScriptError("'\(text.string)' in '{\(className).\(operation)}' is not a number")
        }
        return argument
    }

    /// All that is left, commas included, as one argument that may be a variable.
    mutating func remainder() throws(ScriptError) -> TransformationArgument {
        guard let text = rest else { throw missing }
        rest = nil
        return try TransformationArgument(text, formats)
    }

    /// The separator that a list is cut at: exactly one byte, which may be a comma; `\t`, `\n`, `\r` and `\\` are known.
    mutating func separator() throws(ScriptError) -> UInt8 {
        guard let text = rest, let first = text.first else { throw missing }
        rest = nil
        if text.count == 1 { return first }
        if text.count == 2, first == UInt8(ascii: "\\"), let last = text.last {
            switch last {
            case UInt8(ascii: "t"): return 0x09
            case UInt8(ascii: "n"): return 0x0A
            case UInt8(ascii: "r"): return 0x0D
            case UInt8(ascii: "\\"): return last
            default: break
            }
        }
        throw ScriptError("'\(text.string)' in '{\(className).\(operation)}' is not one character")
    }

    /// The error for an argument that is not there.
    var missing: ScriptError { ScriptError("'{\(className).\(operation)}' needs another argument") }
}
