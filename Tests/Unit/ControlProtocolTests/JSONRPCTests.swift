import ControlProtocol
import Testing

@Suite struct JSONRPCTests {
    private func input(_ text: String) -> JSONRPCInput {
        JSONRPCInput(text: text.utf8.span)
    }

    private func fault(_ text: String) -> InvalidRequest? {
        guard case .single(.failure(let invalid)) = input(text) else { return nil }
        return invalid
    }

    @Test func `a request with positional parameters is read`() {
        let expected = JSONRPCRequest(method: "ul.dump", parameters: .positional(["brief", 5]), id: 1)
        #expect(
            input(#"{"jsonrpc":"2.0","method":"ul.dump","params":["brief",5],"id":1}"#) == .single(.success(expected)))
        #expect(input(expected.document.text()) == .single(.success(expected)))
    }

    @Test func `a request with named parameters is read`() {
        let parameters = [JSONMember("table", "location"), JSONMember("aor", "alice")]
        let expected = JSONRPCRequest(method: "ul.lookup", parameters: .named(parameters), id: "x")
        #expect(input(expected.document.text()) == .single(.success(expected)))
    }

    @Test(arguments: [("null", JSONValue.null), ("1.5", 1.5), (#""a""#, "a"), ("-1", -1)])
    func `an id is a string, a number or null`(text: String, id: JSONValue) {
        let expected = JSONRPCRequest(method: "m", id: id)
        #expect(input(#"{"jsonrpc":"2.0","method":"m","id":"# + text + "}") == .single(.success(expected)))
    }

    @Test func `a request without an id is a notification`() {
        #expect(
            input(#"{"jsonrpc":"2.0","method":"m","reply_name":"x"}"#)
                == .single(.success(JSONRPCRequest(method: "m", id: nil))))
    }

    @Test(arguments: [
        ("1", "invalid request: the request is an integer, not an object", JSONValue.null),
        ("[]", "invalid request: the batch is empty", .null),
        ("{}", "invalid request: 'jsonrpc' is missing, expected \"2.0\"", .null),
        (#"{"jsonrpc":2.0,"method":"m","id":7}"#, "invalid request: 'jsonrpc' is 2.0, expected \"2.0\"", 7),
        (#"{"jsonrpc":"1.0","method":"m","id":7}"#, "invalid request: 'jsonrpc' is \"1.0\", expected \"2.0\"", 7),
        (#"{"jsonrpc":"2.0","id":7}"#, "invalid request: 'method' is missing", 7),
        (#"{"jsonrpc":"2.0","method":5,"id":7}"#, "invalid request: 'method' is an integer, expected a string", 7),
        (
            #"{"jsonrpc":"2.0","method":"m","params":"x","id":7}"#,
            "invalid request: 'params' is a string, expected an array or an object", 7
        ),
        (
            #"{"jsonrpc":"2.0","method":"m","id":[1]}"#,
            "invalid request: 'id' is an array, expected a string, a number or null", .null
        ),
        (#"{"jsonrpc":"2.0","method":"m","method":"n","id":7}"#, "invalid request: 'method' is there twice", 7),
    ])
    func `what is no request is answered with -32600`(text: String, message: String, id: JSONValue) {
        #expect(fault(text)?.fault.code == -32600)
        #expect(fault(text)?.fault.message == message)
        #expect(fault(text)?.id == id)
    }

    @Test func `what is not JSON is answered with -32700 and the place`() {
        let invalid = fault(#"{"jsonrpc":"2.0","#)
        #expect(invalid?.id == .null)
        #expect(invalid?.fault.code == -32700)
        #expect(invalid?.fault.data?["offset"] == 17)
    }

    @Test func `a batch mixes requests and mistakes`() {
        let text = #"[{"jsonrpc":"2.0","method":"a","id":1},1,{"jsonrpc":"2.0","method":"b"}]"#
        guard case .batch(let requests) = input(text) else {
            Issue.record("not a batch")
            return
        }
        #expect(requests.count == 3)
        #expect(requests[0] == .success(JSONRPCRequest(method: "a", id: 1)))
        #expect((try? requests[1].get()) == nil)
        #expect(requests[2] == .success(JSONRPCRequest(method: "b", id: nil)))
    }

    @Test func `an answer is written and read back`() throws {
        let fault = MethodFault(404, "nothing there", kind: "record", hint: "look elsewhere")
        for outcome in [.success(["a": 1]), .failure(fault)] as [Result<JSONValue, MethodFault>] {
            let response = JSONRPCResponse(id: 5, outcome: outcome)
            var bytes: [UInt8] = []
            response.write(to: &bytes)
            #expect(try JSONRPCResponse(document: try JSONParser.parse(bytes)) == response)
        }
    }

    @Test(arguments: ["[]", "{}", #"{"error":{}}"#, #"{"error":{"code":"x","message":"y"}}"#, "5"])
    func `what is no answer is refused`(text: String) throws {
        let document = try JSONParser.parse(text)
        #expect(throws: JSONRPCResponse.Malformed.self) { try JSONRPCResponse(document: document) }
    }
}
