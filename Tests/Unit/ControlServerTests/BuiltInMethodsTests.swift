import ControlProtocol
import ControlServer
import Testing

@Suite struct BuiltInMethodsTests {
    private func call(_ method: String, _ parameters: JSONValue...) async -> Result<JSONValue, MethodFault> {
        var information = DaemonInformation(
            version: "0.1.0", arguments: ["sipd", "-A", #"DBURL="mysql://sipd:s3cret@db/sipd""#],
            startTime: 1_795_376_847)
        information.now = { 1_795_376_880 }
        information.modules = { ["usrloc", "tm"] }
        information.processes = { [DaemonInformation.Process(processID: 7, description: "main")] }
        let registry = MethodRegistry()
        do {
            try BuiltInMethods.register(in: registry, information)
        } catch {
            Issue.record("\(error)")
        }
        do throws(MethodFault) {
            return .success(
                try await registry.call(MethodCall(method: method, positional: parameters)).collect(limit: 10))
        } catch {
            return .failure(error)
        }
    }

    @Test func `results have Kamailio's shapes`() async throws {
        #expect(try await call("core.version").get().stringValue?.hasPrefix("sipd 0.1.0 (") == true)
        #expect(try await call("core.ps").get() == [7, "main"])
        #expect(try await call("core.psx").get() == [["IDX": 0, "PID": 7, "DSC": "main"]])
        #expect(
            try await call("core.psa").get()
                == [["index": 0, "pid": 7, "status": 1, "rank": 0, "description": "main"]])
        #expect(try await call("core.modules").get() == ["usrloc", "tm"])
        #expect(try await call("core.echo", "hello", 5, 1.5).get() == ["hello", "5", "1.5"])
        #expect(try await call("core.echo").get() == [])
        #expect(try await call("core.printi", 5, "-7").get() == [5, -7])
        #expect(try await call("core.prints", "x", 7).get() == ["x", "7"])
        #expect(try await call("core.uptime").get()["uptime"] == 33)
        #expect(try await call("core.runinfo").get()["utime_days"] == "0d 0h 0m 33s")
        #expect(
            try await call("core.info").get().objectValue?.map(\.name)
                == ["version", "id", "compiler", "compiled", "flags"])
        #expect(try await call("core.pwd").get().arrayValue?.count == 1)
    }

    @Test func `times are printed as ctime prints them`() async throws {
        let text = try #require(try await call("core.uptime").get()["up_since"]?.stringValue)
        #expect(text.wholeMatch(of: /[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} 2026/) != nil)
    }

    @Test func `the command line shows no password`() async throws {
        #expect(try await call("core.arg").get() == ["sipd", "-A", #"DBURL="mysql://sipd:***@db/sipd""#])
    }

    @Test func `methods are listed and explained`() async throws {
        let names = try #require(try await call("system.listMethods").get().arrayValue)
        #expect(names.contains("system.methodHelp"))
        #expect(names.compactMap(\.stringValue) == names.compactMap(\.stringValue).sorted())
        let help = try #require(try await call("system.methodHelp", "core.kill").get().stringValue)
        #expect(help.contains("usage: core.kill signal"))
        #expect(try await call("system.methodSignature", "core.kill").get()["role"] == "admin")
    }

    @Test func `questions about unknown methods have Kamailio's faults`() async {
        #expect(await call("system.methodHelp") == .failure(.badRequest("Method Name Expected")))
        guard case .failure(let fault) = await call("system.methodHelp", "core.verison") else {
            Issue.record("no fault")
            return
        }
        #expect(fault.message == "command not found")
        #expect(fault.hint == "did you mean 'core.version'?")
    }

    @Test func `a signal that is not listed is refused`() async {
        guard case .failure(let fault) = await call("core.kill", 9) else {
            Issue.record("no fault")
            return
        }
        #expect(fault.message == "parameter 'signal' is 9, expected 1, 2, 10, 12 or 15")
    }

    @Test func `every built-in method is documented`() throws {
        let registry = MethodRegistry()
        try BuiltInMethods.register(in: registry, DaemonInformation(version: "0.1.0"))
        for description in registry.descriptions {
            #expect(!description.summary.isEmpty && !description.doc.isEmpty && !description.example.isEmpty)
            #expect(description.parameters.allSatisfy { !$0.doc.isEmpty })
        }
    }
}
