/// A client of sipd's native control socket: JSON-RPC 2.0, one document a line.
///
///     let client = try ControlClient(path: "/run/sipd/control.sock")
///     let version = try client.call("core.version")
package final class ControlClient {
    /// Where the daemon's socket is unless somebody says otherwise.
    package static let defaultPath = "/run/sipd/control.sock"

    private let socket: StreamSocket
    private let path: String
    private var buffer: [UInt8] = []
    private var start = 0
    private var nextID: Int64 = 1

    /// Connects.
    ///
    /// - Parameters:
    ///   - path: the socket's file.
    ///   - silenceMax: how long to wait when nothing comes.
    /// - Throws: why there is no connection.
    package init(path: String = defaultPath, silenceMax: Duration = .seconds(30)) throws(ControlClientError) {
        socket = try StreamSocket(path: path, silenceMax: silenceMax)
        self.path = path
    }

    /// Calls a method and waits for its result.
    ///
    /// - Throws: the method's fault as `ControlClientError.fault`, or why there is no answer.
    package func call(
        _ method: String, _ parameters: JSONRPCRequest.Parameters = .positional([])
    ) throws(ControlClientError) -> JSONValue {
        let id = JSONValue.integer(nextID)
        nextID += 1
        try send(JSONRPCRequest(method: method, parameters: parameters, id: id))
        let response = try receive()
        // A request that could not be read is answered with a null id.
        guard response.id == id || response.id.isNull else {
            throw .malformedAnswer("the answer has id \(response.id.text()), expected \(id.text())")
        }
        switch response.outcome {
        case .success(let result): return result
        case .failure(let fault): throw .fault(fault)
        }
    }

    /// Sends a request without waiting for its answer.
    package func send(_ request: JSONRPCRequest) throws(ControlClientError) {
        var bytes: [UInt8] = []
        request.document.write(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        try socket.write(bytes)
    }

    /// Waits for the next answer.
    package func receive() throws(ControlClientError) -> JSONRPCResponse {
        let document: JSONValue
        do {
            document = try JSONParser.parse(try receiveLine(), limits: .answer)
        } catch let error as JSONParseError {
            throw .malformedAnswer(error.description)
        } catch let error as ControlClientError {
            throw error
        } catch {
            throw .malformedAnswer("\(error)")
        }
        do {
            return try JSONRPCResponse(document: document)
        } catch {
            throw .malformedAnswer(error.description)
        }
    }

    private func receiveLine() throws(ControlClientError) -> [UInt8] {
        var scanned = start
        while true {
            if scanned == start, start < buffer.count { try checkFirstByte() }
            while scanned < buffer.count, buffer[scanned] != UInt8(ascii: "\n") { scanned += 1 }
            if scanned < buffer.count {
                let line = Array(buffer[start..<scanned])
                start = scanned + 1
                return line
            }
            if start == buffer.count {
                buffer.removeAll(keepingCapacity: true)
                start = 0
                scanned = 0
            }
            guard try socket.read(into: &buffer, max: 1 << 16) else { throw .closed(path: path) }
        }
    }

    private func checkFirstByte() throws(ControlClientError) {
        switch buffer[start] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return
        default: throw .foreignProtocol(path: path, firstByte: buffer[start])
        }
    }
}
