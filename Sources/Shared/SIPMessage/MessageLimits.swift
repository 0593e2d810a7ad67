/// How large a message and its parts may be.
package struct MessageLimits: Hashable, Sendable {
    /// The largest message in bytes that a datagram carries: the largest UDP payload field (RFC 768), 65,535.
    package var datagramLengthMax = 65_535
    /// The largest message in bytes on a stream; four times a datagram leaves room for message bodies with pictures.
    package var streamLengthMax = 262_144
    /// The largest number of header fields; well-formed requests have under 60 even behind many proxies.
    package var headerCountMax = 256
    /// The longest single header field in bytes, folded lines included.
    package var headerLengthMax = 16_384
    /// The longest URI in bytes (Kamailio: `MAX_URI_SIZE`, 1,024).
    package var uriLengthMax = 1_024

    /// Creates the limits that are used unless a configuration says otherwise.
    package init() {}

    /// The limits that are used unless a configuration says otherwise.
    package static let `default` = MessageLimits()
}

/// How the transport that carried a message marks its end.
package enum MessageFraming: Hashable, Sendable {
    /// One message a packet or frame (UDP, SCTP, WebSocket): the body ends with it at the latest (RFC 3261 §18.3).
    case datagram
    /// A byte stream (TCP, TLS): Content-Length is what ends the message.
    case stream
}
