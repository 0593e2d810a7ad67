package import SIPMessage
package import ScriptEngine

/// A select taken apart: `via[2].params["node"]` becomes steps with indices.
package struct SelectPath: Sendable {
    /// One name with what stands in brackets behind it.
    package struct Step: Sendable, Equatable {
        /// The name, or a text that stood alone in brackets.
        package var name: String
        /// The number in brackets; selects count from 1, and from the end with negative numbers.
        package var index: Int?
    }

    /// The steps in order; never empty.
    package let steps: [Step]

    /// Reads a path.
    package init(_ text: ByteString) throws(ScriptError) {
        var steps: [Step] = []
        var rest = Substring(text.string)
        while !rest.isEmpty {
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            rest = rest.dropFirst(name.count)
            if !name.isEmpty { steps.append(Step(name: String(name))) }
            if rest.first == "[" {
                guard let end = rest.firstIndex(of: "]") else { throw Self.malformed(text) }
                try Self.add(rest[rest.index(after: rest.startIndex)..<end], to: &steps, text)
                rest = rest[rest.index(after: end)...]
            } else if name.isEmpty {
                throw Self.malformed(text)
            }
            if rest.first == "." { rest = rest.dropFirst() }
        }
        guard !steps.isEmpty else { throw Self.malformed(text) }
        self.steps = steps
    }

    private static func add(_ inside: Substring, to steps: inout [Step], _ text: ByteString) throws(ScriptError) {
        if inside.first == "\"" || inside.first == "'" {
            steps.append(Step(name: String(inside.dropFirst().dropLast())))
        } else if let number = Int(inside), !steps.isEmpty {
            steps[steps.count - 1].index = number
        } else {
            throw malformed(text)
        }
    }

    private static func malformed(_ text: ByteString) -> ScriptError {
        ScriptError("'\(text.string)' is not a select", hint: "write names with dots: from.uri.host")
    }
}
