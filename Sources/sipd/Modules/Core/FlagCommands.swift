import ScriptEngine

/// `setflag`, `resetflag`, `isflagset`: flags of the message, which its transaction takes over.
enum FlagCommands {
    static let all: [Command] = [
        flag("setflag", "Sets a flag of the message.") { context, mask in
            context.flags |= mask
            return .success
        },
        flag("resetflag", "Clears a flag of the message.") { context, mask in
            context.flags &= ~mask
            return .success
        },
        flag("isflagset", "Tests a flag of the message.") { context, mask in
            context.flags & mask != 0 ? .success : .failure
        },
    ]

    private static func flag(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (ScriptContext, UInt32) -> FunctionResult
    ) -> Command {
        Command(name, [.flag], summary: summary, example: "\(name)(FLT_ACC);") { _, arguments in
            let number = arguments[0].constant?.number ?? 0
            let mask = UInt32(1) << UInt32(number & 31)
            return { context in body(context, mask) }
        }
    }
}
