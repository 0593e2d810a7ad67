import ControlProtocol
import ModuleInterface

extension FloodDetectionModule {
    /// `pike.top` and `pike.list`, which are the same thing in Kamailio.
    static var methods: [ModuleMethod<FloodDetectionModule>] {
        ["pike.top", "pike.list"].map { name in
            ModuleMethod(
                MethodDescription(
                    name,
                    parameters: [
                        .init("status", .string, optional: true, doc: "`HOT` (the default), `WARM` or `ALL`")
                    ],
                    summary: "The addresses that are counted, the busiest first.",
                    doc: "max_hits, list (ip_addr, leaf_hits_prev, leaf_hits_curr, expires, status), number_of_rows.",
                    example: "sipcmd \(name) ALL")
            ) { module in
                { call throws(MethodFault) in
                    let rows = module.detector.entries().filter(try Self.filter(call)).map(Self.row)
                    return .value([
                        "max_hits": .integer(Int64(module.detector.settings.hitsMax)), "list": .array(rows),
                        "number_of_rows": .integer(Int64(rows.count)),
                    ])
                }
            }
        }
    }

    private static func filter(_ call: MethodCall) throws(MethodFault) -> (AddressTree.Entry) -> Bool {
        // Kamailio takes a number for no argument.
        switch call.value(0, named: "status")?.stringValue {
        case nil, "HOT": { $0.isHot }
        case "WARM": { !$0.isHot && $0.isWarm }
        case "ALL": { _ in true }
        default: throw MethodFault(500, "Bad argument. Select: ALL, HOT or WARM")
        }
    }

    private static func row(_ entry: AddressTree.Entry) -> JSONValue {
        [
            "ip_addr": .string(entry.address.description), "leaf_hits_prev": .integer(Int64(entry.previousHits)),
            "leaf_hits_curr": .integer(Int64(entry.currentHits)), "expires": .integer(Int64(entry.secondsLeft)),
            "status": entry.isHot ? "HOT" : entry.isWarm ? "WARM" : "",
        ]
    }
}
