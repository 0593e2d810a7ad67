/// The checks of `sanity_check()`, with Kamailio's numbers.
struct MessageChecks: OptionSet {
    let rawValue: Int

    static let uriVersion = MessageChecks(rawValue: 1)
    static let uriScheme = MessageChecks(rawValue: 2)
    static let requiredHeaders = MessageChecks(rawValue: 4)
    static let viaVersion = MessageChecks(rawValue: 8)
    static let viaProtocol = MessageChecks(rawValue: 16)
    static let cseqMethod = MessageChecks(rawValue: 32)
    static let cseqNumber = MessageChecks(rawValue: 64)
    static let contentLength = MessageChecks(rawValue: 128)
    static let expires = MessageChecks(rawValue: 256)
    static let proxyRequire = MessageChecks(rawValue: 512)
    static let uris = MessageChecks(rawValue: 1024)
    static let digest = MessageChecks(rawValue: 2048)
    static let duplicateTags = MessageChecks(rawValue: 4096)
    static let authorization = MessageChecks(rawValue: 8192)
    static let topVia = MessageChecks(rawValue: 16_384)

    /// All but those of URIs, tags and the topmost Via.
    static let `default`: MessageChecks = [
        .uriVersion, .uriScheme, .requiredHeaders, .viaVersion, .viaProtocol, .cseqMethod, .cseqNumber,
        .contentLength, .expires, .proxyRequire, .digest,
    ]
}

/// The URIs that the check `uris` looks at, with Kamailio's numbers.
struct URIChecks: OptionSet {
    let rawValue: Int

    static let request = URIChecks(rawValue: 1)
    static let from = URIChecks(rawValue: 2)
    static let to = URIChecks(rawValue: 4)
    static let contact = URIChecks(rawValue: 8)

    /// Request-URI, From and To.
    static let all: URIChecks = [.request, .from, .to]
}
