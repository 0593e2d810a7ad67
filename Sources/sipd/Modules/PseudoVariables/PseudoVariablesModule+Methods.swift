import ControlProtocol
import ModuleInterface
import SIPMessage
import ScriptEngine

extension PseudoVariablesModule {
    private static let usage = "(Parameters: varname type value)"

    /// `pv.shvGet`, `pv.shvSet`: shared variables.
    static var methods: [ModuleMethod<PseudoVariablesModule>] {
        [
            ModuleMethod(
                MethodDescription(
                    "pv.shvGet",
                    parameters: [.init("varname", .string, optional: true, doc: "the variable; all without it")],
                    summary: "The value of a shared variable.",
                    doc: """
                        An object: name, type (int or str), value. Without a name: items, an object with one shv a \
                        variable. Fault 404 "Variable not found".
                        """,
                    example: "sipcmd pv.shvGet maintenance")
            ) { _ in
                { call throws(MethodFault) in
                    let all = SharedVariables.table.all
                    guard let name = try call.optionalString(0, named: "varname") else {
                        let items = all.sorted { $0.key.string < $1.key.string }
                        return .value(["items": .object(items.map { JSONMember("shv", shown($0.key, $0.value)) })])
                    }
                    guard let value = all[ByteString(name)] else { throw .notFound("Variable not found") }
                    return .value(shown(ByteString(name), value))
                }
            },
            ModuleMethod(
                MethodDescription(
                    "pv.shvSet",
                    parameters: [
                        .init("varname", .string, doc: "the variable; it exists once it was set"),
                        .init("type", .string, doc: "int or str"), .init("value", .any, doc: "the new value"),
                    ],
                    summary: "Sets a shared variable.",
                    doc: """
                        The text "Ok. Variable set to new value." Faults: 500 for missing parameters and unknown types, \
                        404 "Variable not found".
                        """,
                    example: "sipcmd pv.shvSet maintenance int 1", mutates: true)
            ) { _ in { call throws(MethodFault) in .value(try set(call)) } },
        ]
    }

    private static func shown(_ name: ByteString, _ value: ScriptValue) -> JSONValue {
        if case .integer(let number) = value {
            return ["name": .string(name.string), "type": "int", "value": JSONValue(number)]
        }
        return ["name": .string(name.string), "type": "str", "value": .string(value.text.string)]
    }

    private static func set(_ call: MethodCall) throws(MethodFault) -> JSONValue {
        guard let text = try call.optionalString(0, named: "varname") else {
            throw .failed("Missing parameter varname \(usage)")
        }
        guard let type = try call.optionalString(1, named: "type") else {
            throw .failed("Missing parameter type \(usage)")
        }
        let name = ByteString(text)
        let value: ScriptValue
        switch type {
        case "int":
            guard let number = try? call.integer(2, named: "value") else {
                throw .failed("Missing integer parameter value \(usage)")
            }
            value = .integer(Int(number))
        case "str":
            guard let text = try call.optionalString(2, named: "value") else {
                throw .failed("Missing parameter value \(usage)")
            }
            value = .string(ByteString(text))
        default: throw .failed("Unknown parameter type (Types: int or str)")
        }
        guard SharedVariables.table.all[name] != nil else { throw .notFound("Variable not found") }
        SharedVariables.table.set(name, to: value)
        return "Ok. Variable set to new value."
    }
}
