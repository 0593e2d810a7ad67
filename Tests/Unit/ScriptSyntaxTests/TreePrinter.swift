import ScriptSyntax

/// Prints a tree as S-expressions, so that tests can say in one line what they expect.
///
///     (= $var(x) (+ 1 (* 2 3)))
enum TreePrinter {
    static func print(_ configuration: Configuration) -> String {
        configuration.items.map(print).joined(separator: "\n")
    }

    static func print(_ item: ConfigurationItem) -> String {
        switch item {
        case .global(let global): "(global \(global.name) \(print(global.value)))"
        case .customGlobal(let custom):
            list(
                "custom", custom.group + (custom.instance.map { "[\($0)]" } ?? ""), custom.name, print(custom.value),
                custom.summary.map(print))
        case .flags(let flag): list(flag.kind.rawValue, flag.name, flag.number.map { "\($0)" })
        case .loadModule(let module):
            list(
                module.isEvaluated ? "loadmodulex" : "loadmodule", module.name, print(module.path),
                module.options.map(print))
        case .moduleParameter(let parameter):
            list(
                parameter.isEvaluated ? "modparamx" : "modparam", print(parameter.modulePattern),
                print(parameter.name), print(parameter.value))
        case .loadPath(let path): "(loadpath \(print(path.path)))"
        case .engine(let engine): "(cfgengine \(print(engine.name)))"
        case .listen(let listen): print(listen)
        case .alias(let alias): list("alias", print(alias.socket), alias.isQuoted ? "quoted" : nil)
        case .route(let route): "(\(route.title) \(print(route.body)))"
        }
    }

    static func print(_ statements: [Statement]) -> String {
        statements.map { print($0) }.joined(separator: " ")
    }

    static func print(_ statement: Statement) -> String {
        switch statement.kind {
        case .call(let call): print(call)
        case .assignment(let assignment): print(assignment)
        case .conditional(let conditional):
            conditional.clauses.reduce("(if") { $0 + " \(print($1.condition)) (\(print($1.body)))" }
                + (conditional.otherwise.isEmpty ? "" : " else (\(print(conditional.otherwise)))") + ")"
        case .loop(let condition, let body): "(while \(print(condition)) (\(print(body))))"
        case .selection(let selection):
            selection.cases.reduce("(switch \(print(selection.value))") { $0 + " " + print($1) } + ")"
        case .returnFromRoute(let value): list("return", value.map(print))
        case .exit(let value): list("exit", value.map(print))
        case .drop(let value): list("drop", value.map(print))
        case .leave: "(break)"
        case .empty: "()"
        }
    }

    static func print(_ expression: Expression) -> String {
        switch expression.kind {
        case .integer(let value): "\(value)"
        case .string(let text): print(text)
        case .pseudoVariable(let text), .select(let text): text.string
        case .call(let call): print(call)
        case .unary(let kind, let operand): "(\(kind.rawValue) \(print(operand)))"
        case .binary(let kind, let left, let right): "(\(kind.rawValue) \(print(left)) \(print(right)))"
        case .assignment(let assignment): print(assignment)
        case .block(let body): "{\(print(body))}"
        case .choice(let condition, let then, let otherwise):
            "(selval \(print(condition)) \(print(then)) \(print(otherwise)))"
        case .legacy(let comparison):
            "[\(comparison.field.rawValue) \(comparison.comparison.rawValue) \(print(comparison.value))]"
        }
    }
}

// MARK: Parts

extension TreePrinter {
    private static func list(_ parts: String?...) -> String {
        "(\(parts.compactMap { $0 }.joined(separator: " ")))"
    }

    private static func print(_ text: ScriptText) -> String {
        let escaped = text.string.unicodeScalars.map { scalar in
            switch scalar {
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            case "\"": "\\\""
            case _ where scalar.value < 0x20: "\\x\(String(scalar.value, radix: 16))"
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    private static func print(_ value: GlobalValue) -> String {
        switch value {
        case .integer(let value): "\(value)"
        case .string(let text): print(text)
        case .identifier(let word): word
        case .host(let host): "<\(host)>"
        }
    }

    private static func print(_ value: ModuleParameter.Value) -> String {
        switch value {
        case .integer(let value): "\(value)"
        case .string(let text): print(text)
        case .pseudoVariable(let text): text.string
        }
    }

    private static func print(_ assignment: Assignment) -> String {
        "(= \(assignment.target.string) \(print(assignment.value)))"
    }

    private static func print(_ call: FunctionCall) -> String {
        "(\(([call.name] + call.arguments.map(print)).joined(separator: " ")))"
    }

    private static func print(_ argument: Argument) -> String {
        switch argument.kind {
        case .expression(let value): print(value)
        case .identifier(let word): word
        case .socket(let socket): print(socket)
        case .host(let host): "<\(host)>"
        case .uriHost: "uri:host"
        case .uriPort: "uri:port"
        }
    }

    private static func print(_ item: Selection.Case) -> String {
        let label =
            switch item.label {
            case .integer(let value): "\(value)"
            case .string(let text): print(text)
            case .regularExpression(let text): "/\(text.string)/"
            case .otherwise: "default"
            }
        return "(\(label):\(item.body.isEmpty ? "" : " " + print(item.body)))"
    }

    private static func print(_ value: LegacyComparison.Value) -> String {
        switch value {
        case .expression(let value): print(value)
        case .identifier(let word): word
        case .myself: "myself"
        case .address(let address, let mask): "<\(address)\(mask.map { "/\($0)" } ?? "")>"
        case .host(let host): "<\(host)>"
        case .transport(let transport): transport.rawValue
        }
    }

    private static func print(_ socket: SocketIdentifier) -> String {
        let host = socket.hosts.joined(separator: ",")
        return "<\(socket.transport.map { "\($0.rawValue):" } ?? "")\(host)\(socket.port.map { " \($0)" } ?? "")>"
    }

    private static func print(_ listen: ListenDirective) -> String {
        list(
            "listen", print(listen.socket),
            listen.advertisedHost.map { "advertise \($0)" + (listen.advertisedPort.map { " \($0)" } ?? "") },
            listen.name.map { "name \(print($0))" }, listen.workers.map { "workers \($0)" },
            listen.isVirtual ? "virtual" : nil, listen.workerGroup.map { "agname \(print($0))" },
            listen.routingDomain.map { "vrf \(print($0))" })
    }
}
