import SIPMessage
import ScriptSyntax

/// Compiles the bodies of routes to instructions.
///
/// A list of statements has the value of its last one, which is the value of a route that ends without `return`. Code for
/// it is emitted only where somebody can see it: `needed` says so.
struct RouteCompiler {
    /// How many values lie on the stacks, counted from the start of the route.
    struct StackDepth {
        var values: Int32 = 0
        var integers: Int32 = 0
    }

    /// What `break` and `return` leave.
    private enum Scope {
        case loop(end: CodeBuilder.Label)
        case selection(end: CodeBuilder.Label)
        /// `{ … }` as a value.
        case block(end: CodeBuilder.Label)
    }

    /// Code that runs when an evaluation fails; it stands behind the route.
    private struct FailurePath {
        var start: CodeBuilder.Label
        var target: CodeBuilder.Label
        var depth: StackDepth
    }

    let state: CompilerState
    var builder = CodeBuilder()
    var depth = StackDepth()
    private var scopes: [Scope] = []
    private var failurePaths: [FailurePath] = []
    private var failureTarget: CodeBuilder.Label?
    /// Blocks around the statement, for the limit on nesting.
    private var blockDepth: Int32 = 0

    init(state: CompilerState) {
        self.state = state
    }

    /// Compiles the blocks of one route, one after the other.
    mutating func compile(_ bodies: [[Statement]], as index: Int) {
        state.routes.setEntry(of: index, to: builder.position)
        depth = StackDepth()
        builder.emit(.setResult, 1)
        emit(Array(bodies.joined()), needed: true)
        builder.emit(.endRoute)
        for path in failurePaths {
            builder.place(path.start)
            builder.emit(.recover, path.depth.values, path.depth.integers)
            builder.emit(.jump, to: path.target)
        }
        failurePaths = []
        failureTarget = nil
    }

    // MARK: - Lists of statements

    private mutating func emit(_ statements: [Statement], needed: Bool) {
        let last = statements.lastIndex { if case .empty = $0.kind { false } else { true } }
        for (index, statement) in statements.enumerated() {
            emit(statement, needed: needed && index == last)
        }
    }

    /// A body of `if`, `while` or `case`, which is one level of nesting (Kamailio: `run_actions()`).
    private mutating func emitBody(_ statements: [Statement], needed: Bool) {
        blockDepth += 1
        emit(statements, needed: needed)
        blockDepth -= 1
    }

    private mutating func emit(_ statement: Statement, needed: Bool) {
        builder.setSite(statement.range.start)
        if let action = statement.tracedAction { emitTrace(action) }
        switch statement.kind {
        case .call(let call):
            guard let action = CallAnalyzer(state: state).action(call) else { return }
            emitAction(action, inExpression: false)
            if needed { builder.emit(.storeResult) }
        case .assignment(let assignment):
            let analyzer = ExpressionAnalyzer(state: state)
            guard let analyzed = analyzer.assignment(assignment, statement.range) else { return }
            builder.emit(.mark)
            emitAssignment(analyzed)
            if needed { builder.emit(.storeResult) }
        case .conditional(let conditional): emit(conditional, needed: needed)
        case .loop(let condition, let body): emitLoop(condition, body, needed: needed)
        case .selection(let selection): emit(selection, needed: needed)
        case .returnFromRoute(let value): emitReturn(value)
        case .exit(let value): emitExit(value, isDrop: false)
        case .drop(let value): emitExit(value, isDrop: true)
        case .leave: emitLeave()
        case .empty: break
        }
    }

    // MARK: - Actions

    /// Emits what runs and leaves a code in the accumulator.
    mutating func emitAction(_ action: Node.Action, inExpression: Bool) {
        // A call inside an expression is a list of statements of its own for the limit on nesting.
        let nesting = blockDepth + (inExpression ? 1 : 0)
        switch action {
        case .call(let body, let setsReturnCode):
            builder.emit(.call, builder.function(body), setsReturnCode ? 1 : 0)
        case .route(let index):
            emitTrace(.route)
            builder.emit(.callRoute, Int32(index), nesting)
        case .computedRoute(let name):
            emitTrace(.route)
            let end = builder.newLabel()
            guarded(name, orElse: end) { $0.emitValue(name) }
            builder.emit(.callComputedRoute, 0, nesting)
            popValues(1)
            builder.place(end)
            restoreFailureTarget(after: name)
        case .assignment(let assignment): emitAssignment(assignment)
        case .block(let statements): emitBlock(statements)
        }
    }

