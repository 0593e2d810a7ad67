import DigestAuthentication
package import ModuleInterface
import NetworkAddress
import SIPMessage
package import ScriptEngine

/// Module `kex`: flags of branches and scripts, the destination URI, `is_myself`.
package struct KexModule: ScriptModule {
    private let identifiers = ContactIdentifiers()

    /// There are no parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the module offers.
    package static var description: ModuleDescription<KexModule> {
        ModuleDescription(
            name: "kex", summary: "Flags of branches and of the script, the destination URI, is_myself().",
            functions: scriptFlags + branchFlags + destination + others,
            variables: [
                VariableDescription(["sruid"], summary: "a new identifier, unique over restarts") { module, _ in
                    ScriptVariable(source: "$sruid") { _ in .string(module.identifiers.next()) }
                }
            ])
    }

    private typealias Function = FunctionDescription<KexModule>

    // MARK: - Flags

    private static let scriptFlags: [Function] = [
        scriptFlag("setsflag", "Sets a script flag.") { context, mask in
            context.scriptFlags |= mask
            return .success
        },
        scriptFlag("resetsflag", "Clears a script flag.") { context, mask in
            context.scriptFlags &= ~mask
            return .success
        },
        scriptFlag("issflagset", "Tests a script flag.") { context, mask in
            context.scriptFlags & mask != 0 ? .success : .failure
        },
    ]

    private static func scriptFlag(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (ScriptContext, UInt32) -> FunctionResult
    ) -> Function {
        Function(name, [.integer], summary: summary, example: "\(name)(5);") { _, arguments in
            let flag = arguments[0]
            return { context in
                guard let number = flag.integer(in: context), (0...31).contains(number) else { return .failure }
                return body(context, 1 << UInt32(number))
            }
        }
    }

    private static let branchFlags: [Function] = [
        branchFlag("setbflag", "Sets a flag of the Request-URI or of another branch.") { flags, mask in
            flags |= mask
            return .success
        },
        branchFlag("resetbflag", "Clears a flag of the Request-URI or of another branch.") { flags, mask in
            flags &= ~mask
            return .success
        },
        branchFlag("isbflagset", "Tests a flag of the Request-URI or of another branch.") { flags, mask in
            flags & mask != 0 ? .success : .failure
        },
    ]

    private static func branchFlag(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (inout UInt32, UInt32) -> FunctionResult
    ) -> Function {
        Function(name, [.integer, .integer], required: 1, summary: summary, example: "\(name)(5);") { _, arguments in
            let flag = arguments[0]
            let branch = arguments.count > 1 ? arguments[1] : nil
            return { context in
                guard let number = flag.integer(in: context), (0...31).contains(number) else { return .failure }
                let mask = UInt32(1) << UInt32(number)
                let index = branch?.integer(in: context) ?? 0
                if index == 0 { return body(&context.target.flags, mask) }
                guard context.branches.indices.contains(index - 1) else { return .failure }
                return body(&context.branches[index - 1].flags, mask)
            }
        }
    }

    // MARK: - Destination URI

    private static let destination: [Function] = [
        Function("isdsturiset", summary: "Tests whether $du is set.", example: "if (isdsturiset()) { … }") { _, _ in
            { $0.target.destination == nil ? .failure : .success }
        },
        Function("resetdsturi", summary: "Clears $du.", example: "resetdsturi();") { _, _ in
            { context in
                context.target.destination = nil
                return .success
            }
        },
        Function(
            "setdsturi", [.format], summary: "Sets $du.", example: "setdsturi(\"sip:192.0.2.1:5060\");"
        ) { _, arguments in
            { context in
                let uri = arguments[0].text(in: context)
                guard !uri.isEmpty else { return .failure }
                context.target.destination = uri.compacted()
                return .success
            }
        },
    ]

    // MARK: - Others

    private static let others: [Function] =
        ["pv_printf", "avp_printf"].map { name in
            Function(
                name, [.variable, .format], summary: "Assigns a text with variables to a variable.",
                example: "\(name)(\"$var(x)\", \"$fU-$tU\");"
            ) { _, arguments throws(ScriptError) in
                guard let write = arguments[0].variable?.write else {
                    throw ScriptError("this variable cannot be written to")
                }
                let text = arguments[1]
                return { context in
                    let value = text.format?.evaluate(in: context) ?? text.text(in: context)
                    return write(context, .string(value)) ? .success : .failure
                }
            }
        } + [
            Function(
                "is_myself", [.format],
                summary: "Tests whether a URI names this server; without a port any port does.",
                example: "if (is_myself(\"$ru\")) { … }"
            ) { _, arguments in
                let uri = arguments[0]
                return { context in isLocal(uri.text(in: context), context) ? .success : .failure }
            },
            Function(
                "setdebug", [.integer], summary: "Accepted without effect: the log level is that of the daemon.",
                example: "setdebug(2);"
            ) { _, _ in { _ in .success } },
            Function(
                "resetdebug", summary: "Accepted without effect: the log level is that of the daemon.",
                example: "resetdebug();"
            ) { _, _ in { _ in .success } },
        ]

    private static func isLocal(_ text: ByteString, _ context: ScriptContext) -> Bool {
        if let uri = try? SIPURI.parse(text) {
            guard !uri.host.isEmpty else { return false }
            let transport = uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) }
            return context.host.isLocal(
                host: LocalHost.withoutBrackets(uri.host), port: uri.port ?? 0, transport: transport)
        }
        guard let uri = try? SIPURI.parse("sip:" + text), uri.user == nil else { return false }
        return context.host.isLocal(host: LocalHost.withoutBrackets(uri.host), port: uri.port ?? 0, transport: nil)
    }
}
