package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `textops`: headers, bodies and texts.
package struct TextOperationsModule: ScriptModule {
    typealias Function = FunctionDescription<TextOperationsModule>

    /// There is nothing to set.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the module offers.
    package static var description: ModuleDescription<TextOperationsModule> {
        ModuleDescription(
            name: "textops", summary: "Headers, bodies and texts.",
            functions: questionFunctions + appendFunctions + removeFunctions + searchFunctions + replaceFunctions
                + substitutionFunctions + bodyFunctions + partFunctions + textFunctions,
            transformations: [
                TransformationDescription("re", summary: "substitutions") {
                    _, operation, arguments, formats throws(ScriptError) in
                    guard operation.lowercased() == "subst", let arguments else {
                        throw ScriptError("unknown transformation '{re.\(operation)}'", hint: "{re.subst,/from/to/g}")
                    }
                    let substitution = try TextSubstitution(arguments.trimmed(), formats)
                    return { context, value in
                        guard !value.isNull else { return .null }
                        guard let found = substitution.replacements(in: value.text.bytes, context) else {
                            return .string("")
                        }
                        return .string(TextSubstitution.text(value.text, with: found))
                    }
                }
            ])
    }
}

extension SIPMessage {
    /// The headers a name means, in either form.
    func headers(called name: ByteString) -> [HeaderField] {
        let known = HeaderName(name)
        return known == .other ? headers(named: name) : headers(named: known)
    }

    /// Everything behind the start line.
    var afterStartLine: ArraySlice<UInt8> {
        buffer[headersStart..<bodyRange.upperBound]
    }

    /// The header lines.
    var headerBytes: ArraySlice<UInt8> {
        buffer[headersStart..<headersEnd]
    }
}

extension ByteString {
    /// How many bytes stand before the first such byte.
    func offset(of byte: UInt8) -> Int? {
        firstIndex(of: byte).map { $0 - range.lowerBound }
    }

    /// How many bytes stand before the first occurrence of a text.
    func offset(of text: ByteString) -> Int? {
        range(of: text).map { $0.lowerBound - range.lowerBound }
    }
}
