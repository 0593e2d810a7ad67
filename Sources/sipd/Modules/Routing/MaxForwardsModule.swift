package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `maxfwd`: the Max-Forwards header (RFC 3261 §16.3 item 3, §16.6 item 3).
package struct MaxForwardsModule: ScriptModule {
    let limit: Int

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        limit = parameters.integer("max_limit")
    }

    /// What the module offers.
    package static var description: ModuleDescription<MaxForwardsModule> {
        ModuleDescription(
            name: "maxfwd", summary: "Counts down Max-Forwards, so that loops end.",
            parameters: [.integer("max_limit", 70, in: 1...256, "the highest value a request is sent on with")],
            functions: [
                FunctionDescription(
                    "mf_process_maxfwd_header", [.integer], routes: .request,
                    summary: "Counts Max-Forwards down, or adds it with the given value; false when it was 0.",
                    example:
                        "if (!mf_process_maxfwd_header(\"10\")) { sl_send_reply(\"483\", \"Too Many Hops\"); exit; }"
                ) { module, arguments in
                    { context in
                        guard let initial = arguments[0].integer(in: context) else { return .code(-2) }
                        return .code(module.process(context, initial: initial))
                    }
                },
                FunctionDescription(
                    "is_maxfwd_lt", [.integer], routes: [.request, .failure, .branch],
                    summary: "Whether Max-Forwards is below a number.", example: "if (is_maxfwd_lt(\"5\")) { … }"
                ) { _, arguments in
                    { context in
                        guard let bound = arguments[0].integer(in: context), let value = context.message.maxForwards
                        else {
                            return .code(-3)
                        }
                        return value < bound ? .success : .failure
                    }
                },
            ])
    }

    private func process(_ context: ScriptContext, initial: Int) -> Int {
        let message = context.message
        guard let field = message.firstHeader(.maxForwards) else {
            context.edits.insertHeader("Max-Forwards: " + ByteString(integer: initial) + "\r\n")
            return 2
        }
        guard let value = message.maxForwards else { return -2 }
        guard value > 0 else { return -1 }
        context.edits.replace(field.bodyRange, with: ByteString(integer: min(value - 1, limit)))
        return 1
    }
}
