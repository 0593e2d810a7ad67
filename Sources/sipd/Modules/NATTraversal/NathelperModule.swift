package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `nathelper`: clients behind address translators.
package struct NathelperModule: ScriptModule {
    let receivedAttribute: ScriptAttribute
    let aliasName: ByteString
    let noProxyLine: ByteString
    let keepsOldAddresses: Bool

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        receivedAttribute = ScriptAttribute(source: parameters.string("received_avp") ?? "")
        aliasName = parameters.string("alias_name") ?? "alias"
        noProxyLine = parameters.string("nortpproxy_str") ?? "a=nortpproxy:yes\r\n"
        keepsOldAddresses = parameters.flag("append_sdp_oldmediaip")
        guard !aliasName.isEmpty else { throw ScriptError("parameter 'alias_name' is empty") }
    }

    /// Compiles the variable of `received_avp`.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        try receivedAttribute.compile(formats, parameter: "received_avp")
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
            ] + pingParameters,
            functions: testFunctions + contactFunctions + [registerFunction, sdpFunction])
    }

    private static var pingParameters: [ParameterDescription] {
        [
            "natping_interval", "ping_nated_only", "natping_processes", "natping_socket", "natping_partitions",
            "sipping_bflag", "sipping_from", "sipping_method", "natping_disable_bflag", "udpping_from_path",
            "keepalive_timeout", "force_socket",
        ].map { .ignored($0, because: "contacts are not pinged") }
    }
}
