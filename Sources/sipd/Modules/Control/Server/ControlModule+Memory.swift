import ControlProtocol
import ModuleInterface
import OperatingSystem

extension ControlModule {
    private static let units: [String: Int] = ["b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30]

    /// `core.shmmem`, `shm.*`, `pkg.*`, `mod.*`: there is one heap here, so shared and private memory are the same.
    static var memoryMethods: [ModuleMethod<ControlModule>] {
        [
            method(
                MethodDescription(
                    "core.shmmem",
                    parameters: [.init("unit", .string, optional: true, doc: "b, k, m or g; bytes without it")],
                    summary: "Tells how much memory the daemon uses.",
                    doc: """
                        An object: total and free (of the machine), used and real_used (resident), max_used, fragments \
                        (0). Faults: 500 bad param, (use b|k|m|g).
                        """,
                    example: "sipcmd core.shmmem m")
            ) { _, call throws(MethodFault) in
                guard let unit = units[try call.optionalString(0, named: "unit") ?? "b"] else {
                    throw .failed("bad param, (use b|k|m|g)")
                }
                return .value(usage(ProcessMemory.now, unit))
            },
            record(
                "shm.stats", "Tells how much memory the daemon uses.",
                "total, free, used, real_used, max_used, fragments, in bytes"
            ) { _ in
                usage(ProcessMemory.now, 1)
            },
            record("shm.info", "Tells which allocator is used.", "name, size (memory of the machine in bytes)") { _ in
                ["name": "glibc", "size": JSONValue(ProcessMemory.now.total)]
            },
            record("pkg.info", "Tells which allocator is used.", "name, size (memory of the machine in bytes)") { _ in
                ["name": "glibc", "size": JSONValue(ProcessMemory.now.total)]
            },
            record(
                "shm.report", "Tells how much memory the daemon uses.",
                "total_size, free_size_s, used_size_s, real_used_s, max_used_s, in bytes, and the numbers of fragments, 0 here"
            ) { _ in
                let memory = ProcessMemory.now
                let numbers: [JSONMember] = [
                    JSONMember("total_size", JSONValue(memory.total)),
                    JSONMember("free_size_s", JSONValue(memory.free)),
                    JSONMember("used_size_s", JSONValue(memory.used)),
                    JSONMember("real_used_s", JSONValue(memory.used)),
                    JSONMember("max_used_s", JSONValue(memory.usedMax)),
                    JSONMember("free_frags", 0), JSONMember("used_frags", 0), JSONMember("total_frags", 0),
                ]
                // The allocator keeps no such records; clients of Kamailio look for the names.
                let extremes = ["max_free_frag", "max_used_frag", "min_free_frag", "min_used_frag"]
                let fragments = extremes.flatMap { name -> [JSONMember] in
                    [JSONMember("\(name)_size", 0)] + ["file", "func", "mname"].map { JSONMember("\(name)_\($0)", "") }
                        + [JSONMember("\(name)_line", 0)]
                }
                return .object(numbers + fragments)
            },
            listing(
                "pkg.stats", "Tells the memory of each process; there is one.",
                "entry, pid, rank, used, free, real_used, total_size, total_frags, desc"
            ) { _ in
                let memory = ProcessMemory.now
                return [
                    [
                        "entry": 0, "pid": JSONValue(ProcessIdentity.number), "rank": 0, "used": JSONValue(memory.used),
                        "free": JSONValue(memory.free), "real_used": JSONValue(memory.used),
                        "total_size": JSONValue(memory.total), "total_frags": 0, "desc": "main process - attendant",
                    ]
                ]
            },
        ] + ["mod.stats", "mod.mem_stats", "mod.mem_statsx"].map(modules)
    }

    private static func modules(_ name: String) -> ModuleMethod<ControlModule> {
        method(
            MethodDescription(
                name,
                parameters: [
                    .init("module", .string, doc: "a module, core, or all"),
                    .init("kind", .string, doc: "pkg, shm or all"),
                ],
                summary: "Tells the memory of modules: of the daemon as a whole, since there is one heap.",
                doc: """
                    An array: the text "all", then an object with Total in bytes. Faults: 500 Module name or "all" \
                    needed, 500 "pkg" or "shm" or "all" needed.
                    """,
                example: "sipcmd \(name) all all")
        ) { _, call throws(MethodFault) in
            guard try call.optionalString(0, named: "module") != nil else {
                throw .failed("Module name or \"all\" needed")
            }
            guard let kind = try call.optionalString(1, named: "kind"), ["pkg", "shm", "all"].contains(kind) else {
                throw .failed("\"pkg\" or \"shm\" or \"all\" needed")
            }
            return .value(["all", ["Total": JSONValue(ProcessMemory.now.used)]])
        }
    }

    private static func usage(_ memory: ProcessMemory, _ unit: Int) -> JSONValue {
        [
            "total": JSONValue(memory.total / unit), "free": JSONValue(memory.free / unit),
            "used": JSONValue(memory.used / unit), "real_used": JSONValue(memory.used / unit),
            "max_used": JSONValue(memory.usedMax / unit), "fragments": 0,
        ]
    }
}
