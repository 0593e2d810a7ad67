import HashTablesModule
package import ModuleInterface
import NIOCore
import SIPMessage
package import ScriptEngine
import Synchronization

/// Module `cfgutils`: chance, waiting, flags and locks for scripts.
package final class CfgutilsModule: ScriptModule {
    let probability: Mutex<Int>
    let initialProbability: Int
    /// Flags that all messages share.
    let flags: Mutex<UInt32>
    let locks = ScriptLocks()

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        initialProbability = parameters.integer("initial_probability")
        probability = Mutex(initialProbability)
        flags = Mutex(UInt32(truncatingIfNeeded: parameters.integer("initial_gflags")))
    }

    /// Gives back the locks that scripts forget.
    package func start(on worker: Worker) {
        worker.requestEndHandlers.append { [locks] context in locks.releaseAll(of: context) }
    }

    /// What the module offers.
    package static var description: ModuleDescription<CfgutilsModule> {
        ModuleDescription(
            name: "cfgutils", summary: "Chance, waiting, flags and locks for scripts.",
            parameters: [
                .integer(
                    "initial_probability", 10, in: 0...100, "per cent of the calls for which rand_event() is true"),
                .integer("initial_gflags", 0, "the flags of the server at start, as bits"),
                .ignored("hash_file", because: "the configuration is not hashed"),
                .ignored("lock_set_size", because: "each key has a lock of its own"),
            ],
            functions: chance + waiting + routes + flagFunctions + lockFunctions,
            variables: [
                VariableDescription(["RANDOM"], summary: "a random number, not negative") { _, _ in
                    ScriptVariable(source: "$RANDOM") { _ in .integer(Int.random(in: 0...Int(Int32.max))) }
                }
            ], methods: methods)
    }

    private typealias Function = FunctionDescription<CfgutilsModule>

    private static let chance: [Function] = [
        Function(
            "rand_set_prob", [.integer], summary: "Sets the per cent for rand_event().", example: "rand_set_prob(50);"
        ) { module, arguments in
            let percent = arguments[0]
            return { context in
                guard let value = percent.integer(in: context), (0...100).contains(value) else { return .failure }
                module.probability.withLock { $0 = value }
                return .success
            }
        },
        Function("rand_reset_prob", summary: "Sets the per cent back.", example: "rand_reset_prob();") { module, _ in
            { _ in
                module.probability.withLock { $0 = module.initialProbability }
                return .success
            }
        },
        Function("rand_get_prob", summary: "Returns the per cent.", example: "rand_get_prob();") { module, _ in
            { _ in .code(module.probability.withLock { $0 }) }
        },
        Function(
            "rand_event", [.integer], required: 0, summary: "Is true by chance.", example: "if (rand_event()) { … }"
        ) { module, arguments in
            let given = arguments.first
            return { context in
                let percent = given?.integer(in: context) ?? module.probability.withLock { $0 }
                return Int.random(in: 0..<100) < percent ? .success : .failure
            }
        },
        Function(
            "core_hash", [.format, .format, .integer],
            summary: "Returns the hash of two texts plus 1; the size is a power of two.",
            example: "core_hash(\"$ci\", \"\", 16);"
        ) { _, arguments in
            let (first, second, size) = (arguments[0], arguments[1], arguments[2])
            return { context in
                let joined = first.text(in: context) + second.text(in: context)
                let limit = max(1, min(size.integer(in: context) ?? 1, 1 << 20))
                return .code(1 + Int(NameHash.hash(joined) % UInt32(limit)))
            }
        },
    ]

    private static let waiting: [Function] = [
        wait("sleep", "seconds") { .seconds($0) }, wait("usleep", "microseconds") { .microseconds($0) },
    ]

    /// Suspends the script; messages go on being processed meanwhile, unlike in Kamailio.
    private static func wait(
        _ name: String, _ unit: String, _ amount: @escaping @Sendable (Int64) -> TimeAmount
    ) -> Function {
        Function(name, [.integer], summary: "Lets the script wait for some \(unit).", example: "\(name)(1);") {
            _, arguments in
            let time = arguments[0]
            return { context in
                guard let value = time.integer(in: context), value >= 0 else { return .failure }
                context.worker.eventLoop.assumeIsolated().scheduleTask(in: amount(Int64(value))) {
                    context.resume(returning: 1)
                }
                return .suspended
            }
        }
    }

    private static let routes: [Function] = [
        Function(
            "check_route_exists", [.format], summary: "Tests whether there is a route of this name.",
            example: "if (check_route_exists(\"LOCAL\")) { … }"
        ) { _, arguments in
            let name = arguments[0]
            return { context in
                let route = context.worker.program.route(kind: .request, name: name.text(in: context).string)
                return route == nil ? .failure : .success
            }
        },
        Function(
            "route_if_exists", [.format], summary: "Runs a route if there is one of this name.",
            example: "route_if_exists(\"LOCAL\");"
        ) { _, arguments in
            let name = arguments[0]
            return { context in
                let program = context.worker.program
                guard let route = program.route(kind: .request, name: name.text(in: context).string) else {
                    return .failure
                }
                return RouteCall.run(route, of: program, in: context)
            }
        },
    ]
}
