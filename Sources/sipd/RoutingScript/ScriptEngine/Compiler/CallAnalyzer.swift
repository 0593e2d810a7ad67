import SIPMessage
import ScriptSyntax
import Suggestions

/// Resolves calls: finds the function for the number of arguments, compiles the arguments, checks where it stands.
struct CallAnalyzer {
    let state: CompilerState

    /// The call as a node; one that does nothing when there are errors, which have been reported.
    func node(_ call: FunctionCall, _ range: SourceRange) -> Node {
        Node(.action(action(call) ?? .call({ _ in .success }, setsReturnCode: false)), .integer, range)
    }

    /// The call, or nil when there are errors, which have been reported.
    func action(_ call: FunctionCall) -> Node.Action? {
        if call.name == "route" { return route(call) }
        guard let function = function(call) else { return nil }
        guard isAllowed(function, call) else { return nil }
        var arguments: [Argument] = []
        for (parameter, argument) in zip(function.parameters, call.arguments) {
            let compiler = ArgumentCompiler(state: state, function: function, argument: argument)
            if let compiled = compiler.compile(as: parameter, number: arguments.count + 1) {
                arguments.append(compiled)
            }
        }
        guard arguments.count == call.arguments.count else { return nil }
        do {
            let body = traced(try function.compile(arguments), call)
            return .call(body, setsReturnCode: function.setsReturnCode)
        } catch {
            let place = arguments.count == 1 ? call.arguments[0].range : call.nameRange
            state.report(error, at: place, "bad-argument")
            return nil
        }
    }

    private func traced(_ body: @escaping FunctionBody, _ call: FunctionCall) -> FunctionBody {
        guard let tracer = state.settings.tracer else { return body }
        let action = TracedAction.call(call.name, arguments: call.arguments.count)
        return { context in
            tracer.trace(action, in: context)
            return body(context)
        }
    }

    // MARK: - route()

    private func route(_ call: FunctionCall) -> Node.Action? {
        guard call.arguments.count == 1, let argument = call.arguments.first else {
            state.report(at: call.nameRange, "argument-count", "'route' takes the name of one route")
            return nil
        }
        switch argument.kind {
        case .identifier(let name), .host(let name): return route(named: name, at: argument.range)
        case .expression(let expression):
            let name = ExpressionAnalyzer(state: state).node(expression)
            if let constant = name.constant { return route(named: constant.text.string, at: argument.range) }
            return .computedRoute(name)
        case .socket, .uriHost, .uriPort:
            state.report(at: argument.range, "bad-argument", "this is not the name of a route")
            return nil
        }
    }

    private func route(named name: String, at range: SourceRange) -> Node.Action? {
        // Route 0 is the main one.
        if let index = state.routes.index(of: .request, name == "0" ? nil : name) { return .route(index) }
        let nearest = NearestName.of(name, among: state.routes.names(of: .request))
        state.report(
            at: range, "unknown-route", "there is no route[\(name)]", hint: nearest.map { "did you mean '\($0)'?" })
        return nil
    }

    // MARK: - Functions

    private func function(_ call: FunctionCall) -> ScriptFunction? {
        let count = call.arguments.count
        guard let candidates = state.vocabulary.functions[call.name] else {
            reportUnknown(call)
            return nil
        }
        if let function = candidates.first(where: { $0.required <= count && count <= $0.parameters.count }) {
            return function
        }
        state.report(
            at: call.nameRange, "argument-count", "'\(call.name)' takes \(Self.counts(candidates)), not \(count)")
        return nil
    }

    private static func counts(_ functions: [ScriptFunction]) -> String {
        let counts = Set(functions.flatMap { Array($0.required...max($0.required, $0.parameters.count)) }).sorted()
        if counts == [0] { return "no arguments" }
        if counts == [1] { return "1 argument" }
        return counts.map(String.init).joined(separator: " or ") + " arguments"
    }

    private func reportUnknown(_ call: FunctionCall) {
        var hint: String?
        if let module = state.vocabulary.functionsElsewhere[call.name] {
            hint = "it is in module \(module): add loadmodule \"\(module).so\""
        } else if let near = NearestName.of(call.name, among: state.vocabulary.functions.keys) {
            hint = "did you mean '\(near)'?"
        } else if let near = NearestName.of(call.name, among: state.vocabulary.functionsElsewhere.keys) {
            hint = "did you mean '\(near)' of module \(state.vocabulary.functionsElsewhere[near] ?? "")?"
        }
        state.report(at: call.nameRange, "unknown-function", "unknown function '\(call.name)'", hint: hint)
    }

    /// Whether the function may stand in the block that is being compiled.
    ///
    /// Event routes may call what `request_route` may, as in Kamailio, and what belongs to one of them.
    private func isAllowed(_ function: ScriptFunction, _ call: FunctionCall) -> Bool {
        if state.routeKind == .event,
            !function.routes.isDisjoint(with: [.request, .event, .local, .branchFailure])
        {
            return true
        }
        guard function.routes.isDisjoint(with: RouteMask(state.routeKind)) else { return true }
        state.report(
            at: call.nameRange, "wrong-route", "'\(call.name)' cannot be called in \(state.routeKind.rawValue)",
            hint: "it belongs in \(function.routes.names.joined(separator: ", "))")
        return false
    }
}

extension RouteMask {
    /// The kinds of blocks by their names in the language.
    var names: [String] {
        let all: [(RouteMask, String)] = [
            (.request, "request_route"), (.failure, "failure_route"), (.branch, "branch_route"),
            (.onReply, "onreply_route[NAME]"), (.coreReply, "reply_route"), (.onSend, "onsend_route"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
