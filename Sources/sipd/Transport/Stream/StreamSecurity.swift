package import NIOCore

/// Puts what lies between TCP and SIP into new connections of one transport: the TLS handlers.
///
/// Both calls come on the event loop of the channel, before the handler that speaks SIP is added behind theirs.
/// An error of theirs, or one they fire later, ends the connection. When the handshake is complete they fire a
/// ``TLSSession``; until then the connection takes messages but does not send them.
package protocol StreamSecurity: Sendable {
    /// Prepares a connection that was accepted by `socket`.
    func configureServer(_ channel: any Channel, socket: ListenSocket) throws
    /// Prepares a connection that is being opened.
    func configureClient(_ channel: any Channel, destination: Destination, socket: ListenSocket) throws
}
