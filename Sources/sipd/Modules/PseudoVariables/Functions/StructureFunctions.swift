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
                // The newest field is the last one, and Kamailio's newest is the first parameter.
                for parameter in parameters.reversed() where !parameter.name.isEmpty {
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
                guard let structure = context.attributes.structures[name.text(in: context)]?.last,
                    !structure.fields.isEmpty
                else {
                    return .failure
                }
                return write(context, .string(text(of: structure))) ? .success : .failure
            }
        },
        Function(
            "pv_xavp_print", summary: "Writes all $xavp to the log.", example: "pv_xavp_print();"
        ) { _, _ in
            { context in
                for (name, stack) in context.attributes.structures.sorted(by: { $0.key < $1.key }) {
                    for (index, structure) in stack.reversed().enumerated() {
                        let content = structure.value?.text ?? text(of: structure)
                        let place = ByteString("$xavp(") + name + ByteString("[\(index)])")
                        context.host.log(level: 2, place + " = " + content, in: context)
                    }
                }
                return .success
            }
        },
    ]

    private static func text(of structure: AttributeStructure) -> ByteString {
        var text = ByteString()
        for (name, field) in structure.fields.reversed() {
            guard case .value(let value) = field else { continue }
            let content = value.text
            text += content.isEmpty ? name + ";" : name + "=" + content + ";"
        }
        return text
    }
}
