import ModuleInterface
import SIPMessage
import ScriptEngine

/// The iterators of a message: over its headers, and over the lines of its body.
private final class Iterators {
    static let headers = ContextKey<Iterators>()
    static let lines = ContextKey<Iterators>()
    /// How many may run at once, as in Kamailio.
    static let countMax = 4

    /// Per name the index of the element that the iterator stands on; -1 before the first.
    var positions: [ByteString: Int] = [:]
}

extension TextExtensionsModule {
    private enum Kind {
        case headers
        case lines

        var key: ContextKey<Iterators> {
            switch self {
            case .headers: Iterators.headers
            case .lines: Iterators.lines
            }
        }

        var prefix: String {
            switch self {
            case .headers: "hf"
            case .lines: "bl"
            }
        }

        /// The places of the elements in the message.
        func places(_ message: SIPMessage) -> [Range<Int>] {
            switch self {
            case .headers: return message.headers.map(\.range)
            case .lines:
                var places: [Range<Int>] = []
                var start = message.bodyRange.lowerBound
                for index in message.bodyRange where message.buffer[index] == 0x0A {
                    places.append(start..<(index + 1))
                    start = index + 1
                }
                if start < message.bodyRange.upperBound { places.append(start..<message.bodyRange.upperBound) }
                return places
            }
        }
    }

    /// Functions that walk over headers and lines.
    static var iteratorFunctions: [Function] {
        functions(.headers) + functions(.lines) + [move("hf_iterator_prev", .headers, by: -1)]
    }

    /// Variables that show where an iterator stands.
    static var iteratorVariables: [VariableDescription<TextExtensionsModule>] {
        [
            variable("hfitname", "the name of the header that an iterator stands on") { name, context in
                header(name, context).map { context.message.nameText(of: $0) }
            },
            variable("hfitbody", "the value of the header that an iterator stands on") { name, context in
                header(name, context).map { context.message.text(of: $0) }
            },
            variable("blitval", "the line of the body that an iterator stands on") { name, context in
                place(.lines, name, context).map { ByteString(context.message.buffer[$0]) }
            },
        ]
    }

    private static func functions(_ kind: Kind) -> [Function] {
        [
            Function(
                "\(kind.prefix)_iterator_start", [.format], summary: "Puts an iterator before the first element.",
                example: "\(kind.prefix)_iterator_start(\"i\");"
            ) { _, arguments in
                { context in
                    let iterators = context[kind.key] ?? Iterators()
                    let name = arguments[0].text(in: context)
                    guard iterators.positions[name] != nil || iterators.positions.count < Iterators.countMax else {
                        return .failure
                    }
                    iterators.positions[name] = -1
                    context[kind.key] = iterators
                    return .success
                }
            },
            move("\(kind.prefix)_iterator_next", kind, by: 1),
            Function(
                "\(kind.prefix)_iterator_end", [.format], summary: "Ends an iterator.",
                example: "\(kind.prefix)_iterator_end(\"i\");"
            ) { _, arguments in
                { context in
                    let name = arguments[0].text(in: context)
                    return context[kind.key]?.positions.removeValue(forKey: name) == nil ? .failure : .success
                }
            },
            edit("rm", kind, [.format], "Takes out the element that an iterator stands on.") { context, place, _ in
                context.edits.delete(place)
            },
            edit("append", kind, [.format, .format], "Adds text behind the element.") { context, place, text in
                context.edits.insert(text, after: place.upperBound)
            },
            edit("insert", kind, [.format, .format], "Adds text before the element.") { context, place, text in
                context.edits.insert(text, before: place.lowerBound)
            },
        ]
    }

    private static func move(_ name: String, _ kind: Kind, by step: Int) -> Function {
        Function(
            name, [.format], summary: "Moves an iterator by one element; false at the end.",
            example: "while (\(name)(\"i\")) { … }"
        ) { _, arguments in
            { context in
                let name = arguments[0].text(in: context)
                guard let iterators = context[kind.key], let position = iterators.positions[name] else {
                    return .failure
                }
                let next = position + step
                guard kind.places(context.message).indices.contains(next) else { return .failure }
                iterators.positions[name] = next
                return .success
            }
        }
    }

    private static func edit(
        _ verb: String, _ kind: Kind, _ parameters: [ParameterKind], _ summary: String,
        _ change: @escaping @Sendable (ScriptContext, Range<Int>, ByteString) -> Void
    ) -> Function {
        let name = "\(kind.prefix)_iterator_\(verb)"
        return Function(name, parameters, summary: summary, example: "\(name)(\"i\"…);") { _, arguments in
            { context in
                guard let place = place(kind, arguments[0].text(in: context), context) else { return .failure }
                change(context, place, arguments.count > 1 ? arguments[1].text(in: context) : "")
                return .success
            }
        }
    }

    private static func place(_ kind: Kind, _ name: ByteString, _ context: ScriptContext) -> Range<Int>? {
        guard let position = context[kind.key]?.positions[name] else { return nil }
        let places = kind.places(context.message)
        return places.indices.contains(position) ? places[position] : nil
    }

    private static func header(_ name: ByteString, _ context: ScriptContext) -> HeaderField? {
        guard let position = context[Iterators.headers]?.positions[name],
            context.message.headers.indices.contains(position)
        else { return nil }
        return context.message.headers[position]
    }

    private static func variable(
        _ name: String, _ summary: String, _ read: @escaping @Sendable (ByteString, ScriptContext) -> ByteString?
    ) -> VariableDescription<TextExtensionsModule> {
        VariableDescription([name], inner: .required, summary: summary) { _, reference in
            let iterator = reference.inner ?? ""
            return ScriptVariable(source: ByteString("$\(name)(") + iterator + ")") { context in
                read(iterator, context).map { .string($0) } ?? .null
            }
        }
    }
}
