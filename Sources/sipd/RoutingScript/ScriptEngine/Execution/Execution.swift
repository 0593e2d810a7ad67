import SIPMessage

/// One run of a route on a context.
///
/// Runs nest like calls: the context's innermost run is the one that is resumed, and when it has ended the one below is
/// the innermost again.
final class Execution {
    let program: Program
    private unowned let context: ScriptContext
    private let completion: (RunOutcome) -> Void
    private var machine: Machine?
    /// The run that was in progress on the context, with what it must find unchanged.
    private let outer: Execution?
    private let outerState: SavedState

    private struct SavedState {
        var route: Int32
        var site: Int32
        var kind: RouteMask
        var returnCode: Int
        var isDropped: Bool
    }

    init(_ program: Program, _ context: ScriptContext, _ completion: @escaping (RunOutcome) -> Void) {
        self.program = program
        self.context = context
        self.completion = completion
        outer = context.execution
        outerState = SavedState(
            route: context.currentRoute, site: context.currentSite, kind: context.routeKind,
            returnCode: context.returnCode, isDropped: context.isDropped)
    }

    func start(_ route: RouteID) {
        // Read once: each access to an unowned reference counts up and down.
        let context = context
        context.execution = self
        context.currentRoute = route.index
        context.routeKind = program.routes[Int(route.index)].mask
        context.returnCode = 0
        context.isDropped = false
        var machine = Machine(program, at: route.index)
        let stop = machine.run(in: context)
        finish(stop, machine, context)
    }

    /// Goes on after a suspension.
    func resume(returning code: Int) {
        // A second resumption has nothing to go on with.
        guard var machine = machine.take() else { return }
        let context = context
        let stop = machine.resume(with: code, in: context)
        finish(stop, machine, context)
    }

    private func finish(_ stop: Machine.Stop, _ machine: consuming Machine, _ context: ScriptContext) {
        switch stop {
        case .suspended: self.machine = consume machine
        case .ended(let outcome):
            context.execution = outer
            context.routeKind = outerState.kind
            context.currentRoute = outerState.route
            context.currentSite = outerState.site
            if outer != nil {
                context.returnCode = outerState.returnCode
                context.isDropped = outerState.isDropped
            } else {
                context.isDropped = outcome.isDropped
            }
            completion(outcome)
        }
    }
}
