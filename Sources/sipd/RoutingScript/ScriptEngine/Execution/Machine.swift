import SIPMessage
import ScriptSyntax

/// The registers and stacks of a run.
///
/// A value that is taken out of `Execution` while it works, so that access to it costs nothing; there is never a copy.
struct Machine: ~Copyable {
    /// A route that waits for one it has called.
    private struct Frame {
        var position: Int
        var route: Int32
        var level: Int32
        var failureTarget: Int32
        var valueBase: Int
        var integerBase: Int
        var loopBase: Int
    }

    /// Why the machine stopped.
    enum Stop {
        case ended(RunOutcome)
        case suspended
    }

    private let program: Program
    private var position = 0
    private var accumulator = 0
    private var result = 1
    private var values: [ScriptValue] = []
    private var integers: [Int] = []
    private var loops: [Int32] = []
    private var frames: [Frame] = []
    private var route: Int32
    private var level: Int32 = 1
    private var failureTarget: Int32 = 0
    private var valueBase = 0
    private var integerBase = 0
    private var loopBase = 0
    /// Whether the function that suspended sets `$rc`.
    private var isReturnCodeDue = false

    init(_ program: Program, at route: Int32) {
        self.program = program
        self.route = route
        position = program.routes[Int(route)].entry
    }

    /// Goes on with the code of the function that suspended.
    mutating func resume(with code: Int, in context: ScriptContext) -> Stop {
        if let stop = finishCall(code, in: context) { return stop }
        return run(in: context)
    }

    /// Runs until the route ends or a function suspends.
    mutating func run(in context: ScriptContext) -> Stop {
        let code = program.code
        while true {
            let instruction = code[position]
            position += 1
            switch instruction.operation {
            case .jump: position = Int(instruction.a)
            case .jumpUnlessPositive: if accumulator <= 0 { position = Int(instruction.a) }
            case .jumpIfZero: if accumulator == 0 { position = Int(instruction.a) }
            case .jumpIfNonzero:
                if accumulator != 0 {
                    accumulator = 1
                    position = Int(instruction.a)
                }
            case .call:
                if let stop = call(instruction, in: context) { return stop }
            case .callRoute: enter(instruction.a, instruction, in: context)
            case .callComputedRoute: enterComputed(instruction, in: context)
            case .endRoute:
                if let stop = leave(with: result, in: context) { return stop }
            case .returnFromRoute:
                guard accumulator != 0 else { return ended(0, exited: true, in: context) }
                if let stop = leave(with: accumulator, in: context) { return stop }
            case .exit:
                return ended(accumulator, isDropped: instruction.a == 1, exited: true, in: context)
            case .select: position = Int(program.tables[Int(instruction.a)].target(of: popValue()))
            case .enterLoop: loops.append(0)
            case .countLoop: countLoop(instruction, in: context)
            case .leaveLoops: loops.removeLast(min(loops.count, Int(instruction.a)))
            case .setFailureTarget: failureTarget = instruction.a
            case .recover:
                values.removeLast(max(0, values.count - valueBase - Int(instruction.a)))
                integers.removeLast(max(0, integers.count - integerBase - Int(instruction.b)))
            case .mark: context.currentSite = instruction.site
            case .setResult: result = Int(instruction.a)
            case .storeResult: result = accumulator
            case .loadResult: accumulator = result
            case .setAccumulator: accumulator = Int(instruction.a)
            case .collapse: accumulator = accumulator > 0 ? 1 : 0
            case .boolean: accumulator = accumulator != 0 ? 1 : 0
            case .not: accumulator = accumulator == 0 ? 1 : 0
            case .negate: accumulator = Int(Int32(truncatingIfNeeded: 0 &- accumulator))
            case .complement: accumulator = ~accumulator
            case .pushInteger: integers.append(accumulator)
            case .operate: operate(instruction, integers.popLast() ?? 0, accumulator, in: context)
            case .operateWithConstant: operate(instruction, accumulator, Int(instruction.b), in: context)
            case .loadVariable: accumulator = program.variables[Int(instruction.a)].read(context).number
            case .pushConstant: values.append(program.constants[Int(instruction.a)])
            case .pushVariable: values.append(program.variables[Int(instruction.a)].read(context))
            case .pushAccumulator: values.append(.integer(accumulator))
            case .popInteger: accumulator = popValue().number
            case .assign: assign(instruction, in: context)
            case .add:
                let right = popValue()
                values.append(Operators.add(popValue(), right))
            case .equal:
                let right = popValue()
                accumulator = Operators.equal(popValue(), right) ? 1 : 0
            case .equalTexts:
                let right = popValue()
                accumulator = popValue().text == right.text ? 1 : 0
            case .variableEqualsConstant:
                let value = program.variables[Int(instruction.a)].read(context)
                accumulator = Operators.equal(value, program.constants[Int(instruction.b)]) ? 1 : 0
            case .makeText: values.append(.string(popValue().text))
            case .makeDefined:
                let value = popValue()
                values.append(value.isNull ? .string("") : value)
            case .isDefined: accumulator = popValue().isNull ? 0 : 1
            case .textLength: accumulator = popValue().text.count
            case .textIsEmpty: accumulator = popValue().text.isEmpty ? 1 : 0
            case .match:
                accumulator = program.expressions[Int(instruction.a)].matches(popValue().text) ? 1 : 0
            case .matchComputed: matchComputed(instruction, in: context)
            case .legacy: accumulator = program.comparisons[Int(instruction.a)](context) ? 1 : 0
            case .legacyWith:
                accumulator = program.valueComparisons[Int(instruction.a)](context, popValue()) ? 1 : 0
            }
        }
    }

