import CommandLineInterface
import ControlProtocol
import OperatingSystem

/// An open connection to a server of any kind.
final class ServerConnection {
    // Up to here the layout is decided with the whole answer at hand; beyond, it is printed as it comes.
    private static let wholeBytesMax = 4 << 20

    /// What a server answered.
    enum Answer {
        /// JSON, from the native socket or from jsonrpcs.
        case document(JSONValue)
        /// From a `ctl` socket.
        case records([ResultRecord])
        /// From the native socket, too long to be held in memory; still coming.
        case long(LongAnswer)

        /// The answer as kamcmd would see it.
        func records() throws(ControlClientError) -> [ResultRecord] {
            switch self {
            case .document(let document): ResultRecord.records(of: document)
            case .records(let records): records
            case .long(let answer): ResultRecord.records(of: try answer.document())
            }
        }

        /// The answer as JSON.
        func json() throws(ControlClientError) -> JSONValue {
            switch self {
            case .document(let document): document
            case .records(let records): ResultRecord.json(of: records)
            case .long(let answer): try answer.document()
            }
        }
    }

    private enum Client {
        case native(ControlClient)
        case binRPC(BinRPCClient)
        case json(any JSONRPCCaller)
    }

    private let address: ServerAddress
    private let settings: Settings
    private var client: Client

    /// How to connect.
    struct Settings: Sendable {
        /// How long to wait when nothing comes.
        var silenceMax = Duration.seconds(30)
        /// Where sockets and FIFOs for answers are made (kamcmd: `-D`).
        var answerFolder = "/tmp"
        /// The socket for answers (kamcmd: `-R`); nil makes a name.
        var answerPath: String?

        /// A socket for answers that nobody else has.
        var ownPath: String {
            answerPath ?? answerFolder
                + "/sipcmd_\(ProcessIdentity.number)_\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
        }
    }

    /// The native client, when the server is sipd's own socket.
    var native: ControlClient? {
        guard case .native(let client) = client else { return nil }
        return client
    }

    init(_ address: ServerAddress, _ settings: Settings) throws(ControlClientError) {
        self.address = address
        self.settings = settings
        client = try Self.open(address, settings)
    }

    private static func open(_ address: ServerAddress, _ settings: Settings) throws(ControlClientError) -> Client {
        let silenceMax = settings.silenceMax
        switch address {
        case .native(let path): return .native(try ControlClient(path: path, silenceMax: silenceMax))
        case .detected(let path):
            if FileEntry.kind(of: path) == .pipe { return try open(.fifo(path: path), settings) }
            do throws(ControlClientError) {
                return .native(try ControlClient(path: path, silenceMax: silenceMax))
            } catch .datagramSocket {
                return try open(.jsonDatagram(path: path), settings)
            }
        case .binRPC(let path): return .binRPC(try BinRPCClient(path: path, silenceMax: silenceMax))
        case .binRPCDatagram(let path):
            return .binRPC(try BinRPCClient(path: path, ownPath: settings.ownPath, silenceMax: silenceMax))
        case .binRPCPort(let host, let port, let isDatagram):
            return .binRPC(try BinRPCClient(host: host, port: port, isDatagram: isDatagram, silenceMax: silenceMax))
        case .fifo(let path):
            return .json(FIFOClient(path: path, answerFolder: settings.answerFolder, silenceMax: silenceMax))
        case .jsonDatagram(let path):
            return .json(try JSONDatagramClient(path: path, ownPath: settings.ownPath, silenceMax: silenceMax))
        case .jsonPort(let host, let port):
            return .json(try JSONDatagramClient(host: host, port: port, silenceMax: silenceMax))
        case .http(let host, let port, let target):
            return .json(HTTPClient(host: host, port: port, target: target, silenceMax: silenceMax))
        }
    }

    /// Calls a method.
    ///
    /// A native address that turns out to be a `ctl` socket is called again with binrpc: the first request was none
    /// to that server. So it is with a datagram socket that answers in binrpc.
    func call(_ method: String, _ parameters: CallParameters) throws(ControlClientError) -> Answer {
        switch client {
        case .native(let native):
            do throws(ControlClientError) {
                switch try native.call(method, parameters.native, wholeBytesMax: Self.wholeBytesMax) {
                case .whole(let document): return .document(document)
                case .long(let answer): return .long(answer)
                }
            } catch .foreignProtocol(let path, firstByte: 0xa1) {
                client = .binRPC(try BinRPCClient(path: path, silenceMax: settings.silenceMax))
                return try call(method, parameters)
            }
        case .binRPC(let client): return .records(try client.call(method, parameters.records))
        case .json(let json):
            do throws(ControlClientError) {
                return .document(try json.call(method, parameters.kamailio))
            } catch .foreignProtocol(_, firstByte: 0xa1) {
                guard case .detected(let path) = address else { throw .malformedAnswer("the server speaks binrpc") }
                client = try Self.open(.binRPCDatagram(path: path), settings)
                return try call(method, parameters)
            }
        }
    }
}
