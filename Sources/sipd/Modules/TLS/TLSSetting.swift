import ScriptEngine
import Suggestions
import Transport

/// The settings of a TLS domain by their names in `tls.cfg` and in `modparam`.
enum TLSSetting {
    /// Settings that govern nothing here, with the reason.
    static let withoutEffect = [
        "verify_depth": "the length of a chain is bounded by the TLS library",
        "server_id": "a client domain is chosen by address and host name",
    ]

    /// Takes a setting over.
    ///
    /// - Throws: when name or value is unknown, and for what cannot be done here and would weaken security in silence.
    static func apply(
        _ name: String, _ value: String, to domain: inout TLSDomain, relativeTo folder: String
    ) throws(ScriptError) {
        let path = value.hasPrefix("/") ? value : folder + value
        switch name {
        case "method", "tls_method": domain.versions = try versions(value)
        case "certificate": domain.certificateFile = path
        case "private_key": domain.privateKeyFile = path
        case "ca_list": domain.rootsFile = path
        case "ca_path": domain.rootsFolder = path
        case "cipher_list": domain.cipherSuites = value
        case "server_name": domain.serverName = value
        case "server_name_mode":
            guard let mode = Int(value).flatMap({ TLSDomain.NameMatching(rawValue: $0) }) else {
                throw ScriptError("'\(value)' is no server_name_mode", hint: "0 exact, 1 with subdomains, 2 subdomains")
            }
            domain.nameMatching = mode
        case "verify_certificate":
            let isOn = try flag(name, value)
            if !isOn {
                domain.peerVerification = .none
            } else if domain.peerVerification == .none {
                domain.peerVerification = .optional
            }
        case "require_certificate":
            if try flag(name, value) {
                domain.peerVerification = .required
            } else if domain.peerVerification == .required {
                domain.peerVerification = .optional
            }
        case "verify_client": domain.peerVerification = try clientVerification(value)
        case "crl":
            throw ScriptError("certificate revocation lists are not supported", hint: "remove the line")
        default:
            throw ScriptError("unknown setting '\(name)'", hint: nearest(name).map { "did you mean '\($0)'?" })
        }
    }

    private static func versions(_ text: String) throws(ScriptError) -> ClosedRange<TLSProtocolVersion> {
        guard let versions = TLSProtocolVersion.range(ofMethod: text) else {
            throw ScriptError("method '\(text)' is not supported", hint: "TLSv1.2+ takes TLS 1.2 and 1.3")
        }
        return versions
    }

    private static func clientVerification(_ text: String) throws(ScriptError) -> TLSDomain.PeerVerification {
        switch text {
        case "off": .none
        case "optional": .optional
        case "on": .required
        default:
            throw ScriptError("verify_client '\(text)' is not supported", hint: "it is off, optional or on")
        }
    }

    private static func flag(_ name: String, _ text: String) throws(ScriptError) -> Bool {
        switch text.lowercased() {
        case "yes", "true", "on", "1", "enabled": true
        case "no", "false", "off", "0", "disabled": false
        default: throw ScriptError("'\(name)' is yes or no, not '\(text)'")
        }
    }

    private static func nearest(_ name: String) -> String? {
        NearestName.of(name, among: names)
    }

    private static let names = [
        "method", "certificate", "private_key", "ca_list", "ca_path", "cipher_list", "server_name", "server_name_mode",
        "verify_certificate", "require_certificate", "verify_client", "verify_depth", "server_id", "crl",
    ]
}

/// What `modparam` sets for domains that say nothing themselves.
struct TLSDefaults: Sendable {
    /// For servers; without a section of its own it is the default domain.
    var server = TLSDomain(.server, .fallback)
    /// For clients.
    var client = TLSDomain(.client, .fallback)

    /// A domain that has only the defaults.
    func domain(_ role: TLSDomain.Role, _ address: TLSDomain.Address) -> TLSDomain {
        var domain = role == .server ? server : client
        domain.address = address
        return domain
    }
}
