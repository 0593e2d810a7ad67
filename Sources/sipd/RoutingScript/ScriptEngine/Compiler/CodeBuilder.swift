import SIPMessage
import ScriptSyntax

/// Collects the instructions and tables of a program.
struct CodeBuilder {
    /// A place in the code that may not be known yet.
    struct Label {
        fileprivate let number: Int
    }

    private(set) var code: [Instruction] = []
    private(set) var functions: [FunctionBody] = []
    private(set) var variables: [ScriptVariable] = []
    private(set) var constants: [ScriptValue] = []
    private(set) var expressions: [RegularExpression] = []
    private(set) var comparisons: [@Sendable (ScriptContext) -> Bool] = []
    private(set) var valueComparisons: [@Sendable (ScriptContext, ScriptValue) -> Bool] = []
    private(set) var sites: [SourcePosition] = []
    private var tables: [(labels: [(SwitchTable.Label?, Int, Label)], hasIntegers: Bool, otherwise: Label)] = []
    private var constantIndices: [ScriptValue: Int32] = [:]
    private var labels: [Int32] = []
    private var site: Int32 = 0

    // MARK: - Code

    /// The index of the next instruction.
    var position: Int { code.count }

    mutating func emit(_ operation: Instruction.Operation, _ a: Int32 = 0, _ b: Int32 = 0) {
        code.append(Instruction(operation: operation, a: a, b: b, site: site))
    }

    /// The position that the following instructions belong to.
    mutating func setSite(_ position: SourcePosition) {
        if let last = sites.last, last == position {
            site = Int32(sites.count - 1)
            return
        }
        sites.append(position)
        site = Int32(sites.count - 1)
    }

    // MARK: - Labels

    mutating func newLabel() -> Label {
        labels.append(-1)
        return Label(number: labels.count - 1)
    }

    mutating func place(_ label: Label) {
        labels[label.number] = Int32(code.count)
    }

    /// Emits an instruction whose operand `a` is the place of a label.
    mutating func emit(_ operation: Instruction.Operation, to label: Label) {
        emit(operation, Int32(label.number))
    }

    /// Replaces the numbers of labels by their places; call once, when all are placed.
    mutating func resolveLabels() {
        for index in code.indices {
            switch code[index].operation {
            case .jump, .jumpUnlessPositive, .jumpIfZero, .jumpIfNonzero, .countLoop, .setFailureTarget:
                code[index].a = labels[Int(code[index].a)]
            default: break
            }
        }
    }

    // MARK: - Tables

    mutating func function(_ body: @escaping FunctionBody) -> Int32 {
        functions.append(body)
        return Int32(functions.count - 1)
    }

    mutating func variable(_ variable: ScriptVariable) -> Int32 {
        variables.append(variable)
        return Int32(variables.count - 1)
    }

    mutating func constant(_ value: ScriptValue) -> Int32 {
        if let known = constantIndices[value] { return known }
        constantIndices[value] = Int32(constants.count)
        constants.append(value)
        return Int32(constants.count - 1)
    }

    mutating func expression(_ expression: RegularExpression) -> Int32 {
        expressions.append(expression)
        return Int32(expressions.count - 1)
    }

    mutating func comparison(_ body: @escaping @Sendable (ScriptContext) -> Bool) -> Int32 {
        comparisons.append(body)
        return Int32(comparisons.count - 1)
    }

    mutating func comparison(_ body: @escaping @Sendable (ScriptContext, ScriptValue) -> Bool) -> Int32 {
        valueComparisons.append(body)
        return Int32(valueComparisons.count - 1)
    }

    /// Adds a switch table; labels without text are integers.
    mutating func table(
        _ labels: [(SwitchTable.Label?, Int, Label)], hasIntegers: Bool, otherwise: Label
    ) -> Int32 {
        tables.append((labels, hasIntegers, otherwise))
        return Int32(tables.count - 1)
    }

    /// The switch tables with the places of their labels.
    func resolvedTables() -> [SwitchTable] {
        tables.map { table in
            var resolved = SwitchTable(otherwise: labels[table.otherwise.number])
            if table.hasIntegers { resolved.integers = [:] }
            for (text, number, label) in table.labels {
                let target = labels[label.number]
                if let text {
                    resolved.texts.append((text, target))
                } else if resolved.integers?[number] == nil {
                    resolved.integers?[number] = target
                }
            }
            return resolved
        }
    }
}
