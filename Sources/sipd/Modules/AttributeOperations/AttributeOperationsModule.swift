package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `avpops`: functions on `$avp(name)`.
package struct AttributeOperationsModule: ScriptModule {
    let storage: AttributeStorage?

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        storage = try AttributeStorage(parameters, server)
    }

    /// What the module offers.
    package static var description: ModuleDescription<AttributeOperationsModule> {
        ModuleDescription(
            name: "avpops", summary: "Functions on attributes.", parameters: AttributeStorage.descriptions,
            functions: functions + changes + databaseFunctions)
    }

    private typealias Function = FunctionDescription<AttributeOperationsModule>

    // MARK: - Questions

    private static var functions: [Function] {
        [
            Function(
                "is_avp_set", [.format],
                summary: "Whether an attribute has a value; flags: e empty, s a text, n a number.",
                example: "if (is_avp_set(\"$avp(uuid)/s\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let reference = try AttributeReference(arguments[0].source, allowing: "esn")
                return { context in
                    guard let value = context.attributes.values[reference.name]?.last else { return .failure }
                    return isOfKind(value, reference) ? .success : .failure
                }
            },
            Function(
                "avp_check", [.format, .format],
                summary: "Whether the newest value satisfies a condition, with flag g any of the values.",
                example: "if (avp_check(\"$avp(lower)\", \"eq/alice/i\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let reference = try AttributeReference(arguments[0].source, allowing: "")
                let check = try AttributeCheck(arguments[1])
                return { context in
                    let values = (context.attributes.values[reference.name] ?? []).reversed()
                    let looked = check.looksAtAll ? Array(values) : Array(values.prefix(1))
                    return looked.contains { check.isSatisfied(by: $0, in: context) } ? .success : .failure
                }
            },
            Function("avp_print", summary: "Writes all attributes to the log.", example: "avp_print();") { _, _ in
                { context in
                    for (name, values) in context.attributes.values.sorted(by: { $0.key < $1.key }) {
                        for value in values.reversed() {
                            context.host.log(level: 2, "name=<" + name + "> value=<" + value.text + ">", in: context)
                        }
                    }
                    return .success
                }
            },
        ]
    }

    private static func isOfKind(_ value: ScriptValue, _ reference: AttributeReference) -> Bool {
        if reference.has("e"), !value.text.isEmpty { return false }
        switch value {
        case .integer: return !reference.has("s") || reference.has("n")
        case .string, .both: return !reference.has("n") || reference.has("s")
        case .null: return false
        }
    }
}
