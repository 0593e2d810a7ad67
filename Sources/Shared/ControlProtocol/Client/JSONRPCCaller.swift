import OperatingSystem

/// JSON-RPC as module jsonrpcs of Kamailio speaks it: one request, one answer, by any of its transports.
package protocol JSONRPCCaller: AnyObject {
    /// Sends the text of a request and waits for the text of its answer.
    func exchange(_ request: [UInt8]) throws(ControlClientError) -> [UInt8]
    /// Members that the transport wants in the request beside those of JSON-RPC.
    var extraMembers: [JSONMember] { get }
}

extension JSONRPCCaller {
    /// Nothing beside JSON-RPC's own members.
    package var extraMembers: [JSONMember] { [] }

    /// Calls a method and waits for its result.
    ///
    /// - Throws: the method's fault as `ControlClientError.fault`, or why there is no answer.
    package func call(
        _ method: String, _ parameters: JSONRPCRequest.Parameters
    ) throws(ControlClientError) -> JSONValue {
        var members = JSONRPCRequest(method: method, parameters: parameters, id: 1).document.objectValue ?? []
        members.insert(contentsOf: extraMembers, at: min(1, members.count))
        var bytes: [UInt8] = []
        JSONValue.object(members).write(to: &bytes)
        let answer = try exchange(bytes)
        if let first = answer.first, first == 0xA1 { throw .foreignProtocol(path: "", firstByte: first) }
        let response: JSONRPCResponse
        do {
            response = try JSONRPCResponse(document: try JSONParser.parse(answer, limits: .answer))
        } catch let error as JSONParseError {
            throw .malformedAnswer(error.description)
        } catch {
            throw .malformedAnswer("\(error)")
        }
        return try response.outcome.mapError { ControlClientError.fault($0) }.get()
    }
}

/// JSON-RPC in datagrams: to jsonrpcs' Unix socket, or to its UDP port.
package final class JSONDatagramClient: JSONRPCCaller {
    private let socket: DatagramSocket

    /// Connects to a Unix datagram socket.
    package init(path: String, ownPath: String, silenceMax: Duration) throws(ControlClientError) {
        socket = try DatagramSocket(path: path, ownPath: ownPath, silenceMax: silenceMax)
    }

    /// Connects to a UDP port.
    package init(host: String, port: UInt16, silenceMax: Duration) throws(ControlClientError) {
        socket = try DatagramSocket(host: host, port: port, silenceMax: silenceMax)
    }

    /// Sends the text of a request and waits for the text of its answer.
    package func exchange(_ request: [UInt8]) throws(ControlClientError) -> [UInt8] {
        try socket.write(request)
        var bytes: [UInt8] = []
        _ = try socket.read(into: &bytes, max: 0)
        return bytes
    }
}

/// JSON-RPC in a FIFO, with a FIFO of our own for the answer.
package final class FIFOClient: JSONRPCCaller {
    // jsonrpcs reads no more than this of a request.
    private static let requestBytesMax = 8190

    private let path: String
    private let answerName: String
    private let answerFolder: String
    private let silenceMax: Duration

    /// Names the server's FIFO, and the folder that it answers in (`fifo_reply_dir`).
    package init(path: String, answerFolder: String = "/tmp", silenceMax: Duration) {
        self.path = path
        self.answerFolder = answerFolder
        self.silenceMax = silenceMax
        answerName = "sipcmd_\(ProcessIdentity.number)_\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    }

    /// The name of the FIFO for the answer.
    package var extraMembers: [JSONMember] { [JSONMember("reply_name", .string(answerName))] }

    /// Sends the text of a request and waits for the text of its answer.
    package func exchange(_ request: [UInt8]) throws(ControlClientError) -> [UInt8] {
        guard request.count <= Self.requestBytesMax else {
            throw .malformedAnswer("the request is longer than the \(Self.requestBytesMax) bytes that a FIFO takes")
        }
        let answer = try FIFO(creating: answerFolder + "/" + answerName)
        try FIFO.write(request + [UInt8(ascii: "\n")], to: path)
        return try answer.readAll(silenceMax: silenceMax)
    }
}

/// JSON-RPC by HTTP: to xhttp with jsonrpcs.
package final class HTTPClient: JSONRPCCaller {
    // An answer of a Kamailio is never longer.
    private static let answerBytesMax = 256 << 20

    private let host: String
    private let port: UInt16
    private let target: String
    private let silenceMax: Duration

    /// Names the server and the path of the request.
    package init(host: String, port: UInt16, target: String, silenceMax: Duration) {
        self.host = host
        self.port = port
        self.target = target
        self.silenceMax = silenceMax
    }

    /// Sends the text of a request and waits for the text of its answer.
    package func exchange(_ request: [UInt8]) throws(ControlClientError) -> [UInt8] {
        let socket = try StreamSocket(host: host, port: port, silenceMax: silenceMax)
        let name = host.contains(":") ? "[\(host)]" : host
        let head =
            "POST \(target) HTTP/1.1\r\nHost: \(name):\(port)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(request.count)\r\nConnection: close\r\n\r\n"
        try socket.write(Array(head.utf8) + request)
        var bytes: [UInt8] = []
        var answer: HTTPAnswer?
        while true {
            if answer == nil { answer = HTTPAnswer(head: bytes) }
            if let answer, let body = answer.body(in: bytes, isComplete: false) { return body }
            guard bytes.count <= Self.answerBytesMax else { throw .malformedAnswer("the answer is too long") }
            guard try socket.read(into: &bytes, max: 1 << 16) else { break }
        }
        guard !bytes.isEmpty else { throw .closed(path: "\(name):\(port)") }
        guard let answer = answer ?? HTTPAnswer(head: bytes), let body = answer.body(in: bytes, isComplete: true) else {
            throw .malformedAnswer("the answer is no HTTP response")
        }
        return body
    }
}

/// Where the body of an HTTP response starts and ends.
struct HTTPAnswer {
    private let bodyStart: Int
    private let length: Int?

    /// Reads status line and headers; nil while they are not complete.
    init?(head bytes: [UInt8]) {
        let end = Array("\r\n\r\n".utf8)
        guard bytes.starts(with: Array("HTTP/1.".utf8)), bytes.count >= end.count,
            let start = (0...bytes.count - end.count).first(where: { bytes[$0..<$0 + end.count].elementsEqual(end) })
        else { return nil }
        bodyStart = start + end.count
        var length: Int?
        for line in bytes[..<start].split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self).lowercased()
            guard text.hasPrefix("content-length:") else { continue }
            length = Int(String(text.dropFirst(15).filter { $0.isNumber }))
        }
        self.length = length
    }

    /// The body, nil while it is not all there.
    func body(in bytes: [UInt8], isComplete: Bool) -> [UInt8]? {
        if let length, length <= bytes.count - bodyStart { return Array(bytes[bodyStart..<bodyStart + length]) }
        return isComplete && length == nil ? Array(bytes[bodyStart...]) : nil
    }
}
