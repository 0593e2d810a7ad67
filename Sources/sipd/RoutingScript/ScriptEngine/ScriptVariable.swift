package import SIPMessage

/// The index in brackets of `$(name[index])`.
package enum VariableIndex: Sendable {
    /// No index was written.
    case none
    /// `[2]`, `[-1]`.
    case constant(Int)
    /// `[*]`.
    case all
    /// `[$var(i)]`.
    case variable(ScriptVariable)

    /// The index for this message: nil for `none` and `all`, 0 when a variable gives no number.
    package func resolve(in context: ScriptContext) -> Int? {
        switch self {
        case .none, .all: nil
        case .constant(let value): value
        case .variable(let variable):
            switch variable.read(context) {
            case .integer(let value), .both(let value, _): value
            case .string(let text): text.integerValue ?? 0
            case .null: 0
            }
        }
    }
}

/// A pseudo-variable as it stands in the script, before it is bound: `$name(inner)[index]`.
package struct VariableReference: Sendable {
    /// The name after `$`, such as `avp`, `ru`.
    package let name: String
    /// The raw text in parentheses, or nil when there are none.
    package let inner: ByteString?
    /// `inner` compiled as a format string when it holds pseudo-variables, otherwise nil.
    package let innerFormat: FormatString?
    /// Why `inner` holds a `$` and is no format string; for a class that needs one to throw.
    package let innerFailure: ScriptError?
    /// The index.
    package let index: VariableIndex
    /// Compiles parts of `inner` that are formats of their own (`$sht(table=>$ci)`).
    package let formats: FormatCompiler

    /// Makes a reference.
    package init(
        name: String, inner: ByteString? = nil, innerFormat: FormatString? = nil, innerFailure: ScriptError? = nil,
        index: VariableIndex = .none, formats: FormatCompiler = FormatCompiler(vocabulary: Vocabulary())
    ) {
        self.name = name
        self.inner = inner
        self.innerFormat = innerFormat
        self.innerFailure = innerFailure
        self.index = index
        self.formats = formats
    }

    /// The inner name for this message: the constant text, or the evaluated format.
    package func innerText(in context: ScriptContext) -> ByteString {
        innerFormat?.evaluate(in: context) ?? inner ?? ""
    }
}

/// Whether and how a variable takes a name in parentheses.
package enum InnerName: Sendable, Equatable {
    /// `$ru`: none allowed.
    case none
    /// `$hdr(X)`: must be given.
    case required
    /// `$time` or `$time(sec)`.
    case optional
}

/// A bound pseudo-variable: reads, and perhaps writes, its value for the message being processed.
package struct ScriptVariable: Sendable {
    /// The text in the script, for messages and `$$` dumps.
    package let source: ByteString
    /// Reads the value.
    package let read: @Sendable (ScriptContext) -> ScriptValue
    /// Writes a value (null deletes), or nil for a read-only variable.
    ///
    /// False when the value was refused; the script goes on, as in Kamailio.
    package let write: (@Sendable (ScriptContext, ScriptValue) -> Bool)?
    /// Whether null prints as `<null>`; with transformations it prints as nothing.
    package let printsNull: Bool

    /// Makes a bound variable.
    package init(
        source: ByteString, read: @escaping @Sendable (ScriptContext) -> ScriptValue,
        write: (@Sendable (ScriptContext, ScriptValue) -> Bool)? = nil, printsNull: Bool = true
    ) {
        self.source = source
        self.read = read
        self.write = write
        self.printsNull = printsNull
    }
}

/// A class of pseudo-variables as the compiler sees it, bound to a loaded module.
package struct VariableClass: Sendable {
    /// The names after `$` that it serves (`rc`, `retcode`).
    package let names: [String]
    /// The module that provides it.
    package let module: String
    /// Whether it takes a name in parentheses.
    package let inner: InnerName
    /// Whether `[index]` may follow.
    package let indexed: Bool
    /// Checks the reference and binds it; runs once, at start.
    package let bind: @Sendable (VariableReference) throws(ScriptError) -> ScriptVariable

    /// Makes a class.
    package init(
        names: [String], module: String, inner: InnerName = .none, indexed: Bool = false,
        bind: @escaping @Sendable (VariableReference) throws(ScriptError) -> ScriptVariable
    ) {
        self.names = names
        self.module = module
        self.inner = inner
        self.indexed = indexed
        self.bind = bind
    }
}

/// A bound transformation step: `{s.len}` applied to a value.
package typealias TransformationBody = @Sendable (ScriptContext, ScriptValue) -> ScriptValue

/// A class of transformations, as `s` in `{s.len}`, bound to a loaded module.
package struct TransformationClass: Sendable {
    /// The word before the dot.
    package let name: String
    /// The module that provides it.
    package let module: String
    /// Compiles one step.
    ///
    /// `operation` is the text after the dot up to the first comma, `arguments` the rest, not split: each class has its
    /// own separator rules, and arguments may hold pseudo-variables (compile them with `formats`).
    package let compile:
        @Sendable (_ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler) throws(ScriptError) ->
            TransformationBody

    /// Makes a class.
    package init(
        name: String, module: String,
        compile: @escaping @Sendable (String, ByteString?, FormatCompiler) throws(ScriptError) -> TransformationBody
    ) {
        self.name = name
        self.module = module
        self.compile = compile
    }
}
