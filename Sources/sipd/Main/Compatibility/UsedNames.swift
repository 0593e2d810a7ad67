import ScriptSyntax

/// A name that a configuration uses, with its place.
struct UsedName: Hashable {
    /// What sort of name it is.
    enum Kind: String, CaseIterable {
        case module
        case parameter
        case function
        case variable
        case global
        case eventRoute = "event_route"
    }

    let kind: Kind
    /// The name; of a parameter the part behind the slash.
    let name: String
    /// The module of a parameter, as a pattern.
    var module: String?
    let position: SourcePosition
}

/// Walks through a configuration and notes every name that somebody has to provide.
struct UsedNames {
    private(set) var all: [UsedName] = []

    init(_ configuration: ScriptSyntax.Configuration) {
        for item in configuration.items { add(item) }
    }

    private mutating func add(_ item: ConfigurationItem) {
        switch item {
        case .global(let global): add(.global, global.name, global.range)
        case .listen(let listen): add(.global, "listen", listen.range)
        case .alias(let alias): add(.global, "alias", alias.range)
        case .loadModule(let load): add(.module, load.name, load.range)
        case .moduleParameter(let parameter):
            all.append(
                UsedName(
                    kind: .parameter, name: parameter.name.string, module: parameter.modulePattern.string,
                    position: parameter.nameRange.start))
        case .route(let block):
            if block.kind == .event, let name = block.name { add(.eventRoute, name, block.nameRange) }
            add(block.body)
        case .customGlobal, .flags, .loadPath, .engine: break
        }
    }

    private mutating func add(_ kind: UsedName.Kind, _ name: String, _ range: SourceRange) {
        all.append(UsedName(kind: kind, name: name, position: range.start))
    }

    private mutating func add(_ statements: [Statement]) {
        for statement in statements {
            switch statement.kind {
            case .call(let call): add(call)
            case .assignment(let assignment): add(assignment)
            case .conditional(let conditional):
                for clause in conditional.clauses {
                    add(clause.condition)
                    add(clause.body)
                }
                add(conditional.otherwise)
            case .loop(let condition, let body):
                add(condition)
                add(body)
            case .selection(let selection):
                add(selection.value)
                for choice in selection.cases { add(choice.body) }
            case .returnFromRoute(let value), .exit(let value), .drop(let value):
                if let value { add(value) }
            case .leave, .empty: break
            }
        }
    }

    private mutating func add(_ call: FunctionCall) {
        if call.name != "route" { add(.function, call.name, call.nameRange) }
        for argument in call.arguments {
            guard case .expression(let expression) = argument.kind else { continue }
            if case .string(let text) = expression.kind {
                addVariables(in: text.string, argument.range)
            } else {
                add(expression)
            }
        }
    }

    private mutating func add(_ assignment: Assignment) {
        addVariables(in: assignment.target.string, assignment.targetRange)
        add(assignment.value)
    }

    private mutating func add(_ expression: Expression) {
        switch expression.kind {
        case .integer, .string, .select: break
        case .pseudoVariable(let text): addVariables(in: text.string, expression.range)
        case .call(let call): add(call)
        case .unary(_, let operand): add(operand)
        case .binary(_, let left, let right):
            add(left)
            add(right)
        case .assignment(let assignment): add(assignment)
        case .block(let statements): add(statements)
        case .choice(let condition, let then, let otherwise):
            add(condition)
            add(then)
            add(otherwise)
        case .legacy(let comparison):
            if case .expression(let value) = comparison.value { add(value) }
        }
    }

    /// The names behind each `$` of a text, also of variables inside of others; `$$` is a dollar sign.
    private mutating func addVariables(in text: String, _ range: SourceRange) {
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                rest = rest.dropFirst()
                continue
            }
            if rest.first == "(" { rest = rest.dropFirst() }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "?" || $0 == "." }
            if let first = name.first, !first.isNumber { add(.variable, String(name), range) }
        }
    }
}
