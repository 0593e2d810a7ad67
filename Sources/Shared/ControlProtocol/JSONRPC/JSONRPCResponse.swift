/// An answer of JSON-RPC 2.0.
package struct JSONRPCResponse: Sendable, Hashable {
    /// The request's id, or null when the request could not be read.
    package var id: JSONValue
    /// The result or the fault.
    package var outcome: Result<JSONValue, MethodFault>

    /// Makes an answer.
    package init(id: JSONValue, outcome: Result<JSONValue, MethodFault>) {
        self.id = id
        self.outcome = outcome
    }

    /// Why a document is no answer.
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// Reads an answer.
    ///
    /// Kamailio leaves the id out when the request had none, and answers a batch with `{}` as result; both are taken.
    package init(document: JSONValue) throws(Malformed) {
        guard case .object = document else {
            throw Malformed(description: "the answer is \(document.kindDescription), not an object")
        }
        id = document["id"] ?? .null
        if let result = document["result"] {
            outcome = .success(result)
        } else if let error = document["error"] {
            guard let code = error["code"]?.integerValue.flatMap({ Int(exactly: $0) }),
                let message = error["message"]?.stringValue
            else { throw Malformed(description: "the answer's 'error' has no code and message") }
            outcome = .failure(MethodFault(code, message, data: error["data"]))
        } else {
            throw Malformed(description: "the answer has neither 'result' nor 'error'")
        }
    }

    /// Appends the answer as compact JSON without a line break.
    package func write(to output: inout [UInt8]) {
        switch outcome {
        case .success(let result):
            Self.writeOpening(id: id, to: &output)
            result.write(to: &output)
            Self.writeClosing(to: &output)
        case .failure(let fault):
            Self.writeHead(id: id, to: &output)
            output.append(contentsOf: ",\"error\":".utf8)
            fault.document.write(to: &output)
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Appends all that comes before the result, for answers that are written piece by piece.
    ///
    /// The id stands before the result, so that a reader knows what a long answer belongs to.
    package static func writeOpening(id: JSONValue, to output: inout [UInt8]) {
        writeHead(id: id, to: &output)
        output.append(contentsOf: ",\"result\":".utf8)
    }

    /// Appends all that comes after the result.
    package static func writeClosing(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "}"))
    }

    private static func writeHead(id: JSONValue, to output: inout [UInt8]) {
        output.append(contentsOf: "{\"jsonrpc\":\"2.0\",\"id\":".utf8)
        id.write(to: &output)
    }
}

extension MethodFault {
    /// The fault as the `error` member of an answer.
    package var document: JSONValue {
        var members = [JSONMember("code", .integer(Int64(code))), JSONMember("message", .string(message))]
        if let data { members.append(JSONMember("data", data)) }
        return .object(members)
    }
}
