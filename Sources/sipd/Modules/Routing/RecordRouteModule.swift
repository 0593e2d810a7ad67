package import ModuleInterface
import NetworkAddress
import SIPMessage
package import ScriptEngine
import Transport

/// Module `rr`: Record-Route and loose routing (RFC 3261 §16.4, §16.6 item 4, §16.12).
package struct RecordRouteModule: ScriptModule {
    let appendsFromTag: Bool
    let writesFullLr: Bool
    let doubling: Doubling
    let addsUsername: Bool
    let forcesSocket: Bool
    /// The attribute that holds the user for Record-Route when `add_username` is set.
    let userAttribute: ByteString?

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        appendsFromTag = parameters.flag("append_fromtag")
        writesFullLr = parameters.flag("enable_full_lr")
        doubling = Doubling(rawValue: parameters.integer("enable_double_rr")) ?? .whenSocketsDiffer
        userAttribute = try parameters.attributeName("custom_user_avp")
        addsUsername = parameters.flag("add_username")
        forcesSocket = parameters.flag("force_send_socket")
    }

    /// What the module offers.
    package static var description: ModuleDescription<RecordRouteModule> {
        ModuleDescription(
            name: "rr", summary: "Record-Route and loose routing.",
            parameters: [
                .flag("append_fromtag", true, "whether Record-Route carries the From tag, which is_direction() needs"),
                .flag("enable_full_lr", false, "whether lr is written lr=on, for peers that want a value"),
                .integer(
                    "enable_double_rr", 1, in: 0...2,
                    "0: one header, for the socket the request came by; 1: two when it leaves by another; 2: always two"
                ),
                .flag("add_username", false, "whether the user of the Request-URI is added"),
                .flag("force_send_socket", true, "whether the socket named by the second Route is used"),
                .flag(
                    "enable_socket_mismatch_warning", true, "accepted; sockets are compared when the request is sent"),
                .string("custom_user_avp", nil, "AVP with the user to add instead of that of the Request-URI"),
                .flag("ignore_user", false, "accepted; the user of a Route is not looked at"),
            ],
            functions: recordFunctions + routeFunctions,
            variables: [
                VariableDescription(["route_uri"], summary: "the Route of this server that loose_route() took off") {
                    _, _ in
                    ScriptVariable(source: "$route_uri") { context in
                        context[LocalRoute.key].map { .string($0.uri) } ?? .null
                    }
                }
            ])
    }
}

// MARK: - Record-Route

extension RecordRouteModule {
    private static let recordingRoutes: RouteMask = [.branch, .failure, .request]

    private static var recordFunctions: [FunctionDescription<RecordRouteModule>] {
        [
            FunctionDescription(
                "record_route", [.format], required: 0, routes: recordingRoutes,
                summary: "Adds Record-Route for this server, two when the request leaves by another socket.",
                example: "record_route();"
            ) { module, arguments in
                { context in
                    module.record(context, extra: arguments.first?.text(in: context) ?? "")
                }
            },
            FunctionDescription(
                "record_route_preset", [.format, .format], required: 1, routes: recordingRoutes,
                summary: "Adds Record-Route with a given address, two when two are given.",
                example: "record_route_preset(\"pbx.test:5060\");"
            ) { module, arguments in
                { context in
                    module.preset(context) { $0.presetHosts = arguments.map { $0.text(in: context) } }
                }
            },
            FunctionDescription(
                "record_route_advertised_address", [.format], routes: recordingRoutes,
                summary: "Adds Record-Route with a given address; transport and second header as record_route() does.",
                example: "record_route_advertised_address(\"pbx.test:5060\");"
            ) { module, arguments in
                { context in module.preset(context) { $0.advertisedHost = arguments[0].text(in: context) } }
            },
            FunctionDescription(
                "add_rr_param", [.format], routes: recordingRoutes,
                summary: "Adds a parameter to the Record-Route of this request, before or after record_route().",
                example: "add_rr_param(\";nat=yes\");"
            ) { _, arguments in
                { context in
                    context.recordRoute.parameters = context.recordRoute.parameters + arguments[0].text(in: context)
                    return .success
                }
            },
            FunctionDescription(
                "remove_record_route", routes: [.request, .failure],
                summary: "Takes back what record_route() did.", example: "remove_record_route();"
            ) { _, _ in
                { context in
                    let paths = context.recordRoute.paths
                    context.recordRoute = RecordRoute()
                    context.recordRoute.paths = paths
                    return .success
                }
            },
        ]
    }

