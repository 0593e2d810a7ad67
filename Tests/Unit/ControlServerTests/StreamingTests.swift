import ControlProtocol
import ControlServer
import Glibc
import Logging
import Testing

@Suite struct StreamingTests {
    private static func rows(_ count: Int, _ more: String = "") -> String {
        #"{"jsonrpc":"2.0","id":7,"method":"test.rows","params":{"count":\#(count),"stream":true\#(more)}}"#
    }

    @Test func `rows are notifications, and the result counts them`() async throws {
        try await TestServer.run { server in
            let documents = try await server.client { client in
                try client.send(Self.rows(2) + "\n")
                return [try client.document(), try client.document(), try client.document()]
            }
            #expect(documents[0]?["method"] == "stream.row")
            #expect(documents[0]?["params"]?["id"] == 7)
            #expect(documents[0]?["params"]?["row"]?["position"] == 0)
            #expect(documents[1]?["params"]?["row"]?["position"] == 1)
            #expect(documents[2] == ["jsonrpc": "2.0", "id": 7, "result": ["count": 2, "cursor": .null]])
        }
    }

    @Test func `a row that fails ends the stream with its fault, and the connection goes on`() async throws {
        try await TestServer.run { server in
            let documents = try await server.client { client in
                try client.send(Self.rows(5, #","failing":1"#) + "\n")
                return [try client.document(), try client.document(), try client.ask(Self.rows(0))]
            }
            #expect(documents[0]?["method"] == "stream.row")
            #expect(documents[1]?["error"]?["message"] == "row 1 is broken")
            #expect(documents[2]?["result"]?["count"] == 0)
        }
    }

    @Test func `behind a Content-Length header each row has one too`() async throws {
        try await TestServer.run { server in
            let text = Self.rows(1)
            let lines = try await server.client { client in
                try client.send("Content-Length: \(text.utf8.count)\r\n\r\n" + text)
                _ = try client.line()
                _ = try client.line()
                return [try client.line(), try client.line()]
            }
            #expect(lines[0]?.contains("stream.row") == true)
            #expect(lines[0]?.contains("Content-Length: ") == true)
        }
    }

    @Test func `in a batch a stream is refused`() async throws {
        try await TestServer.run { server in
            let answer = try await server.client { try $0.ask("[\(Self.rows(1))]") }
            #expect(answer?[0]?["error"]?["code"] == -32602)
        }
    }

    @Test func `a client that does not read holds the stream up`() async throws {
        let handedOut = HandedOut()
        try await TestServer.run(handedOut: handedOut) { server in
            try await server.client { client in
                try client.send(Self.rows(1_000_000) + "\n")
                _ = try client.line()
                #expect(handedOut.rows < 100_000)
            }
        }
    }
}

@Suite struct ActivationTests {
    @Test func `a socket that listens already is served`() async throws {
        let folder = TestServer.folder()
        defer { TestServer.remove(folder) }
        let path = folder + "/control.sock"
        let descriptor = try #require(Self.listen(at: path))
        let registry = MethodRegistry()
        try BuiltInMethods.register(in: registry, DaemonInformation(version: "0.1.0"))
        let server = ControlServer(registry: registry, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await server.start(adopting: descriptor, path: path)
        let answer = try await TestServer.client(path: path) {
            try $0.ask(#"{"jsonrpc":"2.0","method":"core.echo","params":["x"],"id":1}"#)
        }
        #expect(answer?["result"] == ["x"])
        await server.stop()
    }

    private static func listen(at path: String) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the path of a temporary folder is shorter than the field.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        // SAFETY: the address lives for the length of the call.
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 && Glibc.listen(descriptor, 8) == 0 ? descriptor : nil
    }
}

@Suite struct AuditTests {
    @Test func `the audit line has the parameters without secrets`() async throws {
        try await TestServer.run { server in
            _ = try await server.client {
                try $0.ask(
                    #"{"jsonrpc":"2.0","method":"test.change","params":{"user":"alice","password":"hidden"},"id":1}"#)
            }
            let line = try #require(server.records.lines.last { $0.contains("control call") })
            #expect(line.contains(#"rpc.parameters={"user":"alice","password":"***"}"#))
            #expect(!line.contains("hidden"))
            #expect(line.contains("rpc.role=admin"))
        }
    }
}
