import SIPMessage
import ScriptSyntax
import Suggestions

/// Compiles one argument of a call as its parameter demands (Kamailio: fix-up functions).
struct ArgumentCompiler {
    let state: CompilerState
    let function: ScriptFunction
    let argument: ScriptSyntax.Argument

    /// The compiled argument, or nil when there is an error, which has been reported.
    func compile(as kind: ParameterKind, number: Int) -> Argument? {
        do {
            switch argument.kind {
            case .expression(let expression): return try self.expression(expression, as: kind)
            case .identifier(let word): return try self.word(word, as: kind)
            case .host(let host): return try constant(.string(ByteString(host)), as: kind)
            case .socket(let socket): return try constant(.string(ByteString(socket.text)), as: kind)
            case .uriHost: return try constant(.string("uri:host"), as: kind)
            case .uriPort: return try constant(.string("uri:port"), as: kind)
            }
        } catch {
            state.report(
                at: argument.range, "bad-argument", "argument \(number) of '\(function.name)': \(error.message)",
                hint: error.hint)
            return nil
        }
    }

    private func word(_ word: String, as kind: ParameterKind) throws(ScriptError) -> Argument {
        if kind == .flag { return try flag(named: word) }
        guard function.module == "core" else {
            throw ScriptError("'\(word)' is a bare word", hint: "write it in quotes: \"\(word)\"")
        }
        return try constant(.string(ByteString(word)), as: kind)
    }

    private func expression(
        _ expression: Expression, as kind: ParameterKind
    ) throws(ScriptError) -> Argument? {
        let before = state.diagnostics.count
        let node = ExpressionAnalyzer(state: state).node(expression)
        guard state.diagnostics.count == before else { return nil }
        if let value = node.constant { return try constant(value, as: kind) }
        guard !node.hasActions else {
            throw ScriptError("a call cannot be an argument", hint: "assign it to a variable first")
        }
        guard acceptsComputed(kind) else {
            throw ScriptError("it must be a constant", hint: "write a string or a number")
        }
        let variable = ExpressionClosure.variable(node)
        return Argument(
            kind: kind, source: variable.source, format: FormatString(parts: [.variable(variable)]), variable: variable)
    }

    private func acceptsComputed(_ kind: ParameterKind) -> Bool {
        guard !function.takesConstantsOnly else { return false }
        switch kind {
        case .format, .integer, .variable: return true
        case .text, .regularExpression, .substitution, .route, .flag: return false
        }
    }

    private func constant(_ value: ScriptValue, as kind: ParameterKind) throws(ScriptError) -> Argument {
        let text = value.text
        switch kind {
        case .text: return Argument(kind: kind, source: text, constant: .string(text))
        case .format: return try format(text, as: kind)
        case .integer: return try integer(value)
        case .variable: return try variable(text)
        case .regularExpression:
            _ = try RegularExpression(text)
            return Argument(kind: kind, source: text, constant: .string(text))
        case .substitution:
            return Argument(kind: kind, source: text, substitution: try TextSubstitution(text, state.formats))
        case .route(let mask):
            checkRoute(text.string, mask)
            return Argument(kind: kind, source: text, constant: .string(text))
        case .flag:
            guard case .integer(let number) = value else { return try flag(named: text.string) }
            guard (0...31).contains(number) else {
                throw ScriptError("\(number) is not a flag", hint: "flags go from 0 to 31")
            }
            return Argument(kind: kind, source: text, constant: value)
        }
    }

    /// What stands behind the variable has no effect, as in Kamailio.
    private func variable(_ text: ByteString) throws(ScriptError) -> Argument {
        guard text.first == UInt8(ascii: "$") else {
            throw ScriptError("'\(text.string)' is not a variable", hint: "variables begin with '$'")
        }
        let found = try state.formats.leadingVariable(text)
        if found.length < text.count {
            state.report(
                .warning, at: argument.range, "text-behind-variable",
                "'\(text.dropFirst(found.length).string)' behind the variable has no effect")
        }
        return Argument(kind: .variable, source: text, variable: found.variable)
    }

    private func format(_ text: ByteString, as kind: ParameterKind) throws(ScriptError) -> Argument {
        let format = try state.formats.format(text)
        guard format.parts.count == 1 else { return Argument(kind: kind, source: text, format: format) }
        switch format.parts[0] {
        case .literal(let literal): return Argument(kind: kind, source: text, constant: .string(literal))
        case .variable(let variable):
            return Argument(kind: kind, source: text, format: format, variable: variable)
        }
    }

    private func integer(_ value: ScriptValue) throws(ScriptError) -> Argument {
        guard case .string(let text) = value else {
            return Argument(kind: .integer, source: value.text, constant: value)
        }
        if text.isEmpty { return Argument(kind: .integer, source: text, constant: .integer(0)) }
        if let number = text.scriptNumber {
            return Argument(kind: .integer, source: text, constant: .integer(number))
        }
        guard text.contains(UInt8(ascii: "$")) else {
            throw ScriptError("'\(text.string)' is not a number")
        }
        return try format(text, as: .integer)
    }

    private func flag(named name: String) throws(ScriptError) -> Argument {
        guard let number = state.settings.flagNames[name] else {
            let nearest = NearestName.of(name, among: state.settings.flagNames.keys)
            throw ScriptError(
                "flag '\(name)' is not declared", hint: nearest.map { "did you mean '\($0)'?" } ?? "add: flags \(name)")
        }
        return Argument(kind: .flag, source: ByteString(name), constant: .integer(number))
    }

    /// Warns about a route that is not there; "0" disarms.
    ///
    /// Kamailio starts with such a configuration too.
    private func checkRoute(_ name: String, _ mask: RouteMask) {
        guard name != "0", !name.isEmpty else { return }
        let wanted: [(kind: RouteKind, name: String)] =
            mask.contains(.branchFailure)
            ? [(.event, "tm:branch-failure:" + name)]
            : RouteKind.allCases.filter { mask.contains(RouteMask($0)) }.map { ($0, name) }
        guard !wanted.contains(where: { state.routes.index(of: $0.kind, $0.name) != nil }) else { return }
        let kind = wanted.first?.kind ?? .request
        let nearest = NearestName.of(name, among: state.routes.names(of: kind))
        state.report(
            .warning, at: argument.range, "unknown-route",
            "there is no \(kind.rawValue)[\(wanted.first?.name ?? name)]",
            hint: nearest.map { "did you mean '\($0)'?" })
    }
}

extension SocketIdentifier {
    /// The socket as it is written.
    fileprivate var text: String {
        var text = transport.map { $0.rawValue + ":" } ?? ""
        text += host.contains(":") ? "[\(host)]" : host
        if let port { text += ":\(port)" }
        return text
    }
}
