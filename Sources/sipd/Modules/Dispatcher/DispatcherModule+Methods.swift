import ControlProtocol
import ModuleInterface
import NetworkAddress
import SIPMessage

extension DispatcherModule {
    static var listMethods: [ModuleMethod<DispatcherModule>] { [listMethod, hashMethod] }

    private static var listMethod: ModuleMethod<DispatcherModule> {
        ModuleMethod(
            MethodDescription(
                "dispatcher.list",
                parameters: [.init("mode", .string, optional: true, doc: "short, usual, or full: with addresses")],
                summary: "The sets with their destinations, their states and attributes.",
                doc: """
                    NRSETS and RECORDS, an array of SET with ID and TARGETS, an array of DEST. FLAGS: A active, \
                    I inactive, T trying, D disabled; P probing, X not.
                    """,
                example: "sipcmd dispatcher.list", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let mode = try call.optionalString(0, named: "mode") ?? ""
                let sets = module.store.list.ordered
                guard !sets.isEmpty else { throw MethodFault(500, "No Destination Sets") }
                let records = sets.map { set -> JSONValue in
                    let targets = zip(set.destinations, set.runtime).map { destination, runtime -> JSONValue in
                        ["DEST": .object(module.members(destination, runtime, in: set.number, mode))]
                    }
                    return ["SET": ["ID": .integer(Int64(set.number)), "TARGETS": .array(targets)]]
                }
                return .value(["NRSETS": .integer(Int64(sets.count)), "RECORDS": .array(records)])
            }
        }
    }

    private func members(
        _ destination: Destination, _ runtime: DestinationRuntime, in set: Int, _ mode: String
    ) -> [JSONMember] {
        var members = [
            JSONMember("URI", .string(destination.uri.string)), JSONMember("FLAGS", .string(runtime.state.letters)),
            JSONMember("PRIORITY", .integer(Int64(destination.priority))),
        ]
        guard mode != "short" else { return members }
        if mode == "full" { members += Self.place(destination, runtime) }
        if !destination.attributes.body.isEmpty {
            members.append(JSONMember("ATTRS", .object(Self.attributes(destination.attributes))))
        }
        if settings.hasLatency { members.append(JSONMember("LATENCY", .object(Self.latency(runtime.latency)))) }
        if settings.countsCalls {
            let load = Int64(load(of: destination, in: set))
            members.append(JSONMember("RUNTIME", ["DLGLOAD": .integer(load)]))
        }
        return members
    }

    private static func place(_ destination: Destination, _ runtime: DestinationRuntime) -> [JSONMember] {
        [
            JSONMember("HOST", .string(destination.host.string)),
            JSONMember("IPADDR", .string(runtime.addresses.first?.description ?? "")),
            JSONMember("PORT", .integer(Int64(destination.port))),
            JSONMember("PROTOID", .integer(Int64(destination.transport?.rawValue ?? 0))),
            JSONMember("DNSTIME_SEC", 0), JSONMember("DNSTIME_USEC", 0),
        ]
    }

    private static func attributes(_ attributes: DestinationAttributes) -> [JSONMember] {
        func text(_ value: ByteString?) -> JSONValue { value.map { .string($0.string) } ?? .null }
        return [
            JSONMember("BODY", .string(attributes.body.string)), JSONMember("DUID", text(attributes.identifier)),
            JSONMember("MAXLOAD", .integer(Int64(attributes.loadMax))),
            JSONMember("WEIGHT", .integer(Int64(attributes.weight))),
            JSONMember("RWEIGHT", .integer(Int64(attributes.relativeWeight))),
            JSONMember("SOCKET", text(attributes.socket)), JSONMember("SOCKNAME", text(attributes.socketName)),
            JSONMember("OBPROXY", text(attributes.outboundProxy)),
        ]
    }

    private static func latency(_ latency: LatencyStatistics) -> [JSONMember] {
        [
            JSONMember("AVG", .number(latency.average)), JSONMember("STD", .number(latency.deviation)),
            JSONMember("EST", .number(latency.estimate)), JSONMember("MAX", .integer(Int64(latency.max))),
            JSONMember("TIMEOUT", .integer(Int64(latency.timeouts))),
        ]
    }

    private static var hashMethod: ModuleMethod<DispatcherModule> {
        ModuleMethod(
            MethodDescription(
                "dispatcher.hash",
                parameters: [
                    .init("slots", .integer, doc: "the number of destinations"),
                    .init("value1", .string, doc: "a text, such as a Call-ID or a user"),
                    .init("value2", .string, optional: true, doc: "a second text, such as a host"),
                ],
                summary: "The hash of one or two texts, and the place it gives among destinations.",
                doc: "An object: hashid and slot.", example: "sipcmd dispatcher.hash 3 alice pbx.test")
        ) { _ in
            { call throws(MethodFault) in
                guard let slots = try? call.integer(0, named: "slots"), let first = try? call.string(1, named: "value1")
                else { throw MethodFault(500, "Invalid Parameters") }
                let second = try call.optionalString(2, named: "value2")
                let hash = Int64(MessageHash.of([first, second].compactMap { $0.map { ByteString($0) } }))
                return .value(["hashid": .integer(hash), "slot": .integer(slots > 0 ? hash % slots : 0)])
            }
        }
    }
}
