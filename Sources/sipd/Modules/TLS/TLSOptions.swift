import ModuleInterface
import SIPMessage
import ScriptEngine
import Transport

/// The parameters of module `tls`.
struct TLSOptions: Sendable {
    /// The file of domains; nil makes one server and one client domain of the parameters.
    let file: String?
    /// Domains without a file.
    let defaults: TLSDefaults
    /// What domains of the file start from: a client shows a certificate only if its section says so.
    let fileDefaults: TLSDefaults
    /// The values as they are shown by `tls.options`.
    let forceRun: Int
    let method: String

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        file = parameters.string("config")?.string
        forceRun = parameters.integer("tls_force_run")
        method = parameters.string("tls_method")?.string ?? "TLSv1.2+"
        var server = TLSDomain(.server, .fallback)
        var client = TLSDomain(.client, .fallback)
        for name in Self.settings {
            guard let value = parameters.string(name)?.string, !value.isEmpty else { continue }
            try TLSSetting.apply(name, value, to: &server, relativeTo: "")
            // The name that clients ask this server for is none to ask others for.
            if name != "server_name" { try TLSSetting.apply(name, value, to: &client, relativeTo: "") }
        }
        for name in ["verify_certificate", "require_certificate"] where parameters.flag(name) {
            try TLSSetting.apply(name, "yes", to: &server, relativeTo: "")
            try TLSSetting.apply(name, "yes", to: &client, relativeTo: "")
        }
        if !parameters.isSet("certificate") { client.certificateFile = nil }
        defaults = TLSDefaults(server: server, client: client)
        client.certificateFile = nil
        client.privateKeyFile = nil
        fileDefaults = TLSDefaults(server: server, client: client)
    }

    private static let settings = [
        "tls_method", "certificate", "private_key", "ca_list", "ca_path", "cipher_list", "server_name",
        "verify_client", "crl",
    ]

    static let parameters: [ParameterDescription] =
        [
            .string("config", nil, "File of TLS domains."),
            .string("tls_method", "TLSv1.2+", "Versions of TLS; TLSv1.2 only that one, TLSv1.2+ it and later ones."),
            .string("certificate", "/etc/kamailio/cert.pem", "File of the certificate and its chain, PEM."),
            .string("private_key", nil, "File of the private key, PEM; by default that of the certificate."),
            .string("ca_list", nil, "File of trusted roots, PEM; by default the system's."),
            .string("ca_path", nil, "Folder of trusted roots."),
            .string("crl", nil, "Not supported: refused."),
            .flag("verify_certificate", false, "Check the other side's certificate."),
            .flag("require_certificate", false, "Refuse clients without a certificate."),
            .string("verify_client", nil, "off, optional or on."),
            .string("cipher_list", nil, "Cipher suites up to TLS 1.2, by OpenSSL's names."),
            .string("server_name", nil, "The name of the default server domain."),
            .integer("tls_force_run", 0, "Shown by tls.options only."),
        ] + withoutEffect.map { .ignored($0, because: $1) }

    private static let library = "the TLS library decides"
    private static let memory = "memory is taken as needed"

    private static let withoutEffect: [(String, String)] = [
        ("verify_depth", "the length of a chain is bounded by the TLS library"),
        ("tls_log", "handshakes that fail are logged as warnings"),
        ("tls_debug", "handshakes that fail are logged as warnings"),
        ("session_cache", library), ("session_id", library), ("renegotiation", "renegotiation is never done"),
        ("tls_disable_compression", "TLS compression does not exist here"),
        ("ssl_release_buffers", library), ("ssl_free_list_max_len", library), ("ssl_freelist_max_len", library),
        ("ssl_max_send_fragment", library), ("ssl_read_ahead", library), ("ssl_single_context", library),
        ("send_close_notify", "connections are always closed in order"),
        ("connection_timeout", "tcp_wait_data and tcp_connection_lifetime bound idle connections"),
        ("low_mem_threshold1", memory), ("low_mem_threshold2", memory), ("ct_wq_max", "tcp_wq_max bounds it"),
        ("con_ct_wq_max", "tcp_conn_wq_max bounds it"), ("ct_wq_blk_size", memory),
        ("rand_engine", library), ("init_mode", library), ("engine", library), ("engine_config", library),
        ("engine_algorithms", library),
        ("xavp_cfg", "a client domain is chosen by address and host name"),
        ("event_callback", "it belongs to scripts in other languages"),
    ]
}
