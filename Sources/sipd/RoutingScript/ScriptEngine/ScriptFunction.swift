package import SIPMessage

/// What a script function answers when it is called.
package enum FunctionResult: Sendable, Equatable {
    /// The return code: positive is true, negative false, 0 ends the script.
    case code(Int)
    /// The function waits for something (a database, DNS). The virtual machine keeps its frame and goes on when
    /// `ScriptContext.resume(returning:)` is called, later and on the same event loop.
    case suspended

    /// Return code 1.
    package static let success = FunctionResult.code(1)
    /// Return code -1.
    package static let failure = FunctionResult.code(-1)
}

/// A function call compiled with its arguments, ready to run on any worker.
package typealias FunctionBody = @Sendable (ScriptContext) -> FunctionResult

/// How the text of one argument is understood (Kamailio's fix-ups).
package enum ParameterKind: Sendable, Equatable {
    /// Constant text, taken as it stands (`is_method("INVITE")`).
    case text
    /// Text in which pseudo-variables are expanded at each call (`xlog("$rm")`).
    case format
    /// A number: a constant, or a pseudo-variable or expression that gives one (`setflag(5)`, `t_set_fr("$var(t)")`).
    case integer
    /// Exactly one pseudo-variable (`pv_unset("$avp(x)")`).
    case variable
    /// A POSIX extended regular expression, constant.
    case regularExpression
    /// The name of a route of the given kind; unknown names are a diagnostic at start.
    case route(RouteMask)
    /// A substitution, constant but for pseudo-variables in the replacement (`subst("/from/to/g")`).
    case substitution
    /// A flag: a number from 0 to 31, or a name that `flags` declares (`setflag(FLT_ACC)`).
    case flag
}

/// One compiled argument of a function call.
///
/// Made by the compiler from the call in the script, according to the parameter's kind. A class, so that a call that
/// looks at an argument need not copy all it is made of.
package final class Argument: Sendable {
    /// The kind the parameter was declared with.
    package let kind: ParameterKind
    /// The text as the script has it after preprocessing (without the quotes), also for constants and variables.
    package let source: ByteString
    /// The value when it is the same at each call.
    package let constant: ScriptValue?
    /// The compiled text when it holds pseudo-variables, or nil.
    package let format: FormatString?
    /// The variable for `.variable`, and for a text that is exactly one pseudo-variable.
    package let variable: ScriptVariable?
    /// The compiled substitution for `.substitution`.
    package let substitution: TextSubstitution?

    /// Makes a compiled argument.
    package init(
        kind: ParameterKind, source: ByteString, constant: ScriptValue? = nil, format: FormatString? = nil,
        variable: ScriptVariable? = nil, substitution: TextSubstitution? = nil
    ) {
        self.substitution = substitution
        self.kind = kind
        self.source = source
        self.constant = constant
        self.format = format
        self.variable = variable
    }

    /// The argument's text for this message.
    ///
    /// Undefined variables give `""` when the argument is one variable, `<null>` inside longer text, as Kamailio's
    /// `fixup_get_svalue` does.
    package func text(in context: ScriptContext) -> ByteString {
        if let constant { return constant.text }
        if let variable { return variable.read(context).text }
        return format?.evaluate(in: context) ?? source
    }

    /// The argument's value for this message; keeps null and integers apart when the argument is one variable.
    package func value(in context: ScriptContext) -> ScriptValue {
        if let constant { return constant }
        if let variable { return variable.read(context) }
        return .string(text(in: context))
    }

    /// The argument as a number, or nil when its text is no number.
    package func integer(in context: ScriptContext) -> Int? {
        switch value(in: context) {
        case .null: nil
        case .integer(let value), .both(let value, _): value
        case .string(let text): text.integerValue
        }
    }
}

/// Why a call, a variable or a transformation cannot be compiled; becomes a diagnostic with a position.
package struct ScriptError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong: lower-case start, no full stop, the offending text quoted.
    package let message: String
    /// What to do about it, or nil.
    package let hint: String?

    /// Makes an error.
    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// The message, and the hint on a line of its own.
    package var description: String {
        hint.map { "\(message)\nhint: \($0)" } ?? message
    }
}

/// A function as the compiler sees it: a name, its arities and where it may stand, bound to a loaded module.
///
/// Several entries may share a name (different arities).
package struct ScriptFunction: Sendable {
    /// The name in the script.
    package let name: String
    /// The module that provides it, for messages.
    package let module: String
    /// The kinds of the parameters, in order.
    package let parameters: [ParameterKind]
    /// How many of them must be given.
    package let required: Int
    /// Where it may be called.
    package let routes: RouteMask
    /// Whether `format` arguments must be constant texts: `xlog("$ru")` but not `xlog($ru)`.
    package let takesConstantsOnly: Bool
    /// Whether a call changes `$rc`, and a code of 0 ends the script; not so for the commands of the core.
    package let setsReturnCode: Bool
    /// Checks the arguments and makes the call; runs once, at start (Kamailio's fix-up).
    package let compile: @Sendable ([Argument]) throws(ScriptError) -> FunctionBody

    /// Makes a function.
    package init(
        name: String, module: String, parameters: [ParameterKind] = [], required: Int? = nil,
        routes: RouteMask = .any, takesConstantsOnly: Bool = false,
        compile: @escaping @Sendable ([Argument]) throws(ScriptError) -> FunctionBody
    ) {
        self.name = name
        self.module = module
        self.parameters = parameters
        self.required = required ?? parameters.count
        self.routes = routes
        self.takesConstantsOnly = takesConstantsOnly
        setsReturnCode = module != "core"
        self.compile = compile
    }
}
