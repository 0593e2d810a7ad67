import CoreModule
package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `pv`: pseudo-variables and transformations.
package struct PseudoVariablesModule: ScriptModule {
    let server: Server

    /// Keeps the server for what variables show of it, and gives shared variables their first values.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        for text in parameters.list("shvset") {
            let parts = text.string.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let value = Self.firstValue(parts[1]) else {
                throw ScriptError("parameter 'shvset': '\(text)' is not name=i:NUMBER or name=s:TEXT")
            }
            SharedVariables.table.set(ByteString(String(parts[0])), to: value)
        }
    }

    private static func firstValue(_ text: Substring) -> ScriptValue? {
        if text.hasPrefix("i:") { return Int(text.dropFirst(2)).map { .integer($0) } }
        return text.hasPrefix("s:") ? .string(ByteString(String(text.dropFirst(2)))) : nil
    }

    /// What the module offers.
    package static var description: ModuleDescription<PseudoVariablesModule> {
        ModuleDescription(
            name: "pv", summary: "Pseudo-variables and transformations.",
            parameters: [
                .ignored("varset", because: "$var() begins at 0 with each message; set it in request_route"),
                .ignored("avpset", because: "attributes belong to a message; set them in request_route"),
                .list("shvset", "shared variable with its first value: name=i:5 or name=s:text"),
            ],
            functions: VariableFunctions.all, variables: variables, transformations: transformations,
            methods: methods)
    }

    private static let variables: [Variable] =
        RequestURIVariables.all + AddressVariables.all + CredentialVariables.all + MessageVariables.all
        + HeaderVariables.all + TransportVariables.all + TimeVariables.all + FlagVariables.all + BranchVariables.all
        + StructureVariables.all + OtherVariables.all + SharedVariables.all
        + [AttributeVariables.avp, AttributeVariables.count, select]

    private static let select = Variable(
        ["sel"], inner: .required, summary: "a select as a variable: $sel(from.uri.host)"
    ) { _, reference throws(ScriptError) in
        try SelectCompiler.variable(reference.inner ?? "")
    }

    private static let transformations: [TransformationDescription<PseudoVariablesModule>] = [
        transformation("s", "texts", StringTransformations.compile),
        transformation("uri", "URIs", URITransformations.compile),
        transformation("param", "lists of parameters", ParameterTransformations.compile),
        transformation("nameaddr", "addresses with a name", NameAddressTransformations.compile),
        transformation("tobody", "values of From and To", ToBodyTransformations.compile),
        transformation("line", "texts of several lines", LineTransformations.compile),
        transformation("sock", "sockets", SocketTransformations.compile),
        transformation("urialias", "addresses hidden in a Contact", AliasTransformations.compile),
    ]

    private static func transformation(
        _ name: String, _ summary: String,
        _ compile: @escaping @Sendable (String, ByteString?, FormatCompiler) throws(ScriptError) -> TransformationBody
    ) -> TransformationDescription<PseudoVariablesModule> {
        TransformationDescription(name, summary: summary) {
            _, operation, arguments, formats throws(ScriptError) in
            try compile(operation, arguments, formats)
        }
    }
}
