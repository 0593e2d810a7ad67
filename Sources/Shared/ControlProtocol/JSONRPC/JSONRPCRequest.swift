/// A request of JSON-RPC 2.0, as either side sees it.
package struct JSONRPCRequest: Sendable, Hashable {
    /// Parameters by position or by name; leaving them out is the same as an empty list.
    package enum Parameters: Sendable, Hashable {
        /// `"params": [1, "a"]`
        case positional([JSONValue])
        /// `"params": {"table": "location"}`
        case named([JSONMember])
    }

    /// The method's name.
    package var method: String
    /// The parameters.
    package var parameters: Parameters
    /// A string, a number or null; nil makes it a notification, which is never answered.
    package var id: JSONValue?

    /// Makes a request.
    package init(method: String, parameters: Parameters = .positional([]), id: JSONValue?) {
        self.method = method
        self.parameters = parameters
        self.id = id
    }

    /// The request as a document.
    package var document: JSONValue {
        var members = [JSONMember("jsonrpc", "2.0"), JSONMember("method", .string(method))]
        switch parameters {
        case .positional([]), .named([]): break
        case .positional(let values): members.append(JSONMember("params", .array(values)))
        case .named(let values): members.append(JSONMember("params", .object(values)))
        }
        if let id { members.append(JSONMember("id", id)) }
        return .object(members)
    }
}

/// A JSON value that should be a request and is not, with the answer it deserves.
package struct InvalidRequest: Error, Sendable, Hashable {
    /// The id to answer with: the request's when it could be read, else null.
    package var id: JSONValue
    /// Why it is no request.
    package var fault: MethodFault
}

/// What a client sent in one document.
package enum JSONRPCInput: Sendable, Hashable {
    /// One request.
    case single(Result<JSONRPCRequest, InvalidRequest>)
    /// A batch of at least one; the answers go into one array.
    case batch([Result<JSONRPCRequest, InvalidRequest>])

    /// Reads the text of one document.
    ///
    /// A text that is not JSON is a `single` with fault -32700, an empty batch one with -32600
    /// (JSON-RPC 2.0 section 7).
    package init(text: Span<UInt8>, limits: JSONParser.Limits = JSONParser.Limits()) {
        do {
            self.init(document: try JSONParser.parse(text, limits: limits))
        } catch {
            let data: JSONValue = [
                "kind": "json", "offset": .integer(Int64(error.offset)), "reason": .string(error.description),
            ]
            let fault = MethodFault(MethodFault.Code.parseError, "parse error: \(error)", data: data)
            self = .single(.failure(InvalidRequest(id: .null, fault: fault)))
        }
    }

    /// Reads a document.
    package init(document: JSONValue) {
        switch document {
        case .array([]):
            self = .single(.failure(InvalidRequest(id: .null, fault: .invalidRequest("the batch is empty"))))
        case .array(let elements): self = .batch(elements.map(Self.request(from:)))
        case .object, .null, .bool, .integer, .number, .string: self = .single(Self.request(from: document))
        }
    }

    private static func request(from document: JSONValue) -> Result<JSONRPCRequest, InvalidRequest> {
        guard case .object(let members) = document else {
            let found = document.kindDescription
            return .failure(InvalidRequest(id: .null, fault: .invalidRequest("the request is \(found), not an object")))
        }
        var envelope = Envelope()
        for member in members {
            if let fault = envelope.take(member) {
                return .failure(InvalidRequest(id: Self.readableID(in: members), fault: fault))
            }
        }
        do throws(MethodFault) {
            return .success(try envelope.request())
        } catch {
            return .failure(InvalidRequest(id: envelope.id ?? .null, fault: error))
        }
    }

    private static func readableID(in members: [JSONMember]) -> JSONValue {
        guard let id = members.first(where: { $0.name == "id" })?.value, Envelope.isID(id) else { return .null }
        return id
    }
}

/// The members of a request while they are read; one that comes twice is refused, since readers would disagree on it.
private struct Envelope {
    private var version: JSONValue?
    private var method: JSONValue?
    private var parameters: JSONValue?
    private(set) var id: JSONValue?

    static func isID(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .integer, .number, .string: true
        case .bool, .array, .object: false
        }
    }

    mutating func take(_ member: JSONMember) -> MethodFault? {
        switch member.name {
        case "jsonrpc": Self.store(member, in: &version)
        case "method": Self.store(member, in: &method)
        case "params": Self.store(member, in: &parameters)
        case "id":
            Self.isID(member.value)
                ? Self.store(member, in: &id)
                : .invalidRequest("'id' is \(member.value.kindDescription), expected a string, a number or null")
        // Kamailio's clients send members of their own (`reply_name`), which change nothing here.
        default: nil
        }
    }

    private static func store(_ member: JSONMember, in place: inout JSONValue?) -> MethodFault? {
        guard place == nil else { return .invalidRequest("'\(member.name)' is there twice") }
        place = member.value
        return nil
    }

    func request() throws(MethodFault) -> JSONRPCRequest {
        guard version == "2.0" else {
            let found = version.map { "is \($0.text().prefix(32))" } ?? "is missing"
            throw .invalidRequest("'jsonrpc' \(found), expected \"2.0\"")
        }
        guard let method else { throw .invalidRequest("'method' is missing") }
        guard case .string(let name) = method else {
            throw .invalidRequest("'method' is \(method.kindDescription), expected a string")
        }
        switch parameters {
        case nil: return JSONRPCRequest(method: name, id: id)
        case .array(let values): return JSONRPCRequest(method: name, parameters: .positional(values), id: id)
        case .object(let values): return JSONRPCRequest(method: name, parameters: .named(values), id: id)
        case .some(let other):
            throw .invalidRequest("'params' is \(other.kindDescription), expected an array or an object")
        }
    }
}

extension MethodFault {
    /// -32600: the JSON is no request.
    package static func invalidRequest(_ message: String) -> MethodFault {
        MethodFault(Code.invalidRequest, "invalid request: \(message)", kind: "request")
    }
}

extension MethodCall {
    /// Makes the call that a request asks for.
    package init(_ request: JSONRPCRequest, caller: MethodCaller) {
        switch request.parameters {
        case .positional(let values):
            self.init(method: request.method, positional: values, id: request.id, caller: caller)
        case .named(let values):
            self.init(method: request.method, named: values, id: request.id, caller: caller)
        }
    }
}