    private func record(_ context: ScriptContext, extra: ByteString) -> FunctionResult {
        guard !context.recordRoute.isWanted else {
            context.worker.log(level: -1, "ERROR: rr: Double attempt to record-route", in: context)
            return .failure
        }
        var wanted = context.recordRoute
        wanted.isWanted = true
        wanted.suffix = lr + fromTag(context) + extra
        if addsUsername { wanted.user = user(context) }
        wanted.doubling = doubling
        context.recordRoute = wanted
        return .success
    }

    /// Records an address that the script gives; parameters stand in another order then.
    private func preset(_ context: ScriptContext, _ change: (inout RecordRoute) -> Void) -> FunctionResult {
        guard record(context, extra: "") == .success else { return .failure }
        context.recordRoute.suffix = fromTag(context) + context.recordRoute.parameters + lr
        context.recordRoute.parameters = ""
        change(&context.recordRoute)
        return .success
    }

    private func user(_ context: ScriptContext) -> ByteString? {
        if let userAttribute, let text = context.attributes.values[userAttribute]?.last?.text, !text.isEmpty {
            return text
        }
        return (try? SIPURI.parse(context.target.uri ?? context.message.requestURI ?? ""))?.user
    }
}

extension RecordRouteModule {
    private var lr: ByteString { writesFullLr ? ";lr=on" : ";lr" }

    private func fromTag(_ context: ScriptContext) -> ByteString {
        guard appendsFromTag, let tag = context.message.from?.tag else { return "" }
        return ";ftag=" + tag
    }
}

// MARK: - Route

extension RecordRouteModule {
    private static var routeFunctions: [FunctionDescription<RecordRouteModule>] {
        [
            FunctionDescription(
                "loose_route", routes: .request,
                summary: "Follows the Route headers: takes off this server's, sets the next hop.",
                example: "if (loose_route()) { t_relay(); exit; }"
            ) { module, _ in
                { context in
                    var routing = LooseRouting(context, forcesSocket: module.forcesSocket)
                    return .code(routing.run())
                }
            },
            FunctionDescription(
                "loose_route_preloaded", routes: .request,
                summary: "Follows the Route headers; true when the only Route was ours and there is no dialog yet.",
                example: "if (loose_route_preloaded()) { t_relay(); exit; }"
            ) { module, _ in
                { context in
                    guard context.message.to?.tag == nil else { return .failure }
                    var routing = LooseRouting(context, forcesSocket: module.forcesSocket)
                    return routing.run() == LooseRouting.Outcome.preloaded ? .success : .failure
                }
            },
            FunctionDescription(
                "rr_next_hop_route", routes: .any,
                summary: "Whether loose_route() found a next Route that the request goes to.",
                example: "if (rr_next_hop_route()) { t_relay(); exit; }"
            ) { _, _ in
                { $0[LocalRoute.key]?.hasNext == true ? .success : .failure }
            },
            FunctionDescription(
                "check_route_param", [.regularExpression], routes: .request,
                summary: "Whether the parameters of this server's Route match, after loose_route().",
                example: "if (check_route_param(\"nat=yes\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let expression = try RegularExpression(arguments[0].source, .ignoresCase)
                return { context in
                    guard let route = context[LocalRoute.key], !route.parameters.isEmpty else { return .failure }
                    return expression.matches(route.parameters) ? .success : .failure
                }
            },
            FunctionDescription(
                "is_direction", [.text], routes: .request,
                summary: "Whether the request goes downstream (from the caller) or upstream.",
                example: "if (is_direction(\"upstream\")) { … }"
            ) { _, arguments throws(ScriptError) in
                let word = arguments[0].source.string.lowercased()
                guard word == "upstream" || word == "downstream" else {
                    throw ScriptError(
                        "unknown direction '\(arguments[0].source)'", hint: "upstream and downstream are known")
                }
                let wantsUpstream = word == "upstream"
                return { context in
                    LooseRouting.isUpstream(context) == wantsUpstream ? .success : .failure
                }
            },
        ]
    }
}
