import CommandLineInterface
import ControlProtocol

/// Where a server listens and what it speaks, as `--server` says it.
enum ServerAddress: Equatable, Sendable {
    /// sipd's native socket: `/run/sipd/control.sock`, `native:PATH`.
    case native(path: String)
    /// A `ctl` socket of Kamailio or sipd: `unix:PATH`, `unixs:PATH`, `binrpc:PATH`.
    case binRPC(path: String)

    private static let knownSchemes = ["tcp", "udp", "unixd", "fifo", "dgram", "http", "https"]

    /// Reads an address; a bare path is the native socket.
    init(_ text: String) throws(CommandFailure) {
        let colon = text.firstIndex(of: ":")
        let scheme = colon.map { String(text[..<$0]) } ?? ""
        let path = colon.map { String(text[text.index(after: $0)...]) } ?? ""
        switch scheme {
        case "native" where !path.isEmpty: self = .native(path: path)
        case "unix" where !path.isEmpty, "unixs" where !path.isEmpty, "binrpc" where !path.isEmpty:
            self = .binRPC(path: path)
        case _ where Self.knownSchemes.contains(scheme):
            throw CommandFailure(
                .usage, "server address '\(text)': \(scheme) is not supported",
                hint: "use the native socket's path, or unix:PATH for a ctl socket")
        case _ where text.contains("/") || (colon == nil && !text.isEmpty): self = .native(path: text)
        default:
            throw CommandFailure(
                .usage, "server address '\(text)' is none", hint: "use a path, native:PATH or unix:PATH")
        }
    }
}

/// A connection to either kind of server.
enum ServerConnection {
    // Up to here the layout is decided with the whole answer at hand; beyond, it is printed as it comes.
    private static let wholeBytesMax = 4 << 20

    /// What a server answered.
    enum Answer {
        /// From the native socket.
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

    /// Calls a method on a connection of its own.
    ///
    /// A native address that turns out to be a `ctl` socket is called again with binrpc: the first request was none
    /// to that server.
    static func call(
        _ address: ServerAddress, _ method: String, _ parameters: CallParameters, silenceMax: Duration
    ) throws(ControlClientError) -> Answer {
        switch address {
        case .native(let path):
            do throws(ControlClientError) {
                let client = try ControlClient(path: path, silenceMax: silenceMax)
                switch try client.call(method, parameters.native, wholeBytesMax: wholeBytesMax) {
                case .whole(let document): return .document(document)
                case .long(let answer): return .long(answer)
                }
            } catch .foreignProtocol(_, firstByte: 0xa1) {
                return try call(.binRPC(path: path), method, parameters, silenceMax: silenceMax)
            }
        case .binRPC(let path):
            let client = try BinRPCClient(path: path, silenceMax: silenceMax)
            return .records(try client.call(method, parameters.records))
        }
    }
}
