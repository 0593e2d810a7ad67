import ScriptSyntax

/// One step of the virtual machine: an operation with two operands, small and without references.
///
/// The machine has an accumulator for integers, a result register for the value of the last statement, and stacks for
/// values, integers and loop counters. Operands `a` and `b` are indices into the tables of the program, targets of
/// jumps, or numbers.
struct Instruction: Sendable {
    enum Operation: UInt8, Sendable {
        // MARK: Control

        /// Goes on at `a`.
        case jump
        /// Goes on at `a` unless the accumulator is positive: the condition of `if` and `while`.
        case jumpUnlessPositive
        /// Goes on at `a` when the accumulator is 0: the left side of `&&`.
        case jumpIfZero
        /// Makes the accumulator 1 and goes on at `a` when it is not 0: the left side of `||`.
        case jumpIfNonzero
        /// Calls function `a`; the code goes to the accumulator. With `b` it becomes `$rc`, and 0 ends the script.
        case call
        /// Calls route `a` from a statement nested in `b` blocks; its value goes to the accumulator.
        case callRoute
        /// As `callRoute`, the name being on the value stack.
        case callComputedRoute
        /// Ends the route with the result register as its value.
        case endRoute
        /// Ends the route with the accumulator as its value; 0 ends the script.
        case returnFromRoute
        /// Ends the script with the accumulator as its value; `a` is 1 for `drop`.
        case exit
        /// Chooses the target by switch table `a`.
        case select
        /// Starts counting a loop.
        case enterLoop
        /// Counts one more round; goes on at `a` when there are too many.
        case countLoop
        /// Forgets the counters of `a` loops.
        case leaveLoops
        /// From here on a failing evaluation goes on at `a`.
        case setFailureTarget
        /// Cuts the value stack to `a` and the integer stack to `b`, counted from the start of the route.
        case recover
        /// Names the statement that runs now.
        case mark

        // MARK: Registers

        /// Result register := `a`.
        case setResult
        /// Result register := accumulator.
        case storeResult
        /// Accumulator := result register.
        case loadResult
        /// Accumulator := `a`.
        case setAccumulator
        /// Accumulator := 1 when it is positive, otherwise 0: a call as an operand.
        case collapse
        /// Accumulator := 1 when it is not 0.
        case boolean
        case not
        case negate
        case complement

        // MARK: Integers

        /// Puts the accumulator on the integer stack.
        case pushInteger
        /// Accumulator := top of the integer stack, operation `a`, accumulator.
        case operate
        /// Accumulator := accumulator, operation `a`, the number `b`.
        case operateWithConstant
        /// Accumulator := variable `a` as an integer.
        case loadVariable

        // MARK: Values

        /// Puts constant `a` on the value stack.
        case pushConstant
        /// Puts variable `a` on the value stack.
        case pushVariable
        /// Puts the accumulator on the value stack.
        case pushAccumulator
        /// Accumulator := the value on the stack as an integer.
        case popInteger
        /// Writes the value on the stack to variable `a`; the accumulator becomes 1, or -1 when it was refused.
        case assign
        /// Replaces two values by their sum or their concatenation.
        case add
        /// Accumulator := whether the two values on the stack are equal.
        case equal
        /// Accumulator := whether the texts of the two values on the stack are equal.
        case equalTexts
        /// Accumulator := whether variable `a` equals constant `b`.
        case variableEqualsConstant
        /// Replaces the value by its text.
        case makeText
        /// Replaces an undefined value by an empty text.
        case makeDefined
        /// Accumulator := whether the value is defined.
        case isDefined
        /// Accumulator := the length of the value's text.
        case textLength
        /// Accumulator := whether the value's text is empty.
        case textIsEmpty
        /// Accumulator := whether regular expression `a` matches the value.
        case match
        /// Accumulator := whether the pattern on the stack matches the text below it.
        case matchComputed
        /// Accumulator := legacy comparison `a`.
        case legacy
        /// Accumulator := legacy comparison `a` with the value on the stack.
        case legacyWith
    }

    var operation: Operation
    var a: Int32 = 0
    var b: Int32 = 0
    /// Index of the position in the configuration.
    var site: Int32 = 0
}

extension BinaryOperator {
    /// The number under which an instruction names the operator.
    var code: Int32 { Int32(Self.allCases.firstIndex(of: self) ?? 0) }

    /// The operators by their numbers.
    static let byCode = Array(allCases)
}
