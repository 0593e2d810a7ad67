package import SIPMessage

/// What `record_route()` asked for: applied when the request is sent, once the outgoing socket is known.
package struct RecordRoute: Sendable {
    /// Whether the headers are wanted.
    package var isWanted = false
    /// The user part, or nil for none.
    package var user: ByteString?
    /// Hosts to write instead of those of the sockets: one, or two for two headers.
    package var presetHosts: [ByteString] = []
    /// What follows the address: `;lr;ftag=…`.
    package var suffix: ByteString = ""
    /// Parameters of `add_rr_param()`.
    package var parameters: ByteString = ""
    /// Whether a second header is added when request came in by another socket than it leaves by.
    package var namesBothSockets = true

    /// None wanted.
    package init() {}
}