    /// Tells the tracer, if there is one; the accumulator holds nothing of worth where an action begins.
    private mutating func emitTrace(_ action: TracedAction) {
        guard let tracer = state.settings.tracer else { return }
        let body: FunctionBody = { context in
            tracer.trace(action, in: context)
            return .success
        }
        builder.emit(.call, builder.function(body), 0)
    }

    private mutating func emitAssignment(_ assignment: AssignmentNode) {
        let refused = builder.newLabel()
        let end = builder.newLabel()
        let value = Self.textIfSelect(assignment.value)
        guarded(value, orElse: refused) { $0.emitAssignedValue(value) }
        builder.emit(.assign, builder.variable(assignment.target))
        popValues(1)
        guard assignment.value.canFail else { return }
        builder.emit(.jump, to: end)
        builder.place(refused)
        builder.emit(.setAccumulator, -1)
        builder.place(end)
        restoreFailureTarget(after: assignment.value)
    }

    /// A select without a value is assigned as an empty text, which is not null.
    private static func textIfSelect(_ node: Node) -> Node {
        guard case .variable = node.kind, node.type == .text else { return node }
        return Node(.unary(.toString, node), .text, node.range)
    }

    private mutating func emitBlock(_ statements: [Statement]) {
        let end = builder.newLabel()
        scopes.append(.block(end: end))
        let outerTarget = failureTarget
        builder.emit(.setResult, 1)
        emitBody(statements, needed: true)
        scopes.removeLast()
        builder.place(end)
        builder.emit(.loadResult)
        failureTarget = outerTarget
        if let outerTarget { builder.emit(.setFailureTarget, to: outerTarget) }
    }

    /// Emits an evaluation after which, if it fails, the code goes on at `target`.
    private mutating func guarded(
        _ node: Node, orElse target: CodeBuilder.Label, _ emission: (inout RouteCompiler) -> Void
    ) {
        guard node.canFail else { return emission(&self) }
        let path = FailurePath(start: builder.newLabel(), target: target, depth: depth)
        failurePaths.append(path)
        let outerTarget = failureTarget
        failureTarget = path.start
        builder.emit(.setFailureTarget, to: path.start)
        emission(&self)
        failureTarget = outerTarget
    }

    /// Emits what makes failures go where the surrounding expression wants them again.
    private mutating func restoreFailureTarget(after node: Node) {
        guard node.canFail, let failureTarget else { return }
        builder.emit(.setFailureTarget, to: failureTarget)
    }

    // MARK: - if, while, switch

    private mutating func emit(_ conditional: Conditional, needed: Bool) {
        let end = builder.newLabel()
        for clause in conditional.clauses {
            let condition = ExpressionAnalyzer(state: state).node(clause.condition)
            let next = builder.newLabel()
            builder.setSite(clause.condition.range.start)
            guarded(condition, orElse: next) { $0.emitCondition(condition) }
            builder.emit(.jumpUnlessPositive, to: next)
            if needed { builder.emit(.setResult, 1) }
            emitBody(clause.body, needed: needed)
            builder.emit(.jump, to: end)
            builder.place(next)
        }
        if needed { builder.emit(.setResult, 1) }
        emitBody(conditional.otherwise, needed: needed)
        builder.place(end)
    }

    private mutating func emitLoop(_ expression: Expression, _ body: [Statement], needed: Bool) {
        let condition = ExpressionAnalyzer(state: state).node(expression)
        if condition.type == .text {
            state.report(at: expression.range, "bad-condition", "the condition of 'while' is a text, not a number")
        }
        let again = builder.newLabel()
        let end = builder.newLabel()
        if needed { builder.emit(.setResult, 1) }
        builder.emit(.enterLoop)
        builder.place(again)
        guarded(condition, orElse: end) { $0.emitCondition(condition) }
        if case .action = condition.kind {
            builder.emit(.jumpUnlessPositive, to: end)
        } else {
            // Unlike `if`, which wants a positive value.
            builder.emit(.jumpIfZero, to: end)
        }
        builder.emit(.countLoop, to: end)
        scopes.append(.loop(end: end))
        emitBody(body, needed: needed)
        scopes.removeLast()
        builder.emit(.jump, to: again)
        builder.place(end)
        builder.emit(.leaveLoops, 1)
    }

