import Glibc
import NIOCore
import NIOSSL
import OperatingSystem

/// A domain with its certificates and keys loaded and checked.
struct TLSContext: Sendable {
    let domain: TLSDomain
    let context: NIOSSLContext
    /// The certificate shown to the other side.
    let certificate: X509Certificate?
    /// What is no reason to refuse the domain at start: expiry, a chain out of order.
    let warnings: [TLSConfigurationError]

    /// Reads the files of a domain; blocks.
    init(_ domain: TLSDomain) throws(TLSConfigurationError) {
        var warnings: [TLSConfigurationError] = []
        let chain = try TLSContext.chain(of: domain)
        var configuration = TLSContext.configuration(domain, chain, try TLSContext.privateKey(of: domain))
        configuration.minimumTLSVersion = domain.versions.lowerBound.nioVersion
        configuration.maximumTLSVersion = domain.versions.upperBound.nioVersion
        configuration.trustRoots = try TLSContext.roots(of: domain)
        configuration.shutdownTimeout = .seconds(1)
        if let list = domain.cipherSuites {
            guard let names = TLSCipherSuite.names(in: list) else {
                throw TLSConfigurationError(domain, "cipher_list", "no suite of '\(list)' exists here")
            }
            configuration.cipherSuites = names
        }
        let parsed = chain.map { X509Certificate($0) }
        warnings += TLSContext.defects(of: parsed, in: domain)
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSConfigurationError(
                domain, "private_key",
                "'\(domain.privateKeyFile ?? "")' is not the key of certificate '\(domain.certificateFile ?? "")'")
        }
        self.domain = domain
        certificate = parsed.first
        self.warnings = warnings
    }

    private static func configuration(
        _ domain: TLSDomain, _ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey?
    ) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if domain.role == .server, let key {
            configuration = .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        } else {
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = key.map { .privateKey($0) }
        }
        configuration.certificateVerification =
            switch domain.peerVerification {
            case .none: .none
            case .optional: domain.role == .server ? .optionalVerification : .noHostnameVerification
            case .required: .noHostnameVerification
            }
        return configuration
    }

    private static func chain(of domain: TLSDomain) throws(TLSConfigurationError) -> [NIOSSLCertificate] {
        guard let path = domain.certificateFile else {
            guard domain.role == .client else {
                throw TLSConfigurationError(domain, "certificate", "a server domain needs one")
            }
            return []
        }
        let bytes = try read(path, "certificate", domain)
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), !chain.isEmpty else {
            throw TLSConfigurationError(domain, "certificate", "'\(path)' holds no certificate in PEM form")
        }
        return chain
    }

    private static func privateKey(of domain: TLSDomain) throws(TLSConfigurationError) -> NIOSSLPrivateKey? {
        guard domain.certificateFile != nil else { return nil }
        // Kamailio lets one file hold both.
        guard let path = domain.privateKeyFile ?? domain.certificateFile else { return nil }
        let bytes = try read(path, "private_key", domain)
        // Without a pass phrase at hand an encrypted key is refused; asking at the terminal would stop a service.
        let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) { (setter: (ArraySlice<UInt8>) -> Void) in
            setter([])
        }
        guard let key else {
            throw TLSConfigurationError(
                domain, "private_key", "'\(path)' holds no private key in PEM form that is not encrypted")
        }
        return key
    }

    private static func roots(of domain: TLSDomain) throws(TLSConfigurationError) -> NIOSSLTrustRoots {
        guard let path = domain.rootsFile ?? domain.rootsFolder else { return .default }
        if domain.rootsFile == nil {
            // SAFETY: the path is a Swift string, valid for the call.
            guard unsafe access(path, R_OK | X_OK) == 0 else {
                throw TLSConfigurationError(domain, "ca_path", "'\(path)': \(ErrorText.of(errno))")
            }
            return .file(path)
        }
        let bytes = try read(path, "ca_list", domain)
        guard let roots = try? NIOSSLCertificate.fromPEMBytes(bytes), !roots.isEmpty else {
            throw TLSConfigurationError(domain, "ca_list", "'\(path)' holds no certificate in PEM form")
        }
        return .certificates(roots)
    }

    private static func read(
        _ path: String, _ setting: String, _ domain: TLSDomain
    ) throws(TLSConfigurationError) -> [UInt8] {
        do throws(FileContents.Failure) {
            return try FileContents.read(path, bytesMax: fileBytesMax)
        } catch {
            let reason =
                switch error {
                case .notFound: "no such file"
                case .tooLarge(let bytesMax): "more than \(bytesMax) bytes"
                case .failed(let reason): reason
                }
            throw TLSConfigurationError(domain, setting, "'\(path)': \(reason)")
        }
    }

    /// A bundle of all public roots has about 200 kB.
    private static let fileBytesMax = 8 << 20

    private static func defects(of chain: [X509Certificate], in domain: TLSDomain) -> [TLSConfigurationError] {
        let now = WallClock.now.seconds
        var defects: [TLSConfigurationError] = []
        for certificate in chain {
            let name = certificate.subject.commonName ?? certificate.subject.text
            if certificate.notAfter < now {
                defects.append(.init(domain, "certificate", "'\(name)' has expired on \(certificate.notAfterText)"))
            } else if certificate.notBefore > now {
                defects.append(
                    .init(domain, "certificate", "'\(name)' is not valid before \(certificate.notBeforeText)"))
            }
        }
        for (certificate, issuer) in zip(chain, chain.dropFirst()) where certificate.issuer != issuer.subject {
            defects.append(
                .init(
                    domain, "certificate",
                    "the chain is broken: '\(certificate.subject.text)' is not followed by its issuer"))
        }
        return defects
    }
}

extension TLSProtocolVersion {
    fileprivate var nioVersion: TLSVersion {
        switch self {
        case .tls10: .tlsv1
        case .tls11: .tlsv11
        case .tls12: .tlsv12
        case .tls13: .tlsv13
        }
    }

    /// Takes a version of the library.
    init(_ version: TLSVersion) {
        switch version {
        case .tlsv1: self = .tls10
        case .tlsv11: self = .tls11
        case .tlsv12: self = .tls12
        case .tlsv13: self = .tls13
        }
    }
}
