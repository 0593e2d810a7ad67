import ModuleInterface
import SIPMessage
import ScriptEngine

extension AttributeOperationsModule {
    private typealias Function = FunctionDescription<AttributeOperationsModule>

    /// Functions that change attributes.
    static var changes: [FunctionDescription<AttributeOperationsModule>] {
        [
            deleteFunction, copyFunction, operationFunction, substitution, pushFunction, printFunction,
            variableSubstitution,
        ]
    }

    private static var deleteFunction: Function {
        Function(
            "avp_delete", [.format], summary: "Takes the newest value away, with flag g all of them.",
            example: "avp_delete(\"$avp(uuid)/g\");"
        ) { _, arguments throws(ScriptError) in
            let reference = try AttributeReference(arguments[0].source, allowing: "g")
            return { context in
                guard var values = context.attributes.values[reference.name], !values.isEmpty else { return .failure }
                values.removeLast(reference.has("g") ? values.count : 1)
                context.attributes.values[reference.name] = values.isEmpty ? nil : values
                return .success
            }
        }
    }

    private static var copyFunction: Function {
        Function(
            "avp_copy", [.format, .format],
            summary: "Copies the newest value to another attribute; flags: g all, d takes them away, n, s converts.",
            example: "avp_copy(\"$avp(old)\", \"$avp(new)/gd\");"
        ) { _, arguments throws(ScriptError) in
            let from = try AttributeReference(arguments[0].source, allowing: "")
            let to = try AttributeReference(arguments[1].source, allowing: "gdns")
            return { context in
                guard let values = context.attributes.values[from.name], !values.isEmpty else { return .failure }
                let copied = to.has("g") ? Array(values.reversed()) : [values[values.count - 1]]
                context.attributes.values[to.name, default: []] += copied.map { converted($0, to) }
                if to.has("d") { remove(copied.count, from.name, context) }
                return .success
            }
        }
    }

    private static func converted(_ value: ScriptValue, _ reference: AttributeReference) -> ScriptValue {
        if reference.has("n"), let number = value.text.integerValue { return .integer(number) }
        return reference.has("s") ? .string(value.text) : value
    }

    private static func remove(_ count: Int, _ name: ByteString, _ context: ScriptContext) {
        guard var values = context.attributes.values[name] else { return }
        values.removeLast(min(count, values.count))
        context.attributes.values[name] = values.isEmpty ? nil : values
    }

    // MARK: - Numbers

    private static let operations: [String: @Sendable (Int32, Int32) -> Int32] = [
        "add": { $0 &+ $1 }, "sub": { $0 &- $1 }, "mul": { $0 &* $1 },
        // Kamailio: a division by zero gives 0.
        "div": { $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue },
        "mod": { $1 == 0 ? 0 : $0.remainderReportingOverflow(dividingBy: $1).partialValue }, "and": { $0 & $1 },
        "or": { $0 | $1 }, "xor": { $0 ^ $1 }, "not": { first, _ in ~first },
    ]

    private static var operationFunction: Function {
        Function(
            "avp_op", [.format, .format],
            summary: "Adds, for each number, what an operation makes of it; flags: g all, d takes the old one away.",
            example: "avp_op(\"$avp(tries)\", \"add/i:1\");"
        ) { _, arguments throws(ScriptError) in
            let reference = try AttributeReference(arguments[0].source, allowing: "", destinations: true)
            let parts = arguments[1].source.split(on: UInt8(ascii: "/"))
            guard let name = parts.first?.string, let operation = operations[name], (2...3).contains(parts.count) else {
                throw ScriptError(
                    "'\(arguments[1].source)' is no operation",
                    hint: "write \(operations.keys.sorted().joined(separator: ", ")) and /i:5")
            }
            let operand = try Operand(parts[1])
            let deletes = parts.count > 2 && parts[2].contains(UInt8(ascii: "d"))
            return { context in
                guard let right = operand.value(in: context) else { return .failure }
                let values = context.attributes.values[reference.name] ?? []
                var results: [ScriptValue] = []
                for value in values.reversed() {
                    guard case .integer(let left) = value else { continue }
                    let result = operation(Int32(truncatingIfNeeded: left), Int32(truncatingIfNeeded: right))
                    results.append(.integer(Int(result)))
                }
                guard !results.isEmpty else { return .failure }
                if deletes { context.attributes.values[reference.name] = nil }
                context.attributes.values[reference.destination ?? reference.name, default: []] += results
                return .success
            }
        }
    }

    /// `i:5` or `$avp(x)`.
    private enum Operand: Sendable {
        case number(Int)
        case attribute(ByteString)

        init(_ text: ByteString) throws(ScriptError) {
            if text.hasPrefix("$") {
                self = .attribute(try AttributeReference.attribute(text))
            } else if let number = (text.hasPrefix("i:") ? text.dropFirst(2) : text).integerValue {
                self = .number(number)
            } else {
                throw ScriptError("'\(text)' is no number", hint: "write i:5 or $avp(name)")
            }
        }

        func value(in context: ScriptContext) -> Int? {
            switch self {
            case .number(let number): return number
            case .attribute(let name):
                guard case .integer(let number)? = context.attributes.values[name]?.last else { return nil }
                return number
            }
        }
    }

    // MARK: - Texts

