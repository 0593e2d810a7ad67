import ModuleInterface
import SIPMessage
import ScriptEngine

/// `xavp_params_explode` and its relatives.
enum StructureFunctions {
    static let all: [Function] = [
        Function(
            "xavp_params_explode", [.format, .format],
            summary: "Makes an $xavp of a list of parameters: a=1;b=2.",
            example: "xavp_params_explode(\"$var(params)\", \"x\");"
        ) { _, arguments in
            let (text, name) = (arguments[0], arguments[1])
            return { context in
                guard let parameters = ParameterText(text.text(in: context)).parameters, !parameters.isEmpty else {
                    return .failure
                }
                var structure = AttributeStructure()
                for parameter in parameters where !parameter.name.isEmpty {
                    structure.fields.append(
                        (parameter.name.compacted(), .value(.string(parameter.value.compacted()))))
                }
                context.attributes.structures[name.text(in: context).compacted(), default: []].append(structure)
                return .success
            }
        },
        Function(
            "xavp_params_implode", [.format, .variable],
            summary: "Writes the fields of an $xavp as a list of parameters into a variable.",
            example: "xavp_params_implode(\"x\", \"$var(params)\");"
        ) { _, arguments throws(ScriptError) in
            guard let write = arguments[1].variable?.write else {
                throw ScriptError("this variable cannot be written to")
            }
            let name = arguments[0]
            return { context in
                guard let structure = context.attributes.structures[name.text(in: context)]?.last else {
                    return .failure
                }
                return write(context, .string(text(of: structure))) ? .success : .failure
            }
        },
    ]

    private static func text(of structure: AttributeStructure) -> ByteString {
        var text = ByteString()
        for (name, field) in structure.fields {
            guard case .value(let value) = field else { continue }
            text += name + "=" + value.text + ";"
        }
        return text
    }
}
