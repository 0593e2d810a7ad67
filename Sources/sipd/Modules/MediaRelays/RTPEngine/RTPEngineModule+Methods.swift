import ControlProtocol
import ModuleInterface
import OperatingSystem

extension RTPEngineModule {
    private typealias Method = ModuleMethod<RTPEngineModule>

    /// `rtpengine.*`.
    static var relayMethods: [ModuleMethod<RTPEngineModule>] {
        [showMethod, pingMethod, enableMethod, reloadMethod, countMethod]
    }

    private static let urlParameter = MethodDescription.Parameter(
        "rtpp_url", .string, doc: "control socket as configured, or `all`")

    /// The nodes that a call names.
    private func chosen(_ call: MethodCall) throws(MethodFault) -> (url: String, [(set: Int, member: RelayMember)]) {
        guard let text = try? call.optionalString(0, named: "rtpp_url") else {
            throw MethodFault(500, "Not enough parameters")
        }
        // kamcmd needs two colons in front of a text that is to stay one.
        let url = text.hasPrefix("::") ? String(text.dropFirst(2)) : text
        let all = pool.sets.all
        guard !all.isEmpty else { throw MethodFault(404, "Instance not found (no sets loaded)") }
        let chosen = url == "all" ? all : all.filter { $0.member.node.url == url }
        guard !chosen.isEmpty else { throw MethodFault(404, "Instance not found") }
        return (url, chosen)
    }

    private static var showMethod: Method {
        Method(
            MethodDescription(
                "rtpengine.show", parameters: [urlParameter], summary: "The nodes with their state.",
                doc: "An array of url, set, index, weight, disabled (`1(permanent)` when taken out), recheck_ticks.",
                example: "sipcmd rtpengine.show all")
        ) { module in
            { call throws(MethodFault) in
                var positions: [Int: Int] = [:]
                let now = WallClock.now.seconds
                let (_, nodes) = try module.chosen(call)
                return .value(
                    .array(
                        nodes.map { set, member in
                            let index = positions[set, default: 0]
                            positions[set] = index + 1
                            return member.row(set: set, index: index, at: now)
                        }))
            }
        }
    }

    private static var pingMethod: Method {
        Method(
            MethodDescription(
                "rtpengine.ping", parameters: [urlParameter], summary: "Asks nodes whether they are there.",
                doc: "An object of url and status, `success` or `fail`; one that fails is left out for a time.",
                example: "sipcmd rtpengine.ping all", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (url, nodes) = try module.chosen(call)
                var isGood = true
                for (_, member) in nodes {
                    let isAlive = await module.pool.ping(member.node, module.server)
                    isGood = isAlive && isGood
                }
                return .value(["url": .string(url), "status": .string(isGood ? "success" : "fail")])
            }
        }
    }

    private static var enableMethod: Method {
        Method(
            MethodDescription(
                "rtpengine.enable",
                parameters: [urlParameter, .init("flag", .integer, doc: "0 takes the node out, 1 puts it back")],
                summary: "Takes nodes out of use, or puts them back after asking them.",
                doc: "An object of url and status: `enable`, `disable`, or `fail` when a node does not answer.",
                example: "sipcmd rtpengine.enable udp:127.0.0.1:2223 0", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (url, nodes) = try module.chosen(call)
                guard let flag = try? call.optionalInteger(1, named: "flag") else {
                    throw MethodFault(500, "Not enough parameters")
                }
                var isGood = true
                for (_, member) in nodes {
                    member.node.setOut(flag == 0)
                    guard flag != 0 else { continue }
                    let isAlive = await module.pool.ping(member.node, module.server)
                    isGood = isAlive && isGood
                }
                let status = flag == 0 ? "disable" : isGood ? "enable" : "fail"
                return .value(["url": .string(url), "status": .string(status)])
            }
        }
    }

    private static var reloadMethod: Method {
        Method(
            MethodDescription(
                "rtpengine.reload", summary: "Reads the nodes from the database again.",
                doc: "An object with the number of nodes; a row that cannot be used leaves the nodes as they are.",
                example: "sipcmd rtpengine.reload", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let database = module.database else { throw MethodFault(500, "No Database URL") }
                do {
                    module.pool.sets = try await database.load(module.server.databases, keeping: module.pool.sets)
                } catch {
                    throw MethodFault(500, "Failed reloading db: \(error)")
                }
                return .value(["nodes": .integer(Int64(module.pool.sets.all.count))])
            }
        }
    }

    private static var countMethod: Method {
        Method(
            MethodDescription(
                "rtpengine.get_hash_total", summary: "The number of calls whose node is known.", doc: "A number.",
                example: "sipcmd rtpengine.get_hash_total")
        ) { module in
            { _ throws(MethodFault) in .value(.integer(Int64(module.pool.calls.count(at: module.now)))) }
        }
    }
}
