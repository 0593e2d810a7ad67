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
        return try result(of: try receiveLine(), id: id)
    }

    private func result(of line: [UInt8], id: JSONValue) throws(ControlClientError) -> JSONValue {
        let response = try response(line)
        // A request that could not be read is answered with a null id.
        guard response.id == id || response.id.isNull else {
            throw .malformedAnswer("the answer has id \(response.id.text()), expected \(id.text())")
        }
        switch response.outcome {
        case .success(let result): return result
        case .failure(let fault): throw .fault(fault)
        }
    }

    /// An answer, whole or still coming.
    package enum Answer {
        /// The result of a call.
        case whole(JSONValue)
        /// The result of a call that is longer than was to be held in memory.
        case long(LongAnswer)
    }

    /// Calls a method; an answer that is longer than the limit is handed out while it comes.
    ///
    /// The client cannot be used again before a long answer was read to its end.
    /// - Throws: the method's fault as `ControlClientError.fault`, or why there is no answer.
    package func call(
        _ method: String, _ parameters: JSONRPCRequest.Parameters, wholeBytesMax: Int
    ) throws(ControlClientError) -> Answer {
        let id = JSONValue.integer(nextID)
        nextID += 1
        try send(JSONRPCRequest(method: method, parameters: parameters, id: id))
        if let line = try receiveLine(bytesMax: wholeBytesMax) { return .whole(try result(of: line, id: id)) }
        let beginning = Array(buffer[start...])
        buffer = []
        start = 0
        let reader = JSONPartReader(beginning) { [self] bytes throws(ControlClientError) in
            guard try socket.read(into: &bytes, max: 1 << 18) else { throw .closed(path: path) }
            return true
        }
        return .long(try LongAnswer(reader))
    }

    /// Calls a listing method and hands over its rows as they come.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - parameters: its parameters, with `stream` among them.
    ///   - row: takes a row; false ends the reading, and the client cannot be used again.
    /// - Returns: the result behind the rows; null when the reading was ended.
    /// - Throws: the method's fault as `ControlClientError.fault`, or why there is no answer.
    package func stream(
        _ method: String, _ parameters: JSONRPCRequest.Parameters, row: (JSONValue) -> Bool
    ) throws(ControlClientError) -> JSONValue {
        let id = JSONValue.integer(nextID)
        nextID += 1
        try send(JSONRPCRequest(method: method, parameters: parameters, id: id))
        while true {
            let line = try receiveLine()
            guard let document = try? JSONParser.parse(line, limits: .answer) else {
                throw .malformedAnswer("a line of the answer is not JSON")
            }
            guard document["method"] == "stream.row" else { return try result(of: line, id: id) }
            guard row(document["params"]?["row"] ?? .null) else { return .null }
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
        try response(try receiveLine())
    }

    private func response(_ line: [UInt8]) throws(ControlClientError) -> JSONRPCResponse {
        do {
            return try JSONRPCResponse(document: try JSONParser.parse(line, limits: .answer))
        } catch let error as JSONParseError {
            throw .malformedAnswer(error.description)
        } catch {
            throw .malformedAnswer("\(error)")
        }
    }

    private func receiveLine() throws(ControlClientError) -> [UInt8] {
        while true {
            if let line = try receiveLine(bytesMax: .max) { return line }
        }
    }

    /// The next line, or nil when it is longer than the limit; what came of it stays in the buffer then.
    private func receiveLine(bytesMax: Int) throws(ControlClientError) -> [UInt8]? {
        var scanned = start
        while true {
            // The line break behind a long answer may still be there.
            while scanned == start, start < buffer.count, buffer[start] == UInt8(ascii: "\n") {
                start += 1
                scanned = start
            }
            if scanned == start, start < buffer.count { try checkFirstByte() }
            while scanned < buffer.count, buffer[scanned] != UInt8(ascii: "\n") { scanned += 1 }
            guard scanned - start <= bytesMax else { return nil }
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
