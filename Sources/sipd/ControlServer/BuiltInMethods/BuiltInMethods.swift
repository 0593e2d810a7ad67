package import ControlProtocol

/// The methods that every daemon has, whatever modules it loads.
package enum BuiltInMethods {
    /// Adds `system.*` and `core.*` to a registry.
    ///
    /// - Throws: when one of the names is taken.
    package static func register(
        in registry: MethodRegistry, _ information: DaemonInformation
    ) throws(MethodRegistry.DuplicateMethod) {
        try registerSystemMethods(in: registry)
        try registerVersionMethods(in: registry, information)
        try registerProcessMethods(in: registry, information)
        try registerEchoMethods(in: registry)
    }

    // The registry owns the methods, so a method that looks into it must not keep it alive.
    private static func registerSystemMethods(in registry: MethodRegistry) throws(MethodRegistry.DuplicateMethod) {
        try registry.register(
            MethodDescription(
                "system.listMethods", summary: "Lists the names of all RPC methods.",
                doc: "The result is an array of names, sorted.", example: "sipcmd system.listMethods", lists: true)
        ) { [weak registry] _ in
            .value(.array((registry?.descriptions ?? []).map { .string($0.name) }))
        }
        try registry.register(
            MethodDescription(
                "system.methodHelp",
                parameters: [.init("name", .string, doc: "the method's name")],
                summary: "Explains a method.",
                doc: "The result is a text: what the method does, its usage, its parameters, an example.",
                example: "sipcmd system.methodHelp core.uptime")
        ) { [weak registry] call throws(MethodFault) in
            .value(.string(help(for: try description(named: call, in: registry))))
        }
        try registry.register(
            MethodDescription(
                "system.methodSignature",
                parameters: [.init("name", .string, doc: "the method's name")],
                summary: "Describes a method's parameters.",
                doc: """
                    The result is an object with name, summary, parameters (name, kind, optional, doc), role, mutates \
                    and lists. Kamailio answers 500 "Not Implemented Yet".
                    """,
                example: "sipcmd --output json system.methodSignature core.echo")
        ) { [weak registry] call throws(MethodFault) in
            .value(signature(of: try description(named: call, in: registry)))
        }
    }

    private static func description(
        named call: MethodCall, in registry: MethodRegistry?
    ) throws(MethodFault) -> MethodDescription {
        guard let name = call.value(0, named: "name")?.stringValue else { throw .badRequest("Method Name Expected") }
        guard let description = registry?[name]?.description else {
            let hint = registry?.nearestName(to: name).map { "did you mean '\($0)'?" }
            throw MethodFault(MethodFault.Code.badRequest, "command not found", kind: "method", hint: hint)
        }
        return description
    }

    private static func help(for description: MethodDescription) -> String {
        var lines = [description.summary, "usage: \(description.usage)"]
        for parameter in description.parameters {
            let optional = parameter.isOptional ? ", optional" : ""
            lines.append("  \(parameter.name) (\(parameter.kind.rawValue)\(optional)): \(parameter.doc)")
        }
        lines.append(description.doc)
        lines.append("example: \(description.example)")
        return lines.joined(separator: "\n")
    }

    private static func signature(of description: MethodDescription) -> JSONValue {
        let parameters = description.parameters.map { parameter -> JSONValue in
            [
                "name": .string(parameter.name), "kind": .string(parameter.kind.rawValue),
                "optional": .bool(parameter.isOptional), "doc": .string(parameter.doc),
            ]
        }
        return [
            "name": .string(description.name), "summary": .string(description.summary),
            "parameters": .array(parameters), "role": .string(description.role.rawValue),
            "mutates": .bool(description.mutates), "lists": .bool(description.lists),
        ]
    }
}
