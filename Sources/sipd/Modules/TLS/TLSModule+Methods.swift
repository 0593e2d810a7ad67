import ControlProtocol
import ModuleInterface
import ScriptEngine
import Transport

extension TLSModule {
    /// `tls.*`.
    static var methods: [ModuleMethod<TLSModule>] { [info, list, optionsMethod, reload] }

    private static var info: ModuleMethod<TLSModule> {
        ModuleMethod(
            MethodDescription(
                "tls.info", summary: "Counts the TLS connections.",
                doc: "max_connections, opened_connections, clear_text_write_queued_bytes.", example: "sipcmd tls.info")
        ) { module in
            { _ throws(MethodFault) in
                let transport = module.server.transport
                return .value([
                    "max_connections": .integer(Int64(transport.limits.secureConnectionCountMax)),
                    "opened_connections": .integer(Int64(transport.connections.count { $0.transport.isSecure })),
                    "clear_text_write_queued_bytes": 0,
                ])
            }
        }
    }

    private static var list: ModuleMethod<TLSModule> {
        ModuleMethod(
            MethodDescription(
                "tls.list", summary: "Lists the TLS connections.",
                doc: "An array of objects: id, addresses and ports, cipher, state, version, server_name, peer.",
                example: "sipcmd tls.list", lists: true)
        ) { module in
            { _ throws(MethodFault) in
                .value(.array(module.server.transport.connections.filter { $0.transport.isSecure }.map { row($0) }))
            }
        }
    }

    private static func row(_ connection: ConnectionInformation) -> JSONValue {
        let session = connection.session
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .string("unknown") }
        return [
            "id": .integer(Int64(clamping: connection.id.rawValue)),
            "timeout": .integer(Int64(connection.secondsLeft)),
            "src_ip": .string(connection.remote.address.description),
            "src_port": .integer(Int64(connection.remote.port.value)),
            "dst_ip": .string(connection.socket.endpoint.address.description),
            "dst_port": .integer(Int64(connection.socket.endpoint.port.value)),
            "cipher": text(session?.cipherSuite.map { "\(session?.version?.name ?? "TLS") \($0.name)" }),
            "ct_wq_size": 0, "enc_rd_buf": 0, "flags": 0,
            "state": .string(session != nil ? "established" : connection.isInbound ? "tls_accept" : "tls_connect"),
            "server_name": text(session?.serverName), "peer": text(session?.peerCertificate?.subject.text),
            "verified": .bool(session?.isPeerVerified == true),
        ]
    }

    private static var optionsMethod: ModuleMethod<TLSModule> {
        ModuleMethod(
            MethodDescription(
                "tls.options", summary: "Shows the parameters of module tls.",
                doc: "What Kamailio shows; memory and buffers of its TLS library do not exist here and are absent.",
                example: "sipcmd tls.options")
        ) { module in
            { _ throws(MethodFault) in
                let options = module.options
                let domain = options.defaults.server
                func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
                return .value([
                    "force_run": .integer(Int64(options.forceRun)), "method": .string(options.method),
                    "verify_certificate": domain.peerVerification == .none ? 0 : 1,
                    "require_certificate": domain.peerVerification == .required ? 1 : 0,
                    "verify_client": .string(verifyClient(domain.peerVerification)),
                    "private_key": text(domain.privateKeyFile ?? domain.certificateFile),
                    "ca_list": text(domain.rootsFile), "certificate": text(domain.certificateFile),
                    "cipher_list": text(domain.cipherSuites), "config": text(options.file),
                    "send_close_notify": 1, "disable_compression": 1,
                ])
            }
        }
    }

    private static func verifyClient(_ verification: TLSDomain.PeerVerification) -> String {
        switch verification {
        case .none: "off"
        case .optional: "optional"
        case .required: "on"
        }
    }

    private static var reload: ModuleMethod<TLSModule> {
        ModuleMethod(
            MethodDescription(
                "tls.reload", summary: "Reads the TLS domains, certificates and keys again.",
                doc: """
                    New connections use them. A key that does not fit, a file that is missing, a chain out of order or \
                    a certificate that has expired refuses the whole reload; what is in use stays.
                    """,
                example: "sipcmd tls.reload", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                guard let store = module.store else { throw MethodFault(500, "TLS is disabled") }
                guard module.options.file != nil else {
                    throw MethodFault(500, "No TLS configuration file configured")
                }
                do throws(ScriptError) {
                    try store.reload(module.server.logger)
                } catch {
                    throw MethodFault(500, error.message)
                }
                return .value("Ok. TLS configuration reloaded.")
            }
        }
    }
}
