import ScriptEngine

/// Runs a route from inside a function and answers with its value, whether the route suspends or not.
enum RouteCall {
    private final class State {
        var value: Int?
        var isWaiting = false
    }

    static func run(_ route: RouteID, of program: Program, in context: ScriptContext) -> FunctionResult {
        let state = State()
        program.run(route, in: context) { outcome in
            // A script that was ended inside ends outside too: 0.
            let value = outcome.exited ? 0 : outcome.value
            if state.isWaiting {
                context.resume(returning: value)
            } else {
                state.value = value
            }
        }
        if let value = state.value { return .code(value) }
        state.isWaiting = true
        return .suspended
    }
}
