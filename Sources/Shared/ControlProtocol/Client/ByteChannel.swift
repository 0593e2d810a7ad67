/// Bytes to a server and back, whatever the socket is.
protocol ByteChannel: AnyObject {
    /// Sends all bytes.
    func write(_ bytes: [UInt8]) throws(ControlClientError)
    /// Appends what has come; false at the end.
    func read(into bytes: inout [UInt8], max: Int) throws(ControlClientError) -> Bool
}

/// A stream socket as a channel.
final class StreamChannel: ByteChannel {
    private let socket: StreamSocket

    init(path: String, silenceMax: Duration) throws(ControlClientError) {
        socket = try StreamSocket(path: path, silenceMax: silenceMax)
    }

    init(host: String, port: UInt16, silenceMax: Duration) throws(ControlClientError) {
        socket = try StreamSocket(host: host, port: port, silenceMax: silenceMax)
    }

    func write(_ bytes: [UInt8]) throws(ControlClientError) { try socket.write(bytes) }

    func read(into bytes: inout [UInt8], max: Int) throws(ControlClientError) -> Bool {
        try socket.read(into: &bytes, max: max)
    }
}

extension DatagramSocket: ByteChannel {}
