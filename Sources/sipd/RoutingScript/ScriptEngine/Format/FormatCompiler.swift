package import SIPMessage
import Suggestions

/// Compiles pseudo-variables and texts with pseudo-variables against the vocabulary of the loaded modules.
///
/// What is unknown or misused is an error with the nearest known name, so that a typo stops the start and not a call.
///
/// ```
/// $name                    $name(inner)
/// $(name(inner)[index]{class.operation,arguments}{…})
/// $$                       a dollar sign, in a format
/// ```
package struct FormatCompiler: Sendable {
    /// How deep variables may nest in names, indices and transformations of others.
    package static let depthMax = 16

    /// What the names mean.
    package let vocabulary: Vocabulary
    private let depth: Int

    /// Makes a compiler.
    package init(vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        depth = 0
    }

    private init(vocabulary: Vocabulary, depth: Int) {
        self.vocabulary = vocabulary
        self.depth = depth
    }

    /// Compiles a text in which variables are replaced by their values.
    package func format(_ text: ByteString) throws(ScriptError) -> FormatString {
        var parts: [FormatString.Part] = []
        var literal: [UInt8] = []
        let bytes = text.bytes
        var position = bytes.startIndex
        while position < bytes.endIndex {
            guard bytes[position] == UInt8(ascii: "$") else {
                literal.append(bytes[position])
                position += 1
                continue
            }
            if position + 1 < bytes.endIndex, bytes[position + 1] == UInt8(ascii: "$") {
                literal.append(UInt8(ascii: "$"))
                position += 2
                continue
            }
            if !literal.isEmpty { parts.append(.literal(ByteString(literal))) }
            literal = []
            let found = try leadingVariable(ByteString(bytes[position...]))
            parts.append(.variable(found.variable))
            position += found.length
        }
        if !literal.isEmpty || parts.isEmpty { parts.append(.literal(ByteString(literal))) }
        return FormatString(parts: parts)
    }

    /// Compiles a text that is exactly one variable.
    package func variable(_ text: ByteString) throws(ScriptError) -> ScriptVariable {
        guard text.first == UInt8(ascii: "$") else {
            throw ScriptError("'\(text.string)' is not a variable", hint: "variables begin with '$'")
        }
        let found = try leadingVariable(text)
        guard found.length == text.count else {
            throw ScriptError("'\(text.string)' is more than one variable")
        }
        return found.variable
    }

    /// Compiles the variable that the text begins with, and tells how many bytes it takes.
    package func leadingVariable(_ text: ByteString) throws(ScriptError) -> (variable: ScriptVariable, length: Int) {
        var scanner = VariableScanner(text.bytes)
        let scanned = try scanner.scan()
        let length = scanner.position - text.bytes.startIndex
        return (try bind(scanned, source: text.prefix(length)), length)
    }

    /// Compiles a select, written without the `@`: `from.uri.host`.
    package func select(_ text: ByteString) throws(ScriptError) -> ScriptVariable {
        guard let selects = vocabulary.variables[Vocabulary.selectName] else {
            throw ScriptError("select '@\(text.string)' is unknown")
        }
        return try selects.bind(VariableReference(name: Vocabulary.selectName, inner: text))
    }

    private func bind(_ scanned: ScannedVariable, source: ByteString) throws(ScriptError) -> ScriptVariable {
        guard depth < Self.depthMax else { throw ScriptError("variables nest deeper than \(Self.depthMax) levels") }
        let name = String(decoding: scanned.name, as: UTF8.self)
        guard let variables = vocabulary.variables[name] else { throw unknownVariable(name) }
        let inner = scanned.inner.map { ByteString($0) }
        try check(inner, of: variables, name)
        let bound: ScriptVariable
        if name == VariableSlots.className, let inner {
            bound = try vocabulary.variableSlots.variable(named: inner, source: source)
        } else {
            bound = try variables.bind(try reference(scanned, name: name, inner: inner, variables: variables))
        }
        guard !scanned.transformations.isEmpty else {
            return ScriptVariable(source: source, read: bound.read, write: bound.write)
        }
        var read = bound.read
        for step in scanned.transformations {
            let (source, transform) = (read, try transformation(step))
            read = { context in transform(context, source(context)) }
        }
        return ScriptVariable(source: source, read: read, printsNull: false)
    }

    private func check(
        _ inner: ByteString?, of variables: VariableClass, _ name: String
    ) throws(ScriptError) {
        switch variables.inner {
        case .none:
            if inner != nil { throw ScriptError("variable '$\(name)' takes no name in parentheses") }
        case .required:
            guard let inner else {
                throw ScriptError("variable '$\(name)' needs a name in parentheses", hint: "write '$\(name)(…)'")
            }
            if inner.isEmpty { throw ScriptError("variable '$\(name)' needs a name in its parentheses") }
        case .optional:
            if let inner, inner.isEmpty { throw ScriptError("variable '$\(name)' needs a name in its parentheses") }
        }
    }

    private func reference(
        _ scanned: ScannedVariable, name: String, inner: ByteString?, variables: VariableClass
    ) throws(ScriptError) -> VariableReference {
        var index = VariableIndex.none
        if let text = scanned.index {
            guard variables.indexed else { throw ScriptError("variable '$\(name)' takes no index") }
            index = try self.index(ByteString(text))
        }
        var format: FormatString?
        var failure: ScriptError?
        if let inner, inner.contains(UInt8(ascii: "$")) {
            // Whether a `$` inside means a variable is for the class to know: `$var(a$b)` is a plain name.
            do { format = try nested().format(inner) } catch { failure = error }
        }
        return VariableReference(
            name: name, inner: inner, innerFormat: format, innerFailure: failure, index: index, formats: nested())
    }

    private func index(_ text: ByteString) throws(ScriptError) -> VariableIndex {
        if text == "*" { return .all }
        if text.first == UInt8(ascii: "$") { return .variable(try nested().variable(text)) }
        guard text.first != UInt8(ascii: "+"), let value = text.integerValue, abs(value) <= Int(Int32.max) else {
            throw ScriptError(
                "'\(text.string)' is no index", hint: "an index is a number, '*' or a variable")
        }
        return .constant(value)
    }

    private func transformation(_ text: ArraySlice<UInt8>) throws(ScriptError) -> TransformationBody {
        guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else {
            throw ScriptError("transformation '{\(ByteString(text).string)}' has no class", hint: "write '{s.len}'")
        }
        let className = String(decoding: text[..<dot], as: UTF8.self)
        guard let transformations = vocabulary.transformations[className] else {
            let nearest = NearestName.of(className, among: vocabulary.transformations.keys)
            throw ScriptError(
                "unknown transformation class '\(className)'", hint: nearest.map { "did you mean '\($0)'?" })
        }
        let rest = text[(dot + 1)...]
        let comma = rest.firstIndex(of: UInt8(ascii: ","))
        let operation = String(decoding: rest[..<(comma ?? rest.endIndex)], as: UTF8.self)
        let arguments = comma.map { ByteString(rest[($0 + 1)...]) }
        return try transformations.compile(operation, arguments, nested())
    }

    private func nested() -> FormatCompiler {
        FormatCompiler(vocabulary: vocabulary, depth: depth + 1)
    }

    private func unknownVariable(_ name: String) -> ScriptError {
        if let module = vocabulary.variablesElsewhere[name] {
            return ScriptError(
                "unknown variable '$\(name)'", hint: "it is in module \(module): add loadmodule \"\(module).so\"")
        }
        let nearest = NearestName.of(name, among: vocabulary.variables.keys.lazy.filter { $0 != Vocabulary.selectName })
        return ScriptError("unknown variable '$\(name)'", hint: nearest.map { "did you mean '$\($0)'?" })
    }
}
