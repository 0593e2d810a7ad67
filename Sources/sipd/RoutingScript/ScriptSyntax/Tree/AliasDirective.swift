/// One name of `alias = ...`, which `myself` then includes.
package struct AliasDirective: Sendable {
    /// The name or address with its transport and port.
    package var socket: SocketIdentifier
    /// Written in quotes: such an alias has neither transport nor port, whatever the text looks like.
    package var isQuoted: Bool

    package init(socket: SocketIdentifier, isQuoted: Bool) {
        self.socket = socket
        self.isQuoted = isQuoted
    }

    /// Where the name stands.
    package var range: SourceRange { socket.range }
}
