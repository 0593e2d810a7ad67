import ControlProtocol
import HashTablesModule
import ModuleInterface
import SIPMessage
import ScriptEngine

extension CfgutilsModule {
    private typealias Function = FunctionDescription<CfgutilsModule>

    /// Flags of the whole server, which the script and the control socket set.
    static var flagFunctions: [FunctionDescription<CfgutilsModule>] {
        [
            flag("set_gflag", "Sets a flag of the server, 0 to 31.") { flags, bit in
                flags |= bit
                return true
            },
            flag("reset_gflag", "Clears a flag of the server.") { flags, bit in
                flags &= ~bit
                return true
            },
            flag("is_gflag", "Whether a flag of the server is set.") { flags, bit in flags & bit != 0 },
        ]
    }

    private static func flag(
        _ name: String, _ summary: String, _ act: @escaping @Sendable (inout UInt32, UInt32) -> Bool
    ) -> Function {
        Function(name, [.integer], summary: summary, example: "\(name)(\"4\");") {
            module, arguments throws(ScriptError) in
            guard let number = arguments[0].constant?.number, (0...31).contains(number) else {
                throw ScriptError("'\(arguments[0].source)' is no flag", hint: "flags go from 0 to 31")
            }
            let bit = UInt32(1) << UInt32(number)
            return { _ in module.flags.withLock { act(&$0, bit) } ? .success : .failure }
        }
    }

    // MARK: - Locks

    /// Locks by the text of a key; a script that waits is suspended, and what it forgets is given back.
    static var lockFunctions: [FunctionDescription<CfgutilsModule>] {
        [
            locking("lock", "Takes the lock of a key and waits for it.") { $0.lock($1, in: $2) },
            locking("trylock", "Takes the lock of a key unless another message has it.") {
                $0.tryLock($1, in: $2) ? .success : .failure
            },
            locking("unlock", "Gives the lock of a key back.") { $0.unlock($1, in: $2) ? .success : .failure },
        ]
    }

    private static func locking(
        _ name: String, _ summary: String,
        _ act: @escaping @Sendable (ScriptLocks, ByteString, ScriptContext) -> FunctionResult
    ) -> Function {
        Function(name, [.format], summary: summary, example: "\(name)(\"$fU\");") { module, arguments in
            { context in act(module.locks, arguments[0].text(in: context), context) }
        }
    }

    // MARK: - Methods

    private typealias Method = ModuleMethod<CfgutilsModule>

    private static let flagParameter = MethodDescription.Parameter("flags", .integer, doc: "bits, 8 for flag 3")

    /// `cfgutils.*` on the control socket.
    static var methods: [ModuleMethod<CfgutilsModule>] {
        [
            changing("cfgutils.set_gflag", "Sets flags of the server.") { $0 | $1 },
            changing("cfgutils.reset_gflag", "Clears flags of the server.") { $0 & ~$1 }, isFlag, flags,
            setProbability, resetProbability, getProbability,
        ]
    }

    private static func bits(_ call: MethodCall) throws(MethodFault) -> UInt32 {
        guard let value = call.value(0, named: "flags")?.integerValue, let bits = UInt32(exactly: value) else {
            throw MethodFault(500, "Invalid Parameters")
        }
        return bits
    }

    private static func changing(
        _ name: String, _ summary: String, _ change: @escaping @Sendable (UInt32, UInt32) -> UInt32
    ) -> Method {
        Method(
            MethodDescription(
                name, parameters: [flagParameter], summary: summary, doc: "Empty.", example: "sipcmd \(name) 8",
                mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let bits = try bits(call)
                module.flags.withLock { $0 = change($0, bits) }
                return .value(.object([]))
            }
        }
    }

    private static var isFlag: Method {
        Method(
            MethodDescription(
                "cfgutils.is_gflag", parameters: [flagParameter], summary: "Whether all these flags are set.",
                doc: "The text `TRUE` or `FALSE`.", example: "sipcmd cfgutils.is_gflag 8")
        ) { module in
            { call throws(MethodFault) in
                let bits = try bits(call)
                return .value(module.flags.withLock { $0 & bits == bits } ? "TRUE" : "FALSE")
            }
        }
    }

    private static var flags: Method {
        Method(
            MethodDescription(
                "cfgutils.get_gflags", summary: "The flags of the server.", doc: "A text: `0x8 (8)`.",
                example: "sipcmd cfgutils.get_gflags")
        ) { module in
            { _ throws(MethodFault) in
                let flags = module.flags.withLock { $0 }
                return .value(.string("0x\(String(flags, radix: 16).uppercased()) (\(flags))"))
            }
        }
    }

    private static var setProbability: Method {
        Method(
            MethodDescription(
                "cfgutils.rand_set_prob", parameters: [.init("percent", .integer, doc: "0 to 100")],
                summary: "Sets the per cent for rand_event().", doc: "Empty.",
                example: "sipcmd cfgutils.rand_set_prob 50", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let value = call.value(0, named: "percent")?.integerValue else {
                    throw MethodFault(500, "Invalid Parameters")
                }
                guard (0...100).contains(value) else { throw MethodFault(500, "Invalid Percent") }
                module.probability.withLock { $0 = Int(value) }
                return .value(.object([]))
            }
        }
    }

    private static var resetProbability: Method {
        Method(
            MethodDescription(
                "cfgutils.rand_reset_prob", summary: "Sets the per cent for rand_event() back.", doc: "Empty.",
                example: "sipcmd cfgutils.rand_reset_prob", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                module.probability.withLock { $0 = module.initialProbability }
                return .value(.object([]))
            }
        }
    }

    private static var getProbability: Method {
        Method(
            MethodDescription(
                "cfgutils.rand_get_prob", summary: "The per cent for rand_event().",
                doc: "A text: `actual probability: 10 percent`.", example: "sipcmd cfgutils.rand_get_prob")
        ) { module in
            { _ throws(MethodFault) in
                .value(.string("actual probability: \(module.probability.withLock { $0 }) percent"))
            }
        }
    }
}
