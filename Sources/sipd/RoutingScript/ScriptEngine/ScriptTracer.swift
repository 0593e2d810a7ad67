/// Told each action before it runs, for `cfgtrace` of module debugger.
///
/// A program is compiled with calls to it only when there is one, so scripts that are not traced pay nothing.
package protocol ScriptTracer: Sendable {
    /// An action is about to run; the context knows route, file and line.
    func trace(_ action: TracedAction, in context: ScriptContext)
}

/// An action as traces show it.
package struct TracedAction: Sendable, Equatable {
    /// The name: of a function, or `assign`, `if`, `while`, `switch`, `route`, `return`, `exit`, `drop`.
    package let name: String
    /// Kamailio's number for the kind of action.
    package let number: Int

    /// A call of a function with some arguments.
    static func call(_ name: String, arguments: Int) -> TracedAction {
        TracedAction(name: name, number: 24 + min(arguments, 7))
    }

    static let assignment = TracedAction(name: "assign", number: 63)
    static let conditional = TracedAction(name: "if", number: 16)
    static let loop = TracedAction(name: "while", number: 23)
    static let selection = TracedAction(name: "switch", number: 21)
    static let route = TracedAction(name: "route", number: 5)
    static let returnFromRoute = TracedAction(name: "return", number: 2)
    static let exit = TracedAction(name: "exit", number: 2)
    static let drop = TracedAction(name: "drop", number: 2)
}