    private static var substitution: Function {
        Function(
            "avp_subst", [.format, .substitution],
            summary:
                "Replaces in the newest value, or into another attribute; flags: g all, d takes the old ones away.",
            example: "avp_subst(\"$avp(from)/$avp(to)/g\", \"/(.*)@x/\\1@y/\");"
        ) { _, arguments throws(ScriptError) in
            let reference = try AttributeReference(arguments[0].source, allowing: "gd", destinations: true)
            guard let substitution = arguments[1].substitution else {
                throw ScriptError("'\(arguments[1].source)' is no substitution")
            }
            return { context in
                substitute(reference, substitution, context) ? .success : .failure
            }
        }
    }

    private static func substitute(
        _ reference: AttributeReference, _ substitution: TextSubstitution, _ context: ScriptContext
    ) -> Bool {
        let values = context.attributes.values[reference.name] ?? []
        var kept: [ScriptValue] = []
        var made: [ScriptValue] = []
        var isDone = false
        for value in values.reversed() {
            guard !isDone, case .string(let text) = value, let result = substitution.apply(to: text, context) else {
                kept.append(value)
                continue
            }
            made.append(.string(result.compacted()))
            if reference.destination != nil, !reference.has("d") { kept.append(value) }
            isDone = !reference.has("g")
        }
        guard !made.isEmpty else { return false }
        context.attributes.values[reference.name] = kept.reversed()
        context.attributes.values[reference.destination ?? reference.name, default: []] += made.reversed()
        return true
    }

    private static var variableSubstitution: Function {
        Function(
            "avp_subst_pv", [.variable, .substitution], summary: "Replaces in a variable.",
            example: "avp_subst_pv(\"$var(x)\", \"/a/b/\");"
        ) { _, arguments throws(ScriptError) in
            guard let variable = arguments[0].variable, let write = variable.write,
                let substitution = arguments[1].substitution
            else { throw ScriptError("'\(arguments[0].source)' is no variable that can be written") }
            return { context in
                guard let result = substitution.apply(to: variable.read(context).text, context) else {
                    return .failure
                }
                return write(context, .string(result)) ? .success : .failure
            }
        }
    }

    private static var printFunction: Function {
        Function(
            "avp_printf", [.variable, .format], summary: "Sets a variable to a text with variables in it.",
            example: "avp_printf(\"$avp(x)\", \"$rU from $si\");"
        ) { _, arguments throws(ScriptError) in
            guard let write = arguments[0].variable?.write else {
                throw ScriptError("'\(arguments[0].source)' is no variable that can be written")
            }
            return { context in write(context, .string(arguments[1].text(in: context))) ? .success : .failure }
        }
    }

    // MARK: - Into the request

    private static var pushFunction: Function {
        Function(
            "avp_pushto", [.format, .format],
            summary: "Puts values into the request: $ru, $ru/username, $ru/domain, $du, $br; with flag g all of them.",
            example: "avp_pushto(\"$ru/username\", \"$avp(user)\");"
        ) { _, arguments throws(ScriptError) in
            let place = try RequestPlace(arguments[0].source)
            let reference = try AttributeReference(arguments[1].source, allowing: "g")
            return { context in
                let values = (context.attributes.values[reference.name] ?? []).reversed().map(\.text)
                guard !values.isEmpty else { return .failure }
                let pushed = reference.has("g") ? Array(values) : Array(values.prefix(1))
                for (index, text) in pushed.enumerated() {
                    // The first one is the request's own, the others are further branches.
                    guard place.push(text, asBranch: index > 0, in: context) else { return .failure }
                }
                return .success
            }
        }
    }
}

/// Where `avp_pushto()` puts a value.
private enum RequestPlace: String, Sendable {
    case uri = "$ru"
    case user = "$ru/username"
    case domain = "$ru/domain"
    case destination = "$du"
    case branch = "$br"

    init(_ text: ByteString) throws(ScriptError) {
        guard let place = RequestPlace(rawValue: text.trimmed().string) else {
            throw ScriptError(
                "'\(text)' is no place in a request", hint: "it is one of $ru, $ru/username, $ru/domain, $du and $br")
        }
        self = place
    }

    func push(_ text: ByteString, asBranch: Bool, in context: ScriptContext) -> Bool {
        switch self {
        case .branch: return append(text, context)
        case .destination:
            guard (try? SIPURI.parse(text)) != nil else { return false }
            context.target.destination = text.compacted()
            return true
        case .uri, .user, .domain:
            guard let uri = changed(text, context), (try? SIPURI.parse(uri)) != nil else { return false }
            if asBranch { return append(uri, context) }
            context.target.uri = uri.compacted()
            return true
        }
    }

    private func append(_ text: ByteString, _ context: ScriptContext) -> Bool {
        guard context.branches.count < Self.branchesMax, (try? SIPURI.parse(text)) != nil else { return false }
        var target = RequestTarget()
        target.uri = text.compacted()
        context.branches.append(target)
        return true
    }

    /// Kamailio: MAX_BRANCHES.
    private static let branchesMax = 30

    private func changed(_ text: ByteString, _ context: ScriptContext) -> ByteString? {
        guard self != .uri else { return text }
        guard let uri = try? SIPURI.parse(context.target.uri ?? context.message.requestURI ?? ""),
            let host = uri.hostRange
        else { return nil }
        let raw = uri.bytes
        if self == .domain {
            return ByteString(raw.bytes[..<host.lowerBound]) + text + ByteString(raw.bytes[host.upperBound...])
        }
        guard let user = uri.userRange else {
            return ByteString(raw.bytes[..<host.lowerBound]) + text + "@" + ByteString(raw.bytes[host.lowerBound...])
        }
        return ByteString(raw.bytes[..<user.lowerBound]) + text + ByteString(raw.bytes[user.upperBound...])
    }
}
