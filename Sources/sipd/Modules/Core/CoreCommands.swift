package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// The commands and selects of the language that need no module.
package struct CoreCommands: ScriptModule {
    /// The core has no parameters of this kind.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the core offers.
    package static var description: ModuleDescription<CoreCommands> {
        ModuleDescription(
            name: "core", summary: "Commands and selects that are always there.",
            functions: FlagCommands.all + RequestURICommands.all + ReplyCommands.all + ForwardCommands.all + [log],
            variables: [selects])
    }

    /// `@path`; the name is one that no variable can have.
    private static let selects = VariableDescription<CoreCommands>(
        [Vocabulary.selectName], inner: .required,
        summary: "part of the message or of the configuration: @from.uri.host"
    ) { _, reference throws(ScriptError) in
        try SelectCompiler.variable(reference.inner ?? "")
    }

    private static let log = FunctionDescription<CoreCommands>(
        "log", [.text, .text], required: 1,
        summary: "Writes a text to the log as it stands; the first of two arguments is the level, -1 for an error.",
        example: "log(1, \"here\\n\");"
    ) { _, arguments in
        let level = arguments.count > 1 ? arguments[0].source.integerValue ?? -1 : -1
        let text = arguments.last?.source ?? ""
        return { context in
            if context.host.isLogged(level: level) { context.host.log(level: level, text, in: context) }
            return .success
        }
    }
}

typealias Command = FunctionDescription<CoreCommands>
