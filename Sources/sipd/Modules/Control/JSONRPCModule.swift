package import ModuleInterface
package import ScriptEngine

/// Module `jsonrpcs`: its methods are those of the control socket, which is always there.
package struct JSONRPCModule: ScriptModule {
    /// Takes over the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the module offers.
    package static var description: ModuleDescription<JSONRPCModule> {
        ModuleDescription(
            name: "jsonrpcs", summary: "JSON-RPC: the control socket serves it.",
            parameters: [
                .ignored("pretty_format", because: "sipcmd prints answers for people"),
                .ignored("transport", because: "the control socket in the run folder serves all methods"),
                .ignored("fifo_name", because: "the control socket in the run folder serves all methods"),
                .ignored("fifo_mode", because: "the control socket in the run folder serves all methods"),
                .ignored("fifo_user", because: "the control socket in the run folder serves all methods"),
                .ignored("fifo_group", because: "the control socket in the run folder serves all methods"),
                .ignored("fifo_reply_dir", because: "the control socket in the run folder serves all methods"),
                .ignored("dgram_socket", because: "the control socket in the run folder serves all methods"),
                .ignored("dgram_mode", because: "the control socket in the run folder serves all methods"),
                .ignored("dgram_user", because: "the control socket in the run folder serves all methods"),
                .ignored("dgram_group", because: "the control socket in the run folder serves all methods"),
                .ignored("dgram_timeout", because: "the control socket in the run folder serves all methods"),
                .ignored("dgram_workers", because: "the control socket in the run folder serves all methods"),
            ])
    }
}
