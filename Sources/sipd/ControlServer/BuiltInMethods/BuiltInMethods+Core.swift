import ControlProtocol
import Glibc
import OperatingSystem

extension BuiltInMethods {
    static func registerVersionMethods(
        in registry: MethodRegistry, _ information: DaemonInformation
    ) throws(MethodRegistry.DuplicateMethod) {
        try registry.register(
            MethodDescription(
                "core.version", summary: "Tells the daemon's version.",
                doc: "The result is one text, `sipd VERSION (PLATFORM)`.", example: "sipcmd core.version")
        ) { _ in
            .value(.string("\(information.name) \(information.version) (\(DaemonInformation.platform))"))
        }
        try registry.register(
            MethodDescription(
                "core.info", summary: "Tells version, compiler and compile flags.",
                doc: "The result has version, id, compiler, compiled and flags, all texts.", example: "sipcmd core.info"
            )
        ) { _ in
            .value([
                "version": .string("\(information.name) \(information.version)"),
                "id": .string(information.sourceID), "compiler": .string(information.compiler), "compiled": "",
                "flags": .string(information.flags.joined(separator: ", ")),
            ])
        }
        try registry.register(
            MethodDescription(
                "core.flags", summary: "Tells the compile flags.",
                doc: "The result is one text of words in Kamailio's spelling, separated by a comma and a blank.",
                example: "sipcmd core.flags")
        ) { _ in
            .value(.string(information.flags.joined(separator: ", ")))
        }
        try registry.register(
            MethodDescription(
                "core.uptime", summary: "Tells since when the daemon runs.",
                doc: "The result has now and up_since, local times as texts, and uptime in seconds.",
                example: "sipcmd core.uptime")
        ) { _ in
            let now = information.now()
            return .value([
                "now": .string(LocalTime.text(of: now)),
                "up_since": .string(LocalTime.text(of: information.startTime)),
                "uptime": .integer(Int64(now - information.startTime)),
            ])
        }
        try registry.register(
            MethodDescription(
                "core.runinfo", summary: "Tells name, version, compiler and uptime.",
                doc: """
                    The result has name, version, sourceid, compiler, compiled, time_now, time_started, uptime_secs and \
                    utime_days (`0d 0h 0m 33s`).
                    """,
                example: "sipcmd core.runinfo")
        ) { _ in
            .value(runInformation(information))
        }
    }

    private static func runInformation(_ information: DaemonInformation) -> JSONValue {
        let now = information.now()
        let uptime = now - information.startTime
        let days = "\(uptime / 86400)d \(uptime / 3600 % 24)h \(uptime / 60 % 60)m \(uptime % 60)s"
        return [
            "name": .string(information.name), "version": .string(information.version),
            "sourceid": .string(information.sourceID), "compiler": .string(information.compiler), "compiled": "",
            "time_now": .string(LocalTime.text(of: now)),
            "time_started": .string(LocalTime.text(of: information.startTime)),
            "uptime_secs": .integer(Int64(uptime)), "utime_days": .string(days),
        ]
    }

    static func registerProcessMethods(
        in registry: MethodRegistry, _ information: DaemonInformation
    ) throws(MethodRegistry.DuplicateMethod) {
        try registry.register(
            MethodDescription(
                "core.ps", summary: "Lists the daemon's processes.",
                doc: "The result is one flat array: number, description, number, description.", example: "sipcmd ps")
        ) { _ in
            .value(
                .array(
                    information.processes().flatMap { process -> [JSONValue] in
                        [.integer(Int64(process.processID)), .string(process.description)]
                    }))
        }
        try registry.register(
            MethodDescription(
                "core.psx", summary: "Lists the daemon's processes with their index.",
                doc: "The result is an array of objects with IDX, PID and DSC.", example: "sipcmd psx")
        ) { _ in
            .value(.array(information.processes().enumerated().map(indexed)))
        }
        try registry.register(
            MethodDescription(
                "core.psa", summary: "Lists all that is known of the daemon's processes.",
                doc: "The result is an array of objects with index, pid, status (1: runs), rank and description.",
                example: "sipcmd core.psa")
        ) { _ in
            .value(.array(information.processes().enumerated().map(attributes)))
        }
        try registerPlaceMethods(in: registry, information)
    }

