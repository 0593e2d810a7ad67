import ControlProtocol
import Testing

@Suite struct MethodRegistryTests {
    private func registry() throws -> MethodRegistry {
        let registry = MethodRegistry()
        for name in ["ul.dump", "ul.lookup", "permissions.addressReload", "core.version", "tm.stats"] {
            try registry.register(MethodDescription(name, summary: "s", doc: "d", example: "e")) { call in
                .value(.string(call.method))
            }
        }
        try registry.register(
            MethodDescription("core.kill", summary: "s", doc: "d", example: "e", mutates: true, role: .admin)
        ) { _ in .value([:]) }
        return registry
    }

    private func outcome(_ call: MethodCall, in registry: MethodRegistry) async -> Result<JSONValue, MethodFault> {
        do throws(MethodFault) {
            return .success(try await registry.call(call).collect(limit: 10))
        } catch {
            return .failure(error)
        }
    }

    @Test func `a method is found and called`() async throws {
        let registry = try registry()
        #expect(await outcome(MethodCall(method: "ul.dump"), in: registry) == .success("ul.dump"))
        #expect(registry.descriptions.map(\.name).first == "core.kill")
        #expect(registry["nosuch"] == nil)
    }

    @Test func `a name is registered once`() throws {
        let registry = try registry()
        #expect(throws: MethodRegistry.DuplicateMethod.self) {
            try registry.register(MethodDescription("ul.dump", summary: "s", doc: "d", example: "e")) { _ in
                .value(.null)
            }
        }
    }

    @Test func `an unknown method is answered with the one that was meant`() async throws {
        guard case .failure(let fault) = await outcome(MethodCall(method: "ul.dmup"), in: try registry()) else {
            Issue.record("no fault")
            return
        }
        #expect(fault.code == -32601)
        #expect(fault.message == "method 'ul.dmup' not found")
        #expect(fault.hint == "did you mean 'ul.dump'?")
    }

    @Test func `a role that does not suffice is named`() async throws {
        let viewer = MethodCaller(transport: "control", role: .viewer)
        let call = MethodCall(method: "core.kill", caller: viewer)
        guard case .failure(let fault) = await outcome(call, in: try registry()) else {
            Issue.record("no fault")
            return
        }
        #expect(fault.code == 403)
        #expect(fault.message == "'core.kill' needs the role admin, you have viewer")
    }

    @Test(arguments: [
        ("ul_dump", "ul.dump"), ("UL.DUMP", "ul.dump"), ("addressReload", "permissions.addressReload"),
        ("permissions.adressReload", "permissions.addressReload"), ("core.verison", "core.version"),
        ("xyz.qqq", nil), ("", nil), (String(repeating: "a", count: 10_000), nil),
    ])
    func `the nearest name is near`(typed: String, expected: String?) throws {
        #expect(try registry().nearestName(to: typed) == expected)
    }

    @Test func `streamed results are collected up to a limit`() async throws {
        let registry = MethodRegistry()
        try registry.register(MethodDescription("rows", summary: "s", doc: "d", example: "e", lists: true)) { call in
            .rows(LazyRows(call.positional))
        }
        let few = MethodCall(method: "rows", positional: [1, 2])
        #expect(await outcome(few, in: registry) == .success([1, 2]))
        let many = MethodCall(method: "rows", positional: Array(repeating: 0, count: 11))
        guard case .failure(let fault) = await outcome(many, in: registry) else {
            Issue.record("no fault")
            return
        }
        #expect(fault.code == -32001)
    }
}

@Suite struct MethodCallTests {
    private let call = MethodCall(method: "m", positional: ["text", 5, 1.5, "7", .null, true, []])

    @Test func `parameters are read by position or by name`() throws {
        #expect(try call.string(0, named: "a") == "text")
        #expect(try call.string(1, named: "a") == "5")
        #expect(try call.integer(1, named: "a") == 5)
        #expect(try call.integer(3, named: "a") == 7)
        #expect(try call.number(2, named: "a") == 1.5)
        #expect(try call.optionalBool(5, named: "a") == true)
        let named = MethodCall(method: "m", named: [JSONMember("table", "location"), JSONMember("x", 1)])
        #expect(try named.string(0, named: "table") == "location")
        #expect(named.allValues == ["location", 1])
    }

    @Test func `parameters may be missing or null`() throws {
        #expect(try call.optionalString(4, named: "a") == nil)
        #expect(try call.optionalInteger(9, named: "a") == nil)
        #expect(try call.optionalNumber(9, named: "a") == nil)
        #expect(try call.optionalBool(9, named: "a") == nil)
    }

    @Test func `a missing parameter is named`() {
        let fault = #expect(throws: MethodFault.self) { try call.string(9, named: "table") }
        #expect(fault?.code == -32602)
        #expect(fault?.message == "parameter 'table' is missing, expected a string")
        let data: JSONValue = [
            "kind": "parameter", "name": "table", "position": 9, "wanted": "a string", "missing": true,
        ]
        #expect(fault?.data == data)
    }

    @Test func `a wrong parameter is named with what it is`() {
        let array = #expect(throws: MethodFault.self) { try call.string(6, named: "aor") }
        #expect(array?.message == "parameter 'aor' is an array, expected a string")
        let text = #expect(throws: MethodFault.self) { try call.integer(0, named: "expires") }
        #expect(text?.message == "parameter 'expires' is 'text', expected an integer")
        let range = #expect(throws: MethodFault.self) { try call.integer(1, named: "mask", in: 0...4) }
        #expect(range?.message == "parameter 'mask' is 5, expected an integer from 0 to 4")
        let fraction = #expect(throws: MethodFault.self) { try call.integer(2, named: "n") }
        #expect(fraction?.message == "parameter 'n' is 1.5, expected an integer")
    }
}
