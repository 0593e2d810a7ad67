/// What a handshake came to; the same for the life of the connection.
package final class TLSSession: Sendable {
    /// The version.
    package let version: TLSProtocolVersion?
    /// The cipher suite.
    package let cipherSuite: TLSCipherSuite?
    /// The name that the client asked for.
    package let serverName: String?
    /// The other side's certificate.
    package let peerCertificate: X509Certificate?
    /// The certificate that was shown to the other side.
    package let localCertificate: X509Certificate?
    /// Whether the other side's certificate was checked and found good.
    package let isPeerVerified: Bool

    init(
        version: TLSProtocolVersion?, cipherSuite: TLSCipherSuite?, serverName: String?,
        peerCertificate: X509Certificate?, localCertificate: X509Certificate?, isPeerVerified: Bool
    ) {
        self.version = version
        self.cipherSuite = cipherSuite
        self.serverName = serverName
        self.peerCertificate = peerCertificate
        self.localCertificate = localCertificate
        self.isPeerVerified = isPeerVerified
    }
}
