import ControlProtocol
import ModuleInterface

extension DebuggingModule {
    private typealias Method = ModuleMethod<DebuggingModule>
    private typealias Parameter = MethodDescription.Parameter

    /// The methods `dbg.*`.
    static var methods: [ModuleMethod<DebuggingModule>] {
        [trace, list, breakpoint, resetNumbers, getLevel, setLevel, getFacility, setFacility]
    }

    private static let done: JSONValue = "200 ok"
    private static let moduleParameter = Parameter("module", .string, doc: "name of the module, `core` for the core")

    private static var trace: Method {
        Method(
            MethodDescription(
                "dbg.trace",
                parameters: [
                    Parameter("command", .string, doc: "`on` or `off`"),
                    Parameter("worker", .integer, optional: true, doc: "accepted for all workers only: leave it out"),
                ],
                summary: "Switches the trace of the script on or off.", doc: "The text `200 ok`.",
                example: "sipcmd dbg.trace on", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let command = call.value(0, named: "command")?.stringValue else {
                    throw MethodFault(500, "Config trace command missing")
                }
                guard call.value(1, named: "worker") == nil else { throw MethodFault(500, "No such pid") }
                switch command {
                case "on": module.tracer.isEnabled = true
                case "off": module.tracer.isEnabled = false
                default: throw MethodFault(500, "Unknown trace command")
                }
                return .value(done)
            }
        }
    }

    private static var list: Method {
        Method(
            MethodDescription(
                "dbg.ls", summary: "The workers and whether their scripts are traced.",
                doc: "For each worker entry, pid (its number), set (1 when traced), state, in.pid and in.cmd (0).",
                example: "sipcmd dbg.ls", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let wanted = call.value(0, named: "worker")?.integerValue
                let workers = (0..<module.server.workerCount).filter { wanted == nil || Int64($0) == wanted }
                guard !workers.isEmpty else { throw MethodFault(500, "No such pid") }
                let isTraced: JSONValue = module.tracer.isEnabled ? 1 : 0
                return .value(
                    .array(
                        workers.map {
                            [
                                "entry": .integer(Int64($0)), "pid": .integer(Int64($0)), "set": isTraced, "state": 0,
                                "in.pid": 0, "in.cmd": 0,
                            ]
                        }))
            }
        }
    }

    private static var breakpoint: Method {
        Method(
            MethodDescription(
                "dbg.bp", parameters: [Parameter("command", .string, doc: "`off` is the only one that is possible")],
                summary: "Breakpoints, which are not supported.", doc: "The text `200 ok` for `off`, else a fault.",
                example: "sipcmd dbg.bp off", mutates: true)
        ) { _ in
            { call throws(MethodFault) in
                switch call.value(0, named: "command")?.stringValue {
                case nil: throw MethodFault(500, "Config breakpoint command missing")
                case "off": return .value(done)
                case "on", "keep", "release", "log", "move", "next", "eval", "show", "pveval", "pvlog":
                    throw MethodFault(500, "Breakpoints are not supported, use dbg.trace")
                default: throw MethodFault(500, "Unknown inner command")
                }
            }
        }
    }

    private static var resetNumbers: Method {
        Method(
            MethodDescription(
                "dbg.reset_msgid", summary: "Starts the numbers of messages again on all workers.",
                doc: "The text `200 ok`; a fault unless the parameter reset_msgid is 1.",
                example: "sipcmd dbg.reset_msgid", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                guard module.resetsMessageNumbers else {
                    throw MethodFault(500, "reset_msgid is 0. Set it to 1 to enable.")
                }
                _ = await module.server.onEachWorker { $0.messageNumber = 0 }
                return .value(done)
            }
        }
    }

    // MARK: - Levels

    private static var getLevel: Method {
        Method(
            MethodDescription(
                "dbg.get_mod_level", parameters: [moduleParameter], summary: "The log level of a module.",
                doc: "A number: -1 error … 3 debug.", example: "sipcmd dbg.get_mod_level core")
        ) { module in
            { call throws(MethodFault) in
                .value(.integer(Int64(module.levels.level(of: try moduleName(call)))))
            }
        }
    }

    private static var setLevel: Method {
        Method(
            MethodDescription(
                "dbg.set_mod_level",
                parameters: [moduleParameter, Parameter("level", .integer, doc: "-5 alert … 3 debug")],
                summary: "Sets the log level of a module; that of xlog is in force when mod_level_mode is 1.",
                doc: "The text `200 ok`.", example: "sipcmd dbg.set_mod_level xlog 3", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let name = try moduleName(call)
                guard let level = call.value(1, named: "level")?.integerValue, Int32(exactly: level) != nil else {
                    throw MethodFault(500, "invalid parameters")
                }
                guard module.levels.set(name, to: Int(level)) else { throw MethodFault(500, "cannot store parameter") }
                return .value(done)
            }
        }
    }

    private static var getFacility: Method {
        Method(
            MethodDescription(
                "dbg.get_mod_facility", parameters: [moduleParameter], summary: "The log facility of a module.",
                doc: "A text: `LOG_DAEMON`.", example: "sipcmd dbg.get_mod_facility core")
        ) { module in
            { call throws(MethodFault) in .value(.string(module.levels.facility(of: try moduleName(call)))) }
        }
    }

    private static var setFacility: Method {
        Method(
            MethodDescription(
                "dbg.set_mod_facility",
                parameters: [moduleParameter, Parameter("facility", .string, doc: "a name such as `LOG_LOCAL0`")],
                summary: "Notes a log facility of a module; all lines go to one log.", doc: "The text `200 ok`.",
                example: "sipcmd dbg.set_mod_facility core LOG_LOCAL0", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let name = try moduleName(call)
                guard let facility = call.value(1, named: "facility")?.stringValue else {
                    throw MethodFault(500, "invalid parameters")
                }
                guard ModuleLevels.facilities.contains(facility) else { throw MethodFault(500, "facility not found") }
                guard module.levels.setFacility(name, to: facility) else {
                    throw MethodFault(500, "cannot store parameter")
                }
                return .value(done)
            }
        }
    }

    private static func moduleName(_ call: MethodCall) throws(MethodFault) -> String {
        guard let name = call.value(0, named: "module")?.stringValue else {
            throw MethodFault(500, "invalid parameters")
        }
        return name
    }
}
