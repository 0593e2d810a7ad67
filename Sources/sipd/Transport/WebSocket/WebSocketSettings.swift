import NIOCore

/// How a WebSocket connection is kept alive.
package struct WebSocketSettings: Hashable, Sendable {
    /// What is sent over a connection without traffic.
    package enum Keepalive: Hashable, Sendable {
        case none
        /// Pings, which have to be answered.
        case ping
        /// Pongs, which are not answered.
        case pong
    }

    /// What is sent over a connection without traffic.
    package var keepalive = Keepalive.ping
    /// How long there is no traffic before it is sent (`keepalive_timeout`).
    package var keepaliveSeconds = 180

    /// Kamailio's defaults.
    package init() {}
}

/// What a connection is beside what it was, since it speaks WebSocket.
struct WebSocketState {
    let settings: WebSocketSettings
    var framer: WebSocketFramer
    /// A close frame was sent; nothing but the end is expected.
    var isClosing = false
    /// When a ping was sent that is not answered yet.
    var pingedAt: NIODeadline?
}
