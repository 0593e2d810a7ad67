import ControlProtocol
import Logging
import ModuleInterface
import SIPMessage

extension DispatcherModule {
    private typealias Method = ModuleMethod<DispatcherModule>
    private typealias Parameter = MethodDescription.Parameter

    static var changeMethods: [ModuleMethod<DispatcherModule>] {
        [reloadMethod, stateMethod, identifierStateMethod, pingMethod, addMethod, removeMethod]
    }

    private static let invalid = MethodFault(500, "Invalid Parameters")

    private static var reloadMethod: Method {
        Method(
            MethodDescription(
                "dispatcher.reload", summary: "Reads the list again and puts it in use.",
                doc: """
                    Answers a text. The states are those of the list again. A row that cannot be used refuses the \
                    reload and is named; the list in use stays.
                    """,
                example: "sipcmd dispatcher.reload", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                do {
                    try await module.reload()
                    return .value("Ok. Dispatcher successfully reloaded.")
                } catch {
                    throw MethodFault(500, "Reload Failed. \(error)")
                }
            }
        }
    }

    // MARK: - States

    private static let stateParameters = [
        Parameter("state", .string, doc: "a active, i inactive, t trying, d disabled; with p: probing too"),
        Parameter("group", .integer, doc: "the set"),
    ]

    private static var stateMethod: Method {
        Method(
            MethodDescription(
                "dispatcher.set_state",
                parameters: stateParameters + [Parameter("address", .string, doc: "the URI as listed, or all")],
                summary: "Gives a destination a state, until the next reload.", doc: "Answers a text.",
                example: "sipcmd dispatcher.set_state ip 1 sip:192.0.2.1:5060", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (state, number, address) = try arguments(call, "address")
                if address == "all" {
                    module.store.list.sets[number].map { set in
                        for index in set.destinations.indices {
                            set.withState { $0.override(index, state, using: &$1) }
                        }
                    }
                    return .value("Ok. Dispatcher state updated.")
                }
                return try module.set(state, in: number) { $0.index(of: address) }
            }
        }
    }

    private static var identifierStateMethod: Method {
        Method(
            MethodDescription(
                "dispatcher.set_duid_state",
                parameters: stateParameters + [Parameter("duid", .string, doc: "the destination's duid")],
                summary: "Gives the destination with an id a state, until the next reload.", doc: "Answers a text.",
                example: "sipcmd dispatcher.set_duid_state i 1 gw1", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let (state, number, identifier) = try arguments(call, "duid")
                return try module.set(state, in: number) { $0.index(ofIdentifier: identifier) }
            }
        }
    }

    private func set(
        _ state: DestinationState, in number: Int, _ find: (DestinationSet) -> Int?
    ) throws(MethodFault) -> MethodResult {
        guard let set = store.list.sets[number], let index = find(set) else {
            throw MethodFault(500, "State Update Failed")
        }
        set.withState { $0.override(index, state, using: &$1) }
        return .value("Ok. Dispatcher state updated.")
    }

    private static func arguments(
        _ call: MethodCall, _ last: String
    ) throws(MethodFault) -> (DestinationState, Int, ByteString) {
        guard let letters = try? call.string(0, named: "state"), let set = try? call.integer(1, named: "group"),
            let text = try? call.string(2, named: last)
        else { throw invalid }
        guard !letters.isEmpty else { throw MethodFault(500, "Invalid State Parameter") }
        guard let state = state(letters) else { throw MethodFault(500, "Unknown State Value") }
        return (state, Int(clamping: set), ByteString(text))
    }

    /// The first letter is the state, a second one `p` adds probing; others are passed over.
    private static func state(_ letters: String) -> DestinationState? {
        let letters = ByteString(letters)
        guard var state = DestinationState.parse(letters: letters.prefix(1)), letters.prefix(1).lowercased() != "p"
        else { return nil }
        if letters.dropFirst().prefix(1).lowercased() == "p" { state.insert(.probing) }
        return state
    }

    // MARK: - Questions and destinations

    private static var pingMethod: Method {
        Method(
            MethodDescription(
                "dispatcher.ping_active",
                parameters: [Parameter("state", .integer, optional: true, doc: "0 stops the questions, 1 starts them")],
                summary: "Whether destinations are asked, and changes it.",
                doc: "An object: NewPingState when it was changed, and OldPingState.",
                example: "sipcmd dispatcher.ping_active 0", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let old = module.prober.active
                guard call.value(0, named: "state") != nil else {
                    return .value(["OldPingState": .integer(Int64(old))])
                }
                let new = Int(clamping: try call.integer(0, named: "state"))
                module.prober.active = new
                return .value(["NewPingState": .integer(Int64(new)), "OldPingState": .integer(Int64(old))])
            }
        }
    }

    private static var addMethod: Method {
        Method(
            MethodDescription(
                "dispatcher.add",
                parameters: [
                    Parameter("group", .integer, doc: "the set; it is made when it does not exist"),
                    Parameter("address", .string, doc: "the URI"),
                    Parameter("flags", .integer, optional: true, doc: "the state, as in the list"),
                    Parameter("priority", .integer, optional: true, doc: "the priority"),
                    Parameter("attrs", .string, optional: true, doc: "the attributes"),
                ],
                summary: "Adds a destination to a set, until the next reload.", doc: "Answers a text.",
                example: "sipcmd dispatcher.add 1 sip:192.0.2.1:5060 0 10 weight=50", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let set = try? call.integer(0, named: "group"), let uri = try? call.string(1, named: "address")
                else { throw invalid }
                let row = DestinationRow(
                    set: "\(set)", uri: uri, flags: "\(try call.optionalInteger(2, named: "flags") ?? 0)",
                    priority: "\(try call.optionalInteger(3, named: "priority") ?? 0)",
                    attributes: try call.optionalString(4, named: "attrs") ?? "")
                do throws(DestinationRow.Problem) { try module.store.add(row) } catch {
                    throw MethodFault(500, "Adding dispatcher dst failed: \(error.reason)")
                }
                module.server.onWorker(0) { [store = module.store] in HostAddressResolver.resolve(store.list, $0.server)
                }
                return .value("Ok. Dispatcher destination added.")
            }
        }
    }

    private static var removeMethod: Method {
        Method(
            MethodDescription(
                "dispatcher.remove",
                parameters: [
                    Parameter("group", .integer, doc: "the set"),
                    Parameter("address", .string, doc: "the URI as listed"),
                ],
                summary: "Removes the destinations of a URI from a set, until the next reload.",
                doc: "Answers a text. A fault when there is no such set.",
                example: "sipcmd dispatcher.remove 1 sip:192.0.2.1:5060", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let set = try? call.integer(0, named: "group"), let uri = try? call.string(1, named: "address")
                else { throw invalid }
                guard module.store.remove(ByteString(uri), from: Int(clamping: set)) else {
                    throw MethodFault(500, "Removing dispatcher dst failed")
                }
                return .value("Ok. Dispatcher destination removed.")
            }
        }
    }
}
