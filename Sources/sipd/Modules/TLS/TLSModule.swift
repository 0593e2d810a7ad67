import Logging
package import ModuleInterface
import SIPMessage
package import ScriptEngine
import Transport

/// Module `tls`: TLS for SIP, by domains with certificates of their own.
package struct TLSModule: ScriptModule {
    let server: Server
    let options: TLSOptions
    let store: TLSStore?

    /// Reads the parameters and the file of domains, and loads the certificates, so that `sipd -c` finds what is wrong
    /// in them.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        options = try TLSOptions(parameters)
        guard server.settings.tlsEnabled else {
            server.logger.notice("module tls has no effect: enable_tls is not set")
            store = nil
            return
        }
        let store = try TLSStore(options, logger: server.logger)
        self.store = store
        server.transport.secure(.tls, with: store.security)
    }

    /// What the module offers.
    package static var description: ModuleDescription<TLSModule> {
        ModuleDescription(
            name: "tls", summary: "TLS transport for SIP.", parameters: TLSOptions.parameters,
            functions: [isPeerVerified], variables: TLSVariables.all, methods: methods)
    }

    private static var isPeerVerified: FunctionDescription<TLSModule> {
        FunctionDescription(
            "is_peer_verified",
            summary: "True when the message came over TLS and the other side's certificate was checked and is good.",
            example: "if (!is_peer_verified()) { sl_send_reply(\"403\", \"Certificate needed\"); exit; }"
        ) { _, _ in
            { context in context.tlsSession?.isPeerVerified == true ? .success : .failure }
        }
    }
}

extension ScriptContext {
    /// The TLS session of the connection that the message came over.
    var tlsSession: TLSSession? {
        received?.connection.flatMap { worker.server.transport.connection($0)?.session }
    }
}
