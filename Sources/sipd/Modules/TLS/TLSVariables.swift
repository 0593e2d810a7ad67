import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine
import Transport

/// `$tls_version`, `$tls_peer_subject_cn`, …: the TLS session that the message came over.
enum TLSVariables {
    private typealias Variable = VariableDescription<TLSModule>

    static var all: [VariableDescription<TLSModule>] {
        session + certificate("peer", { $0.peerCertificate }) + certificate("my", { $0.localCertificate })
    }

    private static var session: [Variable] {
        [
            text("tls_version", "the version of TLS, as TLSv1.3") { $0.version?.name },
            text("tls_description", "version and cipher suite") { session in
                session.cipherSuite.map { "\(session.version?.name ?? "TLS") \($0.name)" }
            },
            text("tls_cipher_info", "the cipher suite by OpenSSL's name") { $0.cipherSuite?.name },
            number("tls_cipher_bits", "the bits of the cipher's key") { $0.cipherSuite?.bits },
            text("tls_peer_server_name", "the name that the client asked for") { $0.serverName },
            number("tls_peer_verified", "1 when the other side's certificate was checked and is good") {
                $0.isPeerVerified ? 1 : 0
            },
            number("tls_peer_revoked", "always 0: certificates are not looked up in revocation lists") { _ in 0 },
            number("tls_peer_expired", "1 when the other side's certificate has expired") { session in
                session.peerCertificate.map { $0.notAfter < WallClock.now.seconds ? 1 : 0 }
            },
            number("tls_peer_selfsigned", "1 when the other side signed its certificate itself") { session in
                session.peerCertificate.map { $0.isSelfSigned ? 1 : 0 }
            },
        ]
    }

    private static func certificate(
        _ side: String, _ read: @escaping @Sendable (TLSSession) -> X509Certificate?
    ) -> [Variable] {
        let owner = side == "peer" ? "the other side's certificate" : "the certificate shown to the other side"
        var variables = [
            number("tls_\(side)_version", "the version of \(owner)") { read($0)?.version },
            text("tls_\(side)_serial", "the serial number of \(owner)") { read($0)?.serial },
            text("tls_\(side)_notBefore", "since when \(owner) is valid") { read($0)?.notBeforeText },
            text("tls_\(side)_notAfter", "until when \(owner) is valid") { read($0)?.notAfterText },
        ]
        variables += name("tls_\(side)_subject", "the owner of \(owner)") { read($0)?.subject }
        variables += name("tls_\(side)_issuer", "the signer of \(owner)") { read($0)?.issuer }
        variables += alternativeNames("tls_\(side)_san", owner, read)
        return variables
    }

    private static func name(
        _ prefix: String, _ summary: String, _ read: @escaping @Sendable (TLSSession) -> X509Name?
    ) -> [Variable] {
        let attributes: [(String, X509Name.Attribute)] = [
            ("cn", .commonName), ("country", .country), ("locality", .locality), ("state", .state),
            ("organization", .organization), ("unit", .unit), ("uid", .userID),
        ]
        return [text(prefix, summary) { read($0)?.text }]
            + attributes.map { suffix, attribute in
                text("\(prefix)_\(suffix)", "\(summary): \(suffix)") { read($0)?[attribute] }
            }
    }

    private static func alternativeNames(
        _ prefix: String, _ owner: String, _ read: @escaping @Sendable (TLSSession) -> X509Certificate?
    ) -> [Variable] {
        let kinds: [(String, @Sendable (X509Certificate.AlternativeName) -> String?)] = [
            ("email", { if case .email(let text) = $0 { text } else { nil } }),
            ("hostname", { if case .host(let text) = $0 { text } else { nil } }),
            ("uri", { if case .uri(let text) = $0 { text } else { nil } }),
            ("ip", { if case .address(let text) = $0 { text } else { nil } }),
        ]
        return kinds.map { kind, select in
            text("\(prefix)_\(kind)", "the first \(kind) among the names of \(owner)") { session in
                read(session)?.alternativeNames.lazy.compactMap(select).first
            }
        }
    }

    // MARK: - Making variables

    private static func text(
        _ name: String, _ summary: String, _ read: @escaping @Sendable (TLSSession) -> String?
    ) -> Variable {
        Variable([name], summary: summary) { _, reference in
            ScriptVariable(source: ByteString("$" + reference.name)) { context in
                context.tlsSession.flatMap(read).map { .string(ByteString($0)) } ?? .null
            }
        }
    }

    private static func number(
        _ name: String, _ summary: String, _ read: @escaping @Sendable (TLSSession) -> Int?
    ) -> Variable {
        Variable([name], summary: summary) { _, reference in
            ScriptVariable(source: ByteString("$" + reference.name)) { context in
                context.tlsSession.flatMap(read).map { .integer($0) } ?? .null
            }
        }
    }
}
