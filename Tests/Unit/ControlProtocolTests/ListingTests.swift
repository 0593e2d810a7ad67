import ControlProtocol
import Testing

@Suite struct ListingTests {
    private static let people: JSONValue = [
        ["name": "alice", "age": 30], ["name": "bob", "age": 9], ["name": "carol", "age": 41],
    ]

    /// Calls a listing method with these parameters.
    private func call(
        _ positional: [JSONValue] = [], named: [JSONMember] = [], answering result: MethodResult = .value(people)
    ) async throws -> JSONValue {
        let registry = MethodRegistry()
        let box = ResultBox(result)
        try registry.register(
            MethodDescription(
                "test.list", parameters: [.init("brief", .string, optional: true, doc: "d")], summary: "s", doc: "d",
                example: "e", lists: true)
        ) { call in call.positional == ["echo"] ? .value(.array(call.positional)) : box.result }
        return try await registry.call(MethodCall(method: "test.list", positional: positional, named: named))
            .collect(limit: 1000)
    }

    private struct ResultBox: Sendable {
        let result: MethodResult
        init(_ result: MethodResult) { self.result = result }
    }

    @Test func `without options a listing answers in its own shape`() async throws {
        #expect(try await call() == Self.people)
    }

    @Test func `the limit cuts and the cursor goes on`() async throws {
        let first = try await call(named: [JSONMember("limit", 2)])
        #expect(first["count"] == 2)
        #expect(first["rows"]?.arrayValue?.count == 2)
        let cursor = try #require(first["cursor"])
        let second = try await call(named: [JSONMember("limit", 2), JSONMember("cursor", cursor)])
        #expect(second == ["rows": [["name": "carol", "age": 41]], "count": 1, "cursor": .null])
    }

    @Test func `a page that ends with the listing has no cursor`() async throws {
        #expect(try await call(named: [JSONMember("limit", 3)])["cursor"] == .null)
    }

    @Test(arguments: [
        ("{\"age\":9}", 1), ("{\"age\":\"9\"}", 1), ("{\"age\":{\"gt\":9}}", 2), ("{\"age\":{\"ge\":9,\"lt\":41}}", 2),
        ("{\"name\":{\"prefix\":\"c\"}}", 1), ("{\"name\":{\"contains\":\"o\"}}", 2),
        ("{\"name\":{\"suffix\":\"l\"}}", 1),
        ("{\"name\":{\"ne\":\"bob\"}}", 2), ("{\"missing\":1}", 0), ("{\"missing\":{\"ne\":1}}", 3), ("{}", 3),
    ])
    func `conditions choose rows`(condition: String, count: Int) async throws {
        let answer = try await call(named: [JSONMember("where", try JSONParser.parse(condition))])
        #expect(answer["count"] == JSONValue(count))
    }

    @Test func `fields choose and order the columns`() async throws {
        let answer = try await call(named: [JSONMember("fields", ["age", "name"]), JSONMember("limit", 1)])
        #expect(answer["rows"] == [["age": 30, "name": "alice"]])
        #expect(try await call(named: [JSONMember("fields", "age"), JSONMember("limit", 1)])["rows"] == [["age": 30]])
    }

    @Test func `options may stand in an object behind positional parameters`() async throws {
        let answer = try await call(["echo", ["limit": 5]])
        #expect(answer == ["rows": [["value": "echo"]], "count": 1, "cursor": .null])
    }

    @Test(arguments: [
        ("limit", "0"), ("limit", "\"x\""), ("cursor", "-1"), ("fields", "[]"), ("fields", "[1]"), ("where", "[]"),
        ("where", "{\"age\":{\"like\":1}}"), ("stream", "5"),
    ])
    func `a wrong option is refused by name`(name: String, value: String) async throws {
        let value = try JSONParser.parse(value)
        let fault = await #expect(throws: MethodFault.self) { try await call(named: [JSONMember(name, value)]) }
        #expect(fault?.code == -32602)
    }

    @Test func `nested lists become flat rows`() async throws {
        let dump: [DocumentPart] = [
            .beginObject, .name("Domains"), .beginArray, .beginObject, .name("Domain"), .beginObject, .name("Domain"),
            .value("location"), .name("AoRs"), .beginArray,
            .value([
                "Info": [
                    "AoR": "alice", "Contacts": [["Contact": ["Address": "sip:a"]], ["Contact": ["Address": "sip:b"]]],
                ]
            ]),
            .end, .name("Stats"), .value(["Records": 1]), .end, .end, .end, .end,
        ]
        let answer = try await call(named: [JSONMember("limit", 10)], answering: .document(Parts(parts: dump)))
        #expect(
            answer["rows"] == [
                ["Domain": "location", "AoR": "alice", "Address": "sip:a"],
                ["Domain": "location", "AoR": "alice", "Address": "sip:b"],
            ])
    }

    private struct Parts: DocumentSource {
        var parts: [DocumentPart]
        mutating func next() async throws(MethodFault) -> DocumentPart? { parts.isEmpty ? nil : parts.removeFirst() }
    }
}

@Suite struct MethodAccessTests {
    private let look = MethodDescription("ul.dump", summary: "s", doc: "d", example: "e")
    private let change = MethodDescription("ul.rm", summary: "s", doc: "d", example: "e", mutates: true)

    private func fault(_ access: MethodAccess, _ description: MethodDescription, _ role: ControlRole) -> MethodFault? {
        let call = MethodCall(method: description.name, caller: MethodCaller(transport: "control", role: role))
        do throws(MethodFault) {
            try access.check(call, description)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a refusal names the missing role`() {
        let fault = fault(MethodAccess(), change, .viewer)
        #expect(fault?.code == 403)
        #expect(fault?.message == "'ul.rm' needs the role operator, you have viewer")
        #expect(self.fault(MethodAccess(), look, .none)?.message == "'ul.dump' needs the role viewer, you have none")
        #expect(self.fault(MethodAccess(), change, .operator) == nil)
    }

    @Test func `the first pattern that fits decides about the role`() {
        var access = MethodAccess()
        access.roles = [(.init("ul.dump"), .viewer), (.init("ul.*"), .admin)]
        #expect(fault(access, look, .viewer) == nil)
        #expect(fault(access, change, .operator)?.code == 403)
    }

    @Test func `a role may be limited to a list of methods`() {
        var access = MethodAccess()
        access.allowed = [.operator: [.init("core.*"), .init("ul.rm")]]
        #expect(fault(access, change, .operator) == nil)
        #expect(fault(access, look, .operator)?.kind == "role")
        #expect(fault(access, look, .viewer) == nil)
    }

    @Test(arguments: [("password", true), ("auth_ha1", true), ("secret", true), ("user", false), ("table", false)])
    func `names of secrets are known`(name: String, isSecret: Bool) {
        #expect(SecretName.matches(name) == isSecret)
    }
}
