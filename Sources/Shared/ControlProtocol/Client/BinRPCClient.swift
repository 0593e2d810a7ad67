/// A client of Kamailio's `ctl` sockets: binrpc over Unix stream and datagram sockets, TCP and UDP.
package final class BinRPCClient {
    // kamcmd takes 128 KB; the server's own limits are what really bounds an answer.
    private static let answerBytesMax = 256 << 20

    private let socket: any ByteChannel
    private let path: String
    private var scanner = BinRPCScanner(limitBytes: answerBytesMax)
    private var cookie: UInt32 = 1

    /// Connects.
    ///
    /// - Parameters:
    ///   - path: the socket's file, by default of a Kamailio `/run/kamailio/kamailio_ctl`.
    ///   - silenceMax: how long to wait when nothing comes.
    /// - Throws: why there is no connection.
    package init(path: String, silenceMax: Duration = .seconds(30)) throws(ControlClientError) {
        socket = try StreamChannel(path: path, silenceMax: silenceMax)
        self.path = path
    }

    /// Connects to a Unix datagram socket; the answer comes to `ownPath`.
    package init(path: String, ownPath: String, silenceMax: Duration) throws(ControlClientError) {
        socket = try DatagramSocket(path: path, ownPath: ownPath, silenceMax: silenceMax)
        self.path = path
    }

    /// Connects to a TCP or UDP port.
    package init(host: String, port: UInt16, isDatagram: Bool, silenceMax: Duration) throws(ControlClientError) {
        path = "\(host):\(port)"
        socket =
            isDatagram
            ? try DatagramSocket(host: host, port: port, silenceMax: silenceMax)
            : try StreamChannel(host: host, port: port, silenceMax: silenceMax)
    }

    /// Calls a method and waits for its records.
    ///
    /// - Throws: the method's fault as `ControlClientError.fault`, or why there is no answer.
    package func call(_ method: String, _ parameters: [ResultRecord]) throws(ControlClientError) -> [ResultRecord] {
        let body = BinRPCEncoder.request(method: method, parameters: parameters)
        var bytes: [UInt8] = []
        BinRPCPacket(kind: .request, cookie: cookie, body: body).write(to: &bytes)
        try socket.write(bytes)
        let packet = try receive()
        guard packet.cookie == cookie || packet.kind == .fault else {
            throw .malformedAnswer("the answer has cookie \(packet.cookie), expected \(cookie)")
        }
        cookie &+= 1
        do {
            switch packet.kind {
            case .reply: return try BinRPCDecoder.records(in: packet.body)
            case .fault: throw ControlClientError.fault(try BinRPCDecoder.fault(in: packet.body))
            case .request: throw ControlClientError.malformedAnswer("the answer is a request")
            }
        } catch let error as ControlClientError {
            throw error
        } catch {
            throw .malformedAnswer("\(error)")
        }
    }

    private func receive() throws(ControlClientError) -> BinRPCPacket {
        var chunk: [UInt8] = []
        while true {
            do throws(BinRPCError) {
                if let packet = try scanner.next() { return packet }
            } catch {
                throw .malformedAnswer(error.description)
            }
            chunk.removeAll(keepingCapacity: true)
            guard try socket.read(into: &chunk, max: 1 << 16) else { throw .closed(path: path) }
            scanner.append(chunk)
        }
    }
}
