import ModuleInterface
import SIPMessage
import ScriptEngine

typealias Function = FunctionDescription<PseudoVariablesModule>

/// Functions on variables, like `pv_isset` and `pv_unset`.
enum VariableFunctions {
    static let all: [Function] = tests + changes + StructureFunctions.all + BranchFunctions.all

    private static let tests: [Function] = [
        test("pv_isset", "Tests whether a variable is defined.") { !$0.isNull },
        test("is_int", "Tests whether a variable holds an integer.") { value in
            switch value {
            case .integer, .both: true
            case .null, .string: false
            }
        },
        test("not_empty", "Tests whether a variable holds a text that is not empty.") { value in
            switch value {
            case .string(let text), .both(_, let text): !text.isEmpty
            case .null, .integer: false
            }
        },
        Function(
            "typeof", [.variable, .text], summary: "Tests the type of a variable: int, str, null.",
            example: "if (typeof(\"$avp(x)\", \"int\")) { … }"
        ) { _, arguments throws(ScriptError) in
            guard let variable = arguments[0].variable else { throw ScriptError("this is no variable") }
            let wanted = arguments[1].source
            guard ["int", "str", "null"].contains(wanted) else {
                throw ScriptError("unknown type '\(wanted.string)'", hint: "types are int, str and null")
            }
            return { context in typeName(variable.read(context)) == wanted ? .success : .failure }
        },
    ]

    private static let changes: [Function] = [
        Function(
            "pv_unset", [.variable], summary: "Makes a variable undefined.", example: "pv_unset(\"$avp(x)\");"
        ) { _, arguments in
            let write = arguments[0].variable?.write
            return { context in
                // A variable that cannot be undefined stays as it is; Kamailio answers 1 all the same.
                _ = write?(context, .null)
                return .success
            }
        },
        Function(
            "pv_evalx", [.variable, .format],
            summary: "Evaluates a text with variables, and the result as such a text again, into a variable.",
            example: "pv_evalx(\"$var(x)\", \"$hdr(X-Format)\");"
        ) { _, arguments throws(ScriptError) in
            guard let write = arguments[0].variable?.write else {
                throw ScriptError("this variable cannot be written to")
            }
            let text = arguments[1]
            return { context in
                guard let formats = context.formats,
                    let format = try? formats.format(text.text(in: context))
                else { return .failure }
                return write(context, .string(format.evaluate(in: context))) ? .success : .failure
            }
        },
    ]

    private static func test(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (ScriptValue) -> Bool
    ) -> Function {
        Function(name, [.variable], summary: summary, example: "if (\(name)(\"$avp(x)\")) { … }") {
            _, arguments throws(ScriptError) in
            guard let variable = arguments[0].variable else { throw ScriptError("this is no variable") }
            return { context in body(variable.read(context)) ? .success : .failure }
        }
    }

    private static func typeName(_ value: ScriptValue) -> ByteString {
        switch value {
        case .null: "null"
        case .integer: "int"
        case .string, .both: "str"
        }
    }
}
