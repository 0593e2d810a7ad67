import ControlProtocol
import ModuleInterface
import OperatingSystem
import Suggestions

/// Where the log lines of each module come from, by the module's name in `loadmodule`.
package struct ModuleSources: Sendable {
    private let sources: [String: String]

    /// Takes names with the Swift module that each is in.
    package init(_ sources: [String: String]) {
        self.sources = sources
    }

    /// The source of a module's lines: `usrloc` is `LocationModule`; a Swift module's own name is taken as it is.
    func source(of name: String) -> String? {
        if name == LogLevels.script { return name }
        return sources[name] ?? Self.layers.first { $0.lowercased() == name.lowercased() }
    }

    var names: [String] { sources.keys + Self.layers + [LogLevels.script] }

    private static let layers = ["Transport", "ModuleInterface", "ControlServer", "sipd"]
}

extension ControlModule {
    private static let levelNames = ["error": -1, "warning": 0, "notice": 1, "info": 2, "debug": 3, "trace": 4]
    // A day: whoever wants it for longer means the configuration.
    private static let secondsMax: Int64 = 86_400

    static var logMethods: [ModuleMethod<ControlModule>] {
        [
            method(
                MethodDescription(
                    "log.set",
                    parameters: [
                        .init(
                            "level", .any,
                            doc: "-1 to 4, or error, warning, notice, info, debug, trace; `default` reverts"),
                        .init(
                            "module", .string, optional: true, doc: "a module, `usrloc`, or `script`; all without it"),
                        .init(
                            "seconds", .integer, optional: true,
                            doc: "after how long the configured level is back, 0 to 86400; 900 without it, 0 for never"),
                    ],
                    summary: "Sets how much is logged, for a while.",
                    doc: "An object: module, level, seconds (null when it stays).",
                    example: "sipcmd log.set debug usrloc 60", mutates: true)
            ) { server, call throws(MethodFault) in .value(try setLevel(server, call)) },
            method(
                MethodDescription(
                    "log.get", summary: "Tells how much is logged.",
                    doc: "An object: level (the configured one), overrides (module, level, seconds left).",
                    example: "sipcmd log.get")
            ) { server, _ in
                let now = WallClock.now.seconds
                let overrides = server.logLevels.all.sorted { $0.key < $1.key }.map { entry -> JSONValue in
                    [
                        "module": .string(entry.key.isEmpty ? "all" : entry.key), "level": JSONValue(entry.value.level),
                        "seconds": entry.value.end.map { JSONValue($0 - now) } ?? .null,
                    ]
                }
                return .value(["level": JSONValue(server.logLevels.configured), "overrides": .array(overrides)])
            },
        ]
    }

    private static func setLevel(_ server: Server, _ call: MethodCall) throws(MethodFault) -> JSONValue {
        let module = try call.optionalString(1, named: "module") ?? "all"
        var key = ""
        if module != "all" {
            let sources = server.interface(ModuleSources.self) ?? ModuleSources([:])
            guard let source = sources.source(of: module) else {
                let nearest = NearestName.of(module, among: sources.names)
                throw MethodFault(
                    MethodFault.Code.invalidParameters, "there is no module '\(module.prefix(64))'", kind: "parameter",
                    hint: nearest.map { "did you mean '\($0)'?" })
            }
            key = source
        }
        var seconds: Int64 = 900
        if call.value(2, named: "seconds") != nil {
            seconds = try call.integer(2, named: "seconds", in: 0...secondsMax)
        }
        guard let level = try level(call) else {
            server.logLevels.set(nil, for: key)
            return ["module": .string(module), "level": JSONValue(server.logLevels.configured), "seconds": .null]
        }
        let end = seconds == 0 ? nil : WallClock.now.seconds + Int(seconds)
        server.logLevels.set(LogLevels.Override(level: level, end: end), for: key)
        return [
            "module": .string(module), "level": JSONValue(level), "seconds": seconds == 0 ? .null : .integer(seconds),
        ]
    }

    private static func level(_ call: MethodCall) throws(MethodFault) -> Int? {
        let text = try call.string(0, named: "level")
        if text == "default" { return nil }
        if let level = levelNames[text] { return level }
        guard let level = Int(text), (-5...4).contains(level) else {
            throw .wrongParameter(0, "level", .string(text), wanted: "-5 to 4, or the name of a level")
        }
        return level
    }
}