    private mutating func popValue() -> ScriptValue {
        values.popLast() ?? .null
    }

    // MARK: - Calls

    private mutating func call(_ instruction: Instruction, in context: ScriptContext) -> Stop? {
        context.currentSite = instruction.site
        context.previousError = context.lastError
        context.lastError = 0
        let answer = program.functions[Int(instruction.a)](context)
        isReturnCodeDue = instruction.b == 1
        switch answer {
        case .code(let code): return finishCall(code, in: context)
        case .suspended: return .suspended
        }
    }

    private mutating func finishCall(_ code: Int, in context: ScriptContext) -> Stop? {
        accumulator = code
        guard isReturnCodeDue else { return nil }
        context.returnCode = code
        return code == 0 ? ended(0, exited: true, in: context) : nil
    }

    private mutating func enterComputed(_ instruction: Instruction, in context: ScriptContext) {
        let name = popValue().text.string
        if let target = program.route(kind: .request, name: name == "0" ? nil : name) {
            return enter(target.index, instruction, in: context)
        }
        report("there is no route[\(name)]", instruction, in: context)
        // Kamailio: E_SCRIPT.
        accumulator = -10
    }

    private mutating func enter(_ target: Int32, _ instruction: Instruction, in context: ScriptContext) {
        let nested = level + instruction.b + 1
        guard Int(nested) <= program.settings.maxRecursiveLevel else {
            report(
                "routes and blocks nest deeper than \(program.settings.maxRecursiveLevel) levels", instruction,
                in: context)
            accumulator = -1
            context.returnCode = -1
            return
        }
        frames.append(
            Frame(
                position: position, route: route, level: level, failureTarget: failureTarget, valueBase: valueBase,
                integerBase: integerBase, loopBase: loopBase))
        level = nested
        route = target
        context.currentRoute = target
        valueBase = values.count
        integerBase = integers.count
        loopBase = loops.count
        position = program.routes[Int(target)].entry
    }

    /// Ends the current route; its caller goes on, unless there is none.
    private mutating func leave(with value: Int, in context: ScriptContext) -> Stop? {
        guard let frame = frames.popLast() else { return ended(value, exited: false, in: context) }
        context.returnCode = value
        accumulator = value
        values.removeLast(values.count - valueBase)
        integers.removeLast(integers.count - integerBase)
        loops.removeLast(loops.count - loopBase)
        position = frame.position
        route = frame.route
        context.currentRoute = route
        level = frame.level
        failureTarget = frame.failureTarget
        valueBase = frame.valueBase
        integerBase = frame.integerBase
        loopBase = frame.loopBase
        return nil
    }

    private func ended(
        _ value: Int, isDropped: Bool = false, exited: Bool, in context: ScriptContext
    ) -> Stop {
        if exited { context.returnCode = value }
        return .ended(RunOutcome(value: value, isDropped: isDropped, exited: exited))
    }

    // MARK: - Statements and operators

    private mutating func assign(_ instruction: Instruction, in context: ScriptContext) {
        let variable = program.variables[Int(instruction.a)]
        let value = popValue()
        if variable.write?(context, value) == true {
            accumulator = 1
        } else {
            accumulator = -1
            report("assignment to \(variable.source.string) failed", instruction, in: context)
        }
    }

    private mutating func operate(
        _ instruction: Instruction, _ left: Int, _ right: Int, in context: ScriptContext
    ) {
        let operation = BinaryOperator.byCode[Int(instruction.a)]
        if let value = Operators.integer(operation, left, right) {
            accumulator = value
        } else {
            fail("division by zero", instruction, in: context)
        }
    }

    private mutating func matchComputed(_ instruction: Instruction, in context: ScriptContext) {
        let pattern = popValue().text
        let text = popValue().text
        if let expression = RegularExpressionCache.shared.expression(pattern) {
            accumulator = expression.matches(text) ? 1 : 0
        } else {
            fail("bad regular expression '\(pattern.prefix(64).string)'", instruction, in: context)
        }
    }

    private mutating func countLoop(_ instruction: Instruction, in context: ScriptContext) {
        guard program.settings.maxWhileLoops > 0, let rounds = loops.last else { return }
        loops[loops.count - 1] = rounds + 1
        guard Int(rounds) >= program.settings.maxWhileLoops else { return }
        report("a while loop was left after \(rounds) rounds", instruction, in: context)
        result = -1
        position = Int(instruction.a)
    }

    /// Abandons the evaluation and goes on as the statement demands.
    private mutating func fail(_ message: String, _ instruction: Instruction, in context: ScriptContext) {
        report(message, instruction, in: context)
        position = Int(failureTarget)
    }

    private func report(_ message: String, _ instruction: Instruction, in context: ScriptContext) {
        guard context.host.isLogged(level: ScriptLogLevel.error) else { return }
        let place = program.location(instruction.site).map { "\($0.file):\($0.line): " } ?? ""
        context.host.log(level: ScriptLogLevel.error, ByteString(place + message), in: context)
    }
}

/// The levels of `ScriptHost.log`, Kamailio's.
enum ScriptLogLevel {
    /// L_ERR.
    static let error = -1
}
