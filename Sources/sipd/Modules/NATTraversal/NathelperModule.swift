import ControlProtocol
import LocationModule
package import ModuleInterface
import NetworkAddress
import SIPMessage
package import ScriptEngine

/// Module `nathelper`: clients behind address translators.
package struct NathelperModule: ScriptModule {
    let receivedAttribute: ScriptAttribute
    let aliasName: ByteString
    let noProxyLine: ByteString
    let keepsOldAddresses: Bool
    let privateAddress: PrivateAddress
    let keepalive: Keepalive?
    let counters = KeepaliveCounters()

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        receivedAttribute = ScriptAttribute(source: parameters.string("received_avp") ?? "")
        aliasName = parameters.string("alias_name") ?? "alias"
        noProxyLine = parameters.string("nortpproxy_str") ?? "a=nortpproxy:yes\r\n"
        keepsOldAddresses = parameters.flag("append_sdp_oldmediaip")
        privateAddress = PrivateAddress(includesReserved: parameters.flag("nat_addr_mode"))
        guard !aliasName.isEmpty else { throw ScriptError("parameter 'alias_name' is empty") }
        guard parameters.integer("natping_interval") > 0 else {
            keepalive = nil
            return
        }
        guard let contacts = server.interface((any RegisteredContacts).self) else {
            throw ScriptError(
                "natping_interval is set, and module usrloc is not loaded",
                hint: "add loadmodule \"usrloc.so\" above nathelper")
        }
        keepalive = Keepalive(try KeepaliveSettings(parameters), contacts, counters)
    }

    /// Compiles the variable of `received_avp`.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        try receivedAttribute.compile(formats, parameter: "received_avp")
    }

    /// Starts the keepalives of one worker.
    package func start(on worker: Worker) {
        keepalive?.start(on: worker)
    }

    /// What the module offers.
    package static var description: ModuleDescription<NathelperModule> {
        ModuleDescription(
            name: "nathelper", summary: "Clients behind address translators.",
            parameters: [
                .string("received_avp", nil, "AVP that fix_nated_register() sets, the same as registrar's"),
                .string("alias_name", "alias", "name of the parameter of set_contact_alias()"),
                .string("nortpproxy_str", "a=nortpproxy:yes\r\n", "line that flag 4 of fix_nated_sdp() adds to SDP"),
                .flag("append_sdp_oldmediaip", true, "whether fix_nated_sdp() notes the addresses it replaced"),
                .flag("nat_addr_mode", true, "whether all of 192.0.0.0/24 is private, not only 192.0.0.0/29"),
            ] + keepaliveParameters,
            functions: testFunctions + contactFunctions + [registerFunction, sdpFunction],
            variables: recordRouteVariables, methods: [enableMethod],
            statistics: [
                StatisticDescription("nathelper", "pings_sent", summary: "keepalives sent to contacts") {
                    $0.counters.sent.value
                },
                StatisticDescription("nathelper", "pings_answered", summary: "replies to keepalives") {
                    $0.counters.answered.value
                },
                StatisticDescription("nathelper", "contacts_removed", summary: "contacts that gave no reply") {
                    $0.counters.removed.value
                },
            ])
    }

    private static var keepaliveParameters: [ParameterDescription] {
        [
            .integer("natping_interval", 0, in: 0...86_400, "seconds between keepalives to a contact, 0 for none"),
            .flag("ping_nated_only", false, "whether only contacts with usrloc's nat_bflag are kept alive"),
            .integer("natping_processes", 1, in: 1...1024, "accepted; each worker takes its share"),
            .integer("sipping_bflag", -1, in: -1...31, "branch flag of contacts that get a request as keepalive"),
            .string("sipping_from", nil, "URI in From of that request; without it there are none"),
            .string("sipping_method", "OPTIONS", "its method"),
            .integer("natping_disable_bflag", -1, in: -1...31, "branch flag of contacts that get no keepalives"),
            .integer("keepalive_timeout", 0, in: 0...Int(Int32.max), "seconds without a reply that end a contact"),
            .string("force_socket", nil, "UDP socket to send from when that of the contact is not known"),
            .flag("filter_server_id", false, "whether only contacts that registered at this server are kept alive"),
            .ignored("natping_socket", because: "keepalives come from the server's own address"),
            .ignored("natping_partitions", because: "each worker takes its share"),
            .ignored("udpping_from_path", because: "keepalives come from the server's own address"),
        ]
    }

    private static var enableMethod: ModuleMethod<NathelperModule> {
        ModuleMethod(
            MethodDescription(
                "nathelper.enable_ping", parameters: [.init("value", .integer, doc: "0 stops keepalives")],
                summary: "Stops keepalives, or sends them again.", doc: "An empty object; fault 500 when they are off.",
                example: "sipcmd nathelper.enable_ping 0", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let keepalive = module.keepalive else { throw MethodFault(500, "NATping disabled") }
                guard let value = try? call.optionalInteger(0, named: "value") else {
                    throw MethodFault(500, "No parameter")
                }
                keepalive.isEnabled = value != 0
                return .value([:])
            }
        }
    }

    private static var recordRouteVariables: [VariableDescription<NathelperModule>] {
        [
            VariableDescription(["rr_count"], summary: "number of Record-Route values") { _, reference in
                ScriptVariable(source: "$rr_count") { .integer($0.message.values(.recordRoute).count) }
            },
            VariableDescription(
                ["rr_top_count"], summary: "2 when the topmost Record-Route is one of a pair, 1 when it stands alone"
            ) { _, reference in
                ScriptVariable(source: "$rr_top_count") { context in
                    guard let top = context.message.values(.recordRoute).first else { return .integer(0) }
                    let uri = (try? NameAddress.parse(top))?.parsedURI
                    return .integer(uri?.parameter(named: "r2").text == "on" ? 2 : 1)
                }
            },
        ]
    }
}
