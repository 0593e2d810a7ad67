package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `debugger`: shows what the script does.
///
/// DIFFERS: there are no breakpoints, because a script that stands still would keep its call waiting and nobody could
/// tell which of the event loop's messages it is; `dbg_breakpoint()` only marks a line.
package struct DebuggingModule: ScriptModule {
    let tracer: ActionTracer
    let levels: ModuleLevels
    let server: Server
    let resetsMessageNumbers: Bool

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard !parameters.flag("breakpoint") else {
            throw ScriptError("breakpoints are not supported", hint: "set 'breakpoint' to 0 and use 'cfgtrace'")
        }
        self.server = server
        resetsMessageNumbers = parameters.flag("reset_msgid")
        tracer = ActionTracer(
            level: parameters.integer("log_level"), isEnabled: parameters.flag("cfgtrace"),
            name: parameters.string("log_level_name"), prefix: parameters.string("log_prefix") ?? "")
        levels = ModuleLevels(server, isEnabled: parameters.flag("mod_level_mode"))
        for setting in parameters.list("mod_level") { try levels.set(setting) }
        for setting in parameters.list("mod_facility") { try levels.setFacility(setting) }
        server.provide(tracer as any ScriptTracer, as: (any ScriptTracer).self)
    }

    /// What the module offers.
    package static var description: ModuleDescription<DebuggingModule> {
        ModuleDescription(
            name: "debugger", summary: "Shows what the script does.", parameters: parameters, functions: functions,
            methods: methods)
    }

    private static let parameters: [ParameterDescription] = [
        .flag("cfgtrace", false, "whether each action is written to the log before it runs"),
        .integer("log_level", -1, in: -5...4, "level of those lines; -1 is an error, which is always written"),
        .string("log_level_name", nil, "what stands at their beginning instead of nothing"),
        .string("log_prefix", "*** cfgtrace:", "what stands before their text"),
        .flag("breakpoint", false, "breakpoints; only 0 is supported"),
        .flag("mod_level_mode", false, "whether levels of modules are in force"),
        .list("mod_level", "a level of a module, `name=level`; that of xlog is the one of the script's lines"),
        .list("mod_facility", "a facility of a module, `name=LOG_LOCAL0`; only shown, there is one log"),
        .flag("mod_facility_mode", false, "accepted; see mod_facility"),
        .flag("reset_msgid", false, "whether dbg.reset_msgid is allowed"),
        .ignored("mod_hash_size", because: "the levels need no table of a fixed size"),
        .ignored("log_facility", because: "lines go to the daemon's own log"),
        .ignored("log_assign", because: "assignments are traced like all actions"),
        .ignored("step_usleep", because: "there are no breakpoints"),
        .ignored("step_loops", because: "there are no breakpoints"),
        .ignored("cfgpkgcheck", because: "memory is not managed in pools"),
    ]

    private typealias Function = FunctionDescription<DebuggingModule>

    private static let functions: [Function] = [
        Function(
            "dbg_breakpoint", [.text], summary: "Marks a line; it never stops.", example: "dbg_breakpoint(\"1\");"
        ) { _, _ in
            { _ in .success }
        },
        Function(
            "dbg_pv_dump", [.integer, .text], required: 0,
            summary: "Writes the variables that are set as JSON: 1 $avp, 2 $var, 4 $xavp, 8 $xavu and $xavi, summed.",
            example: "dbg_pv_dump(\"7\", \"L_INFO\");"
        ) { _, arguments throws(ScriptError) in
            let level = try logLevel(arguments.count > 1 ? arguments[1] : nil)
            let mask = arguments.first
            return { context in
                guard context.host.isLogged(level: level) else { return .success }
                let parts = mask.map { $0.integer(in: context) ?? 0 } ?? 31
                context.host.log(level: level, ByteString(VariableDump(mask: parts).text(of: context)), in: context)
                return .success
            }
        },
        Function(
            "dbg_sip_msg", [.text, .text], required: 0, summary: "Writes the message with the edits made so far.",
            example: "dbg_sip_msg(\"L_INFO\");"
        ) { _, arguments throws(ScriptError) in
            let level = try logLevel(arguments.first)
            return { context in
                guard context.host.isLogged(level: level) else { return .success }
                let bytes = context.edits.apply(to: context.message, startLine: nil)
                let line = ByteString("CONFIG LINE \(context.currentLine)\n") + ByteString(bytes)
                context.host.log(level: level, line, in: context)
                return .success
            }
        },
    ]

    private static func logLevel(_ argument: Argument?) throws(ScriptError) -> Int {
        guard let argument else { return 3 }
        let levels = [
            "L_ALERT": -5, "L_BUG": -4, "L_CRIT2": -3, "L_CRIT": -2, "L_ERR": -1, "L_WARN": 0, "L_NOTICE": 1,
            "L_INFO": 2, "L_DBG": 3,
        ]
        guard let level = levels[argument.source.string] ?? argument.source.integerValue else {
            throw ScriptError("unknown log level '\(argument.source)'", hint: "write L_ERR, L_INFO, L_DBG, …")
        }
        return level
    }
}
