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

    /// The letters of the colours in the order of the terminal's numbers.
    private static let colors = Array("srgybpcw".utf8)

    /// `$C(rg)`: red on green.
    private static let color = VariableDescription<LogModule>(
        ["C"], inner: .required, summary: "control sequence of a terminal for the colour of what follows"
    ) { _, reference throws(ScriptError) in
        let name = reference.inner ?? ""
        guard name.count == 2, let foreground = name.first, let background = name.last,
            let sequence = controlSequence(foreground, background)
        else {
            throw ScriptError(
                "'$C()' takes two letters, for foreground and background",
                hint: "they are x (default), s, r, g, y, b, p, c and w; a capital foreground is bold")
        }
        return ScriptVariable(source: "$C(" + name + ")") { _ in .string(sequence) }
    }

    private static func controlSequence(_ foreground: UInt8, _ background: UInt8) -> ByteString? {
        let isBold = foreground & 0x20 == 0
        guard let front = number(foreground | 0x20), let back = number(background), !(isBold && front == 9) else {
            return nil
        }
        return ByteString("\u{1B}[\(isBold ? 1 : 0);3\(front);4\(back)m")
    }

    private static func number(_ letter: UInt8) -> Int? {
        letter == UInt8(ascii: "x") ? 9 : colors.firstIndex(of: letter)
    }
}