    private static func indexed(_ index: Int, _ process: DaemonInformation.Process) -> JSONValue {
        [
            "IDX": .integer(Int64(index)), "PID": .integer(Int64(process.processID)),
            "DSC": .string(process.description),
        ]
    }

    private static func attributes(_ index: Int, _ process: DaemonInformation.Process) -> JSONValue {
        [
            "index": .integer(Int64(index)), "pid": .integer(Int64(process.processID)), "status": 1,
            "rank": .integer(Int64(index)), "description": .string(process.description),
        ]
    }

    private static func registerPlaceMethods(
        in registry: MethodRegistry, _ information: DaemonInformation
    ) throws(MethodRegistry.DuplicateMethod) {
        try registry.register(
            MethodDescription(
                "core.modules", summary: "Lists the loaded modules.",
                doc: "The result is an array of names, the last loaded first.", example: "sipcmd core.modules")
        ) { _ in
            .value(.array(information.modules().map { .string($0) }))
        }
        try registry.register(
            MethodDescription(
                "core.arg", summary: "Shows the command line that the daemon was started with.",
                doc: "The result is an array of words. Passwords in URLs are shown as ***.",
                example: "sipcmd core.arg")
        ) { _ in
            .value(.array(information.arguments.map { .string($0) }))
        }
        try registry.register(
            MethodDescription(
                "core.pwd", summary: "Tells the daemon's working folder.",
                doc: "The result is an array of one text. Faults: 500 getcwd Failed.", example: "sipcmd core.pwd")
        ) { _ throws(MethodFault) in
            guard let folder = FileEntry.workingFolder else { throw .failed("getcwd Failed") }
            return .value([.string(folder)])
        }
        try registry.register(
            MethodDescription(
                "core.kill", parameters: [.init("signal", .integer, doc: "1 (hang up), 2, 10, 12 or 15 (terminate)")],
                summary: "Sends a signal to the daemon.",
                doc: "15 stops it in order. Other signals than those listed are refused. The result is empty.",
                example: "sipcmd core.kill 15", mutates: true, role: .admin)
        ) { call throws(MethodFault) in
            let signal = try call.integer(0, named: "signal")
            guard [1, 2, 10, 12, 15].contains(signal) else {
                throw .wrongParameter(0, "signal", .integer(signal), wanted: "1, 2, 10, 12 or 15")
            }
            guard kill(getpid(), Int32(signal)) == 0 else { throw .failed("kill failed") }
            return .value([:])
        }
    }

    static func registerEchoMethods(in registry: MethodRegistry) throws(MethodRegistry.DuplicateMethod) {
        try registry.register(
            MethodDescription(
                "core.echo", parameters: [.init("string", .any, optional: true, doc: "anything, any number of times")],
                summary: "Returns its parameters.",
                doc: "The result is an array of texts: numbers come back as their digits.",
                example: "sipcmd core.echo hello 5")
        ) { call in
            .value(.array(call.allValues.map { .string($0.stringValue ?? $0.text()) }))
        }
        try registry.register(
            MethodDescription(
                "core.prints", parameters: [.init("string", .string, optional: true, doc: "any number of texts")],
                summary: "Returns the texts given.", doc: "The result is an array of texts.",
                example: "sipcmd core.prints s:hello")
        ) { call throws(MethodFault) in
            var texts: [JSONValue] = []
            for position in call.allValues.indices { texts.append(.string(try call.string(position, named: "string"))) }
            return .value(.array(texts))
        }
        try registry.register(
            MethodDescription(
                "core.printi", parameters: [.init("i", .integer, optional: true, doc: "any number of integers")],
                summary: "Returns the integers given.", doc: "The result is an array of integers.",
                example: "sipcmd core.printi 5 -7")
        ) { call throws(MethodFault) in
            var integers: [JSONValue] = []
            for position in call.allValues.indices { integers.append(.integer(try call.integer(position, named: "i"))) }
            return .value(.array(integers))
        }
    }
}
