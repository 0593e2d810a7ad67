import ControlProtocol
import ControlServer
import Glibc
import Logging
import Testing

@Suite struct CtlServerTests {
    /// Runs a blocking client against a ctl server with the built-in methods and one long listing.
    private func withServer<Value: Sendable>(
        _ body: @escaping @Sendable (Client) throws -> Value
    ) async throws -> Value {
        let folder = TestServer.folder()
        defer { TestServer.remove(folder) }
        let path = folder + "/control.sock"
        let registry = MethodRegistry()
        try BuiltInMethods.register(in: registry, DaemonInformation(version: "0.1.0"))
        try registry.register(
            MethodDescription("test.rows", summary: "s", doc: "d", example: "e", lists: true),
            TestServer.rowsMethod(HandedOut()))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = CtlServer(.stream(path: path), registry: registry, logger: logger)
        try CtlServer.registerMethods(in: registry, servers: [server])
        try await server.start()
        do {
            let value = try await TestServer.client(path: path, body)
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        hexadecimal.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }

    /// What the server says to these bytes until it closes, or until as many as expected have come.
    private func exchange(_ pieces: [[UInt8]], expecting count: Int) async throws -> (bytes: [UInt8], isClosed: Bool) {
        try await withServer { client in
            for piece in pieces { try client.send(piece) }
            var received: [UInt8] = []
            while received.count < count, try client.read(&received, max: 1 << 16) {}
            try client.send(Self.bytes("a1 10 01 05 00"))
            var rest: [UInt8] = []
            return (received, try !client.read(&rest, max: 100))
        }
    }

    private static func fault(_ message: String, code: Int, cookie: UInt32) -> [UInt8] {
        var packet: [UInt8] = []
        BinRPCPacket(kind: .fault, cookie: cookie, body: BinRPCEncoder.fault(code: code, message: message))
            .write(to: &packet)
        return packet
    }

    private static func request(_ method: String, _ parameters: ResultRecord..., cookie: UInt32 = 7) -> [UInt8] {
        var packet: [UInt8] = []
        let body = BinRPCEncoder.request(method: method, parameters: parameters)
        BinRPCPacket(kind: .request, cookie: cookie, body: body).write(to: &packet)
        return packet
    }

    @Test func `pipelined requests are answered in order, in whatever pieces they come`() async throws {
        let requests =
            Self.request("core.echo", .text("x"), cookie: 7) + Self.request("core.echo", .text("x"), cookie: 8)
        let expected = Self.bytes("a1 10 03 07 21 78 00 a1 10 03 08 21 78 00")
        for pieceBytes in [1, 5, 1000] {
            let pieces = stride(from: 0, to: requests.count, by: pieceBytes).map { start in
                Array(requests[start..<min(start + pieceBytes, requests.count)])
            }
            #expect(try await exchange(pieces, expecting: expected.count).bytes == expected)
        }
    }

    @Test(arguments: [
        ("de ad be ef", "bad request: corrupted packet", 0),
        ("a1 10 03 07 21 78 00", "bad request: corrupted packet", 7),
        ("a1 00 00 07", "bad request method: end of packet encountered", 7),
        ("a1 00 02 07 10 05", "bad request method: record doesn't match type", 7),
        ("a1 00 02 07 41 78", "bad request method: more data needed", 7),
    ])
    func `what is no request is answered as Kamailio does, and the connection closed`(
        request: String, message: String, cookie: UInt32
    ) async throws {
        let expected = Self.fault(message, code: 400, cookie: cookie)
        let answer = try await exchange([Self.bytes(request)], expecting: expected.count)
        #expect(answer.bytes == expected)
        #expect(answer.isClosed)
    }

    @Test func `faults have Kamailio's codes and words`() async throws {
        let unknown = Self.fault("command nosuch not found", code: 500, cookie: 7)
        #expect(try await exchange([Self.request("nosuch")], expecting: unknown.count).bytes == unknown)
        let text = "error at parameter 0: expected integer type but record doesn't match type"
        let wrong = Self.fault(text, code: 400, cookie: 7)
        #expect(
            try await exchange([Self.request("core.printi", .text("x"))], expecting: wrong.count).bytes == wrong)
    }

    @Test func `an answer that is too large for kamcmd is a fault that says what to do`() async throws {
        let request = Self.request("test.rows", .integer(10_000))
        let answer = try await withServer { client in
            try client.send(request)
            var scanner = BinRPCScanner(limitBytes: 1 << 20)
            var chunk: [UInt8] = []
            while try client.read(&chunk, max: 1 << 16) {
                scanner.append(chunk)
                if let packet = try scanner.next() { return try BinRPCDecoder.fault(in: packet.body) }
                chunk = []
            }
            return MethodFault(0, "closed")
        }
        #expect(answer.code == 500)
        #expect(answer.message.hasSuffix("is too large for kamcmd: use sipcmd, or ask for less"))
    }

    @Test func `a request beyond the limit is refused`() async throws {
        let request = Self.request("core.echo", .text(String(repeating: "x", count: 70_000)))
        let expected = Self.fault("bad request: packet longer than 65535 bytes", code: 400, cookie: 0)
        #expect(try await exchange([request], expecting: expected.count).bytes == expected)
    }

    @Test func `the client of sipcmd understands the server`() async throws {
        let records = try await withServer { client in
            let other = try BinRPCClient(path: client.path)
            let first = try other.call("core.psx", [])
            return (first, try other.call("ctl.connections", []), try other.call("core.echo", []))
        }
        guard case .structure(let members) = records.0.first else {
            Issue.record("no structure")
            return
        }
        #expect(members.map(\.name) == ["IDX", "PID", "DSC"])
        #expect(records.1 == [.integer(2)])
        #expect(records.2 == [])
    }

    @Test(
        arguments: [
            ("unix:/a", .stream(path: "/a")), ("unixs:/a", .stream(path: "/a")), ("/a", .stream(path: "/a")),
            ("unixd:/a", .datagram(path: "/a")), ("tcp:127.0.0.1:7", .tcp(host: "127.0.0.1", port: 7)),
            ("udp:localhost", .udp(host: "127.0.0.1", port: 2049)), ("udp:[::1]:9", .udp(host: "::1", port: 9)),
            ("127.0.0.1:8", .udp(host: "127.0.0.1", port: 8)), ("tcp:*:7", .tcp(host: "0.0.0.0", port: 7)),
            ("tcp:127.0.0.1:0", nil), ("tcp:name.example:7", nil), ("unix:", nil), ("", nil), ("sctp:127.0.0.1:7", nil),
        ] as [(String, CtlEndpoint?)])
    func `addresses are read as Kamailio writes them`(text: String, endpoint: CtlEndpoint?) {
        #expect(CtlEndpoint(text) == endpoint)
    }
}