    private mutating func emit(_ selection: Selection, needed: Bool) {
        let value = ExpressionAnalyzer(state: state).node(selection.value)
        let end = builder.newLabel()
        let labels = selection.cases.map { ($0, builder.newLabel()) }
        let otherwise = labels.first { $0.0.label == .otherwise }?.1 ?? end
        let hasIntegers = selection.cases.contains { if case .integer = $0.label { true } else { false } }
        // Kamailio puts the chosen case in the place of a switch on a constant, and nothing has the value of an error.
        if needed { builder.emit(.setResult, value.constant == nil ? 1 : -5) }
        guarded(value, orElse: otherwise) { $0.emitValue(value) }
        let table = builder.table(tableLabels(labels), hasIntegers: hasIntegers, otherwise: otherwise)
        builder.emit(.select, table)
        popValues(1)
        scopes.append(.selection(end: end))
        for (branch, label) in labels {
            builder.place(label)
            emitBody(branch.body, needed: needed)
        }
        scopes.removeLast()
        builder.place(end)
    }

    private func tableLabels(
        _ cases: [(Selection.Case, CodeBuilder.Label)]
    ) -> [(SwitchTable.Label?, Int, CodeBuilder.Label)] {
        var labels: [(SwitchTable.Label?, Int, CodeBuilder.Label)] = []
        for (branch, label) in cases {
            switch branch.label {
            case .integer(let number): labels.append((nil, Int(number), label))
            case .string(let text): labels.append((.text(ByteString(text.bytes)), 0, label))
            case .regularExpression(let pattern):
                do {
                    labels.append((.pattern(try RegularExpression(ByteString(pattern.bytes))), 0, label))
                } catch {
                    state.report(error, at: branch.range, "bad-regular-expression")
                }
            case .otherwise: break
            }
        }
        return labels
    }

    // MARK: - return, exit, drop, break

    private mutating func emitReturn(_ expression: Expression?) {
        emitCode(expression, absent: 1)
        guard let block = innermostBlock else { return builder.emit(.returnFromRoute) }
        builder.emit(.storeResult)
        leaveLoops(inside: block.index)
        builder.emit(.jump, to: block.end)
    }

    private mutating func emitExit(_ expression: Expression?, isDrop: Bool) {
        emitCode(expression, absent: isDrop ? 0 : 1)
        builder.emit(.exit, isDrop ? 1 : 0)
    }

    /// Leaves the value of `return`, `exit` or `drop` in the accumulator; -5 when it cannot be computed.
    private mutating func emitCode(_ expression: Expression?, absent: Int32) {
        guard let expression else { return builder.emit(.setAccumulator, absent) }
        let value = ExpressionAnalyzer(state: state).node(expression)
        if value.type == .text {
            state.report(at: expression.range, "type-mismatch", "the value of a route is an integer, this is a string")
        }
        let failed = builder.newLabel()
        let end = builder.newLabel()
        guarded(value, orElse: failed) { $0.emitInteger(value) }
        guard value.canFail else { return }
        builder.emit(.jump, to: end)
        builder.place(failed)
        builder.emit(.setAccumulator, -5)
        builder.place(end)
    }

    private mutating func emitLeave() {
        builder.emit(.setResult, 0)
        switch scopes.last {
        case .loop(let end), .selection(let end), .block(let end): builder.emit(.jump, to: end)
        case nil: builder.emit(.endRoute)
        }
    }

    private var innermostBlock: (end: CodeBuilder.Label, index: Int)? {
        for (index, scope) in scopes.enumerated().reversed() {
            if case .block(let end) = scope { return (end, index) }
        }
        return nil
    }

    private mutating func leaveLoops(inside scope: Int) {
        let count = scopes[scope...].count { if case .loop = $0 { true } else { false } }
        if count > 0 { builder.emit(.leaveLoops, Int32(count)) }
    }
}

extension Statement {
    /// How traces show the statement; nil for calls, which show themselves.
    fileprivate var tracedAction: TracedAction? {
        switch kind {
        case .call, .empty: nil
        case .assignment: .assignment
        case .conditional: .conditional
        case .loop: .loop
        case .selection: .selection
        case .returnFromRoute: .returnFromRoute
        case .exit, .leave: .exit
        case .drop: .drop
        }
    }
}
