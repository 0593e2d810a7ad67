package import SIPMessage
package import Transport

extension Server {
    /// The socket of a text like `udp:127.0.0.1:5060`, or the one that `listen` gives this name.
    package func socket(named text: ByteString) -> ListenSocket? {
        transport.sockets.first { ByteString($0.description).equalsIgnoringCase(text) || $0.name == text.string }
    }
}
