import ModuleInterface
import SIPMessage
import ScriptEngine

extension TextExtensionsModule {
    /// Functions that work on single values of headers.
    static var valueFunctions: [Function] {
        [
            add("append_hf_value", "Adds a value behind the one meant, or a header behind all others.") {
                context, reference, text in
                guard let value = target(reference, context.message) else {
                    context.edits.appendHeader(reference.name + ": " + text + "\r\n")
                    return
                }
                context.edits.insert("," + text, after: value.text.range.upperBound)
            },
            add("insert_hf_value", "Adds a value before the one meant, or a header before those of the name.") {
                context, reference, text in
                if let value = target(reference, context.message) {
                    context.edits.insert(text + ",", before: value.text.range.lowerBound)
                } else if let first = context.message.headers(called: reference.name).first {
                    context.edits.insert(reference.name + ": " + text + "\r\n", before: first.range.lowerBound)
                } else {
                    context.edits.appendHeader(reference.name + ": " + text + "\r\n")
                }
            },
            Function(
                "remove_hf_value", [.text], routes: .beforeSending,
                summary: "Takes a value, or one of its parameters, out of a header.",
                example: "remove_hf_value(\"Diversion[1]\");"
            ) { _, arguments throws(ScriptError) in
                let reference = try HeaderValueReference(arguments[0].source)
                return { context in
                    let values = reference.selected(in: context.message)
                    for value in values { remove(value, reference, from: context) }
                    return values.isEmpty ? .failure : .success
                }
            },
            Function(
                "assign_hf_value", [.text, .format], routes: .beforeSending,
                summary: "Sets a value, or one of its parameters.",
                example: "assign_hf_value(\"Contact[1].q\", \"0.9\");"
            ) { _, arguments throws(ScriptError) in
                let reference = try HeaderValueReference(arguments[0].source)
                guard reference.place != .all || reference.parameter != nil else {
                    throw ScriptError("'\(arguments[0].source)' means all values", hint: "name a parameter behind it")
                }
                return { context in
                    let values = reference.selected(in: context.message)
                    for value in values {
                        assign(arguments[1].text(in: context), to: value, reference, context)
                    }
                    return values.isEmpty ? .failure : .success
                }
            },
            Function(
                "include_hf_value", [.text, .format], routes: .beforeSending,
                summary: "Adds a value to a header unless it is there.",
                example: "include_hf_value(\"Supported\", \"path\");"
            ) { _, arguments throws(ScriptError) in
                let reference = try HeaderValueReference(arguments[0].source)
                return { context in
                    let text = arguments[1].text(in: context)
                    let values = reference.values(in: context.message)
                    guard !values.contains(where: { $0.text.equalsIgnoringCase(text) }) else { return .success }
                    if let last = values.last(where: { $0.field.range == values[0].field.range }) {
                        context.edits.insert("," + text, after: last.text.range.upperBound)
                    } else {
                        context.edits.appendHeader(reference.name + ": " + text + "\r\n")
                    }
                    return .success
                }
            },
            Function(
                "exclude_hf_value", [.text, .format], routes: .beforeSending,
                summary: "Takes a value out of a header wherever it stands.",
                example: "exclude_hf_value(\"Supported\", \"100rel\");"
            ) { _, arguments throws(ScriptError) in
                let reference = try HeaderValueReference(arguments[0].source)
                guard reference.place == .unspecified, reference.parameter == nil else {
                    throw ScriptError("'\(arguments[0].source)' is no name of a header", hint: "write the name alone")
                }
                return { context in
                    let text = arguments[1].text(in: context)
                    for value in reference.values(in: context.message) where value.text.equalsIgnoringCase(text) {
                        removeWhole(value, from: context)
                    }
                    return .success
                }
            },
            Function(
                "hf_value_exists", [.text, .format], routes: .beforeSending, summary: "Whether a header has a value.",
                example: "if (hf_value_exists(\"Supported\", \"path\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let reference = try HeaderValueReference(arguments[0].source)
                return { context in
                    let text = arguments[1].text(in: context)
                    let values = reference.values(in: context.message)
                    return values.contains { $0.text.equalsIgnoringCase(text) } ? .success : .failure
                }
            },
        ]
    }

    private static func add(
        _ name: String, _ summary: String,
        _ edit: @escaping @Sendable (ScriptContext, HeaderValueReference, ByteString) -> Void
    ) -> Function {
        Function(
            name, [.text, .format], routes: .beforeSending, summary: summary,
            example: "\(name)(\"Supported[1]\", \"path\");"
        ) { _, arguments throws(ScriptError) in
            let reference = try HeaderValueReference(arguments[0].source)
            guard reference.parameter == nil, reference.place != .all else {
                throw ScriptError("'\(arguments[0].source)' is no place for a value", hint: "write Name or Name[2]")
            }
            return { context in
                edit(context, reference, arguments[1].text(in: context))
                return .success
            }
        }
    }

    /// The value at a written index.
    private static func target(_ reference: HeaderValueReference, _ message: SIPMessage) -> HeaderValueReference.Value?
    {
        reference.place == .unspecified ? nil : reference.selected(in: message).first
    }

    private static func remove(
        _ value: HeaderValueReference.Value, _ reference: HeaderValueReference, from context: ScriptContext
    ) {
        guard let name = reference.parameter else { return removeWhole(value, from: context) }
        guard let found = parameter(name, of: value) else { return }
        // The semicolon in front goes too.
        context.edits.delete((found.range.lowerBound - 1)..<found.range.upperBound)
    }

    private static func removeWhole(_ value: HeaderValueReference.Value, from context: ScriptContext) {
        let message = context.message
        let values = message.values(of: value.field).map(\.range)
        guard values.count > 1, values.indices.contains(value.index) else {
            return _ = context.edits.delete(value.field.range)
        }
        let comma = UInt8(ascii: ",")
        let behind = message.buffer[values[value.index].upperBound..<value.field.range.upperBound].firstIndex(of: comma)
        if value.index == 0 {
            // The blank behind the comma stays, as in Kamailio.
            context.edits.delete(values[0].lowerBound..<(behind.map { $0 + 1 } ?? values[1].lowerBound))
        } else {
            let before = values[value.index - 1].upperBound..<values[value.index].lowerBound
            let start = message.buffer[before].lastIndex(of: comma) ?? before.lowerBound
            context.edits.delete(start..<(behind ?? values[value.index].upperBound))
        }
    }

    private static func assign(
        _ text: ByteString, to value: HeaderValueReference.Value, _ reference: HeaderValueReference,
        _ context: ScriptContext
    ) {
        guard let name = reference.parameter else { return _ = context.edits.replace(value.text.range, with: text) }
        guard let found = parameter(name, of: value) else {
            return _ = context.edits.insert(";" + name + "=" + text, after: value.text.range.upperBound)
        }
        if let old = found.value { context.edits.replace(old.range, with: text) }
    }

    private static func parameter(
        _ name: ByteString, of value: HeaderValueReference.Value
    ) -> ParameterList.Parameter? {
        let parameters: ByteString
        if let address = try? NameAddress.parse(value.text) {
            parameters = address.parameters
        } else {
            parameters = value.text.dropFirst(value.text.offset(of: UInt8(ascii: ";")) ?? value.text.count)
        }
        return ParameterList(parameters).first { $0.name.equalsIgnoringCase(name) }
    }
}
