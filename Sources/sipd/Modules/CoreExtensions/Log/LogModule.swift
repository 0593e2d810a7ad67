package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `xlog`: writes texts with pseudo-variables to the log.
package struct LogModule: ScriptModule {
    private let prefix: ByteString
    private let methods: UInt32

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        prefix = parameters.string("prefix") ?? ""
        methods = UInt32(truncatingIfNeeded: parameters.integer("methods_filter"))
    }

    /// What the module offers.
    package static var description: ModuleDescription<LogModule> {
        ModuleDescription(
            name: "xlog", summary: "Log lines of the script, with pseudo-variables.",
            parameters: [
                .string("prefix", "<script>: ", "text before each line"),
                .integer("methods_filter", -1, "bits of the methods for which xlogm() writes"),
                .ignored("buf_size", because: "lines have no bound but that of their variables"),
                .ignored("prefix_mode", because: "the prefix is taken as it stands"),
                .ignored("log_facility", because: "lines go to the daemon's own log"),
                .ignored("long_format", because: "the log knows file and line of each statement"),
                .ignored("force_color", because: "the log is no terminal"),
                .ignored("log_colors", because: "the log is no terminal"),
            ],
            functions: functions, variables: [color])
    }

    private typealias Function = FunctionDescription<LogModule>

    private static let functions: [Function] =
        [
            logging(
                "xlog", summary: "Writes a line; the level is L_ERR unless it is given, and a facility may precede it."),
            logging("xlogl", summary: "As xlog."),
            logging("xlogm", summary: "As xlog, for the methods of methods_filter only.", isFiltered: true),
        ]
        + LogLevel.functions.map { name, level in
            Function(
                name, [.format], takesConstantsOnly: true, summary: "Writes a line with level \(level.rawValue).",
                example: "\(name)(\"$rm from $fu\\n\");"
            ) { module, arguments throws(ScriptError) in
                let text = try lineFormat(arguments[0])
                return { context in module.write(.constant(level.rawValue), text, context) }
            }
        }

    private static func logging(_ name: String, summary: String, isFiltered: Bool = false) -> Function {
        Function(
            name, [.format, .format, .format], required: 1, takesConstantsOnly: true, summary: summary,
            example: "\(name)(\"L_INFO\", \"$rm from $fu\\n\");"
        ) { module, arguments throws(ScriptError) in
            let text = try lineFormat(arguments[arguments.count - 1])
            let level = arguments.count > 1 ? try LogLevel.Choice(arguments[arguments.count - 2]) : .constant(-1)
            return { context in
                if isFiltered, (context.message.method?.bit ?? 0) & module.methods == 0 { return .success }
                return module.write(level, text, context)
            }
        }
    }

    private func write(
        _ level: LogLevel.Choice, _ text: FormatString, _ context: ScriptContext
    ) -> FunctionResult {
        let number = level.number(in: context)
        guard context.host.isLogged(level: number) else { return .success }
        context.host.log(level: number, prefix + text.evaluate(in: context), in: context)
        return .success
    }

    /// The line as a format; a constant text is one without variables.
    private static func lineFormat(_ argument: Argument) throws(ScriptError) -> FormatString {
        argument.format ?? FormatString(parts: [.literal(argument.constant?.text ?? argument.source)])
    }

    /// `$C(rg)`: colours of a terminal, which the log is not.
    private static let color = VariableDescription<LogModule>(
        ["C"], inner: .required, summary: "colour of what follows on a terminal; nothing here"
    ) { _, reference throws(ScriptError) in
        guard let name = reference.inner, name.count == 2,
            name.bytes.allSatisfy({ "xsrgybpcwSRGYBPCW".utf8.contains($0) })
        else { throw ScriptError("'$C()' takes two letters, for foreground and background") }
        return ScriptVariable(source: "$C(" + name + ")") { _ in .string("") }
    }
}
