import ControlProtocol
import ControlServer
import Dispatch
import Glibc
import Logging
import OperatingSystem
import Testing

@Suite struct ControlServerTests {
    private static let version = #"{"jsonrpc":"2.0","method":"core.version","id":1}"#
    private static let versionAnswer: JSONValue = [
        "jsonrpc": "2.0", "id": 1, "result": .string("sipd 0.1.0 (\(DaemonInformation.platform))"),
    ]

    @Test func `a request is answered`() async throws {
        try await TestServer.run { server in
            let answer = try await server.client { try $0.ask(Self.version) }
            #expect(answer == Self.versionAnswer)
        }
    }

    @Test func `requests may come in pieces and several at once`() async throws {
        try await TestServer.run { server in
            let answers = try await server.client { client in
                for byte in Self.version.utf8 { try client.send([byte]) }
                try client.send("\n\r\n" + Self.version + "\r\n" + Self.version + "\n")
                return [try client.document(), try client.document(), try client.document()]
            }
            #expect(answers == [Self.versionAnswer, Self.versionAnswer, Self.versionAnswer])
        }
    }

    @Test func `a request behind a Content-Length header is answered behind one`() async throws {
        try await TestServer.run { server in
            let lines = try await server.client { client in
                try client.send("Content-Length: \(Self.version.utf8.count)\r\n\r\n" + Self.version)
                let header = try client.line()
                let empty = try client.line()
                try client.send(Self.version + "\n")
                return [header, empty, try client.line()]
            }
            let text = Self.versionAnswer.text()
            #expect(lines == ["Content-Length: \(text.utf8.count)\r", "\r", text + text])
        }
    }

    @Test func `a client that ends its side still gets its answer`() async throws {
        try await TestServer.run { server in
            let path = server.path
            let answer = try await server.client { _ in
                let client = try ControlClient(path: path)
                try client.send(JSONRPCRequest(method: "core.version", id: 1))
                return try client.receive()
            }
            #expect(answer.id == 1)
        }
    }

    @Test(arguments: [
        ("garbage", -32700), ("{\"jsonrpc\":\"2.0\",", -32700), ("[]", -32600), ("5", -32600),
        (#"{"jsonrpc":2.0,"method":"core.version","id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nosuch","id":1}"#, -32601),
        (#"{"jsonrpc":"2.0","method":"core.printi","params":["x"],"id":1}"#, -32602),
        ("\u{0}", -32700),
    ])
    func `a mistake is answered and the connection goes on`(text: String, code: Int64) async throws {
        try await TestServer.run { server in
            let answers = try await server.client { [try $0.ask(text), try $0.ask(Self.version)] }
            #expect(answers[0]?["error"]?["code"] == .integer(code))
            #expect(answers[1] == Self.versionAnswer)
        }
    }

    @Test func `deep nesting, invalid UTF-8 and NUL bytes are answered`() async throws {
        try await TestServer.run { server in
            let answers = try await server.client { client in
                try client.send([UInt8](repeating: UInt8(ascii: "["), count: 10_000) + [10])
                let deep = try client.document()
                try client.send([0x22, 0xff, 0x22, 10])
                let invalid = try client.document()
                try client.send([0, 0, 0, 10])
                return [deep, invalid, try client.document()]
            }
            #expect(answers.map { $0?["error"]?["code"] } == [-32700, -32700, -32700])
        }
    }

    @Test func `a request beyond the limit is refused and the connection closed`() async throws {
        try await TestServer.run { server in
            let (fault, end) = try await server.client { client in
                try client.send([UInt8](repeating: UInt8(ascii: " "), count: 16 << 20))
                try client.send("xx")
                return (try client.document(), try client.line())
            }
            #expect(fault?["error"]?["message"] == "invalid request: the request is longer than 16777216 bytes")
            #expect(end == nil)
        }
    }

    @Test func `a request as long as the limit is served`() async throws {
        try await TestServer.run { server in
            let answer = try await server.client { client in
                try client.send([UInt8](repeating: UInt8(ascii: " "), count: (16 << 20) - Self.version.utf8.count))
                return try client.ask(Self.version)
            }
            #expect(answer == Self.versionAnswer)
        }
    }

    @Test func `a batch is answered in one array, notifications not at all`() async throws {
        try await TestServer.run { server in
            let answers = try await server.client { client in
                let notification = #"{"jsonrpc":"2.0","method":"core.version"}"#
                let mixed = try client.ask("[\(notification),\(Self.version),1,\(notification),\(Self.version)]")
                try client.send("[\(notification),\(notification)]\n\(notification)\n")
                return [mixed, try client.ask(Self.version)]
            }
            let mistake = answers[0]?[1]
            #expect(answers[0]?.arrayValue?.count == 3)
            #expect(answers[0]?[0] == Self.versionAnswer)
            #expect(mistake?["error"]?["code"] == -32600)
            #expect(mistake?["id"] == .null)
            #expect(answers[0]?[2] == Self.versionAnswer)
            #expect(answers[1] == Self.versionAnswer)
        }
    }

    // MARK: Streams

    @Test func `a million rows are sent as fast as the client reads`() async throws {
        let handedOut = HandedOut()
        try await TestServer.run(handedOut: handedOut) { server in
            let (waiting, bytesInAll, last) = try await server.client { client in
                try client.send(#"{"jsonrpc":"2.0","method":"test.rows","params":[1000000],"id":1}"# + "\n")
                var bytes: [UInt8] = []
                _ = try client.read(&bytes, max: 1)
                // The server comes to rest although nobody reads: it has as many rows as the buffers hold.
                var waiting = -1
                while waiting != handedOut.rows {
                    waiting = handedOut.rows
                    usleep(300_000)
                }
                var bytesInAll = 0
                var last = bytes
                while bytes.last != UInt8(ascii: "\n") {
                    bytesInAll += bytes.count
                    bytes.removeAll(keepingCapacity: true)
                    guard try client.read(&bytes, max: 1 << 16) else { break }
                    last = (last + bytes).suffix(100)
                }
                return (waiting, bytesInAll + bytes.count, String(decoding: last, as: UTF8.self))
            }
            #expect(waiting < 100_000)
            let digits = 10 + 90 * 2 + 900 * 3 + 9000 * 4 + 90_000 * 5 + 900_000 * 6
            let row = #"{"position":,"name":"a row of some length, as contacts have"},"#.utf8.count
            let around = #"{"jsonrpc":"2.0","id":1,"result":[]}"#.utf8.count
            #expect(bytesInAll == around + 1_000_000 * row + digits)
            #expect(last.hasSuffix(#"{"position":999999,"name":"a row of some length, as contacts have"}]}"# + "\n"))
            #expect(handedOut.rows == 1_000_000)
        }
    }

    @Test func `a fault before the first piece left is an answer`() async throws {
        try await TestServer.run { server in
            let answers = try await server.client { client in
                let early = try client.ask(#"{"jsonrpc":"2.0","method":"test.rows","params":[100,50],"id":1}"#)
                return [early, try client.ask(Self.version)]
            }
            #expect(answers[0]?["error"]?["message"] == "row 50 is broken")
            #expect(answers[1] == Self.versionAnswer)
        }
    }

    @Test func `a fault behind the first piece closes the connection`() async throws {
        try await TestServer.run { server in
            let line = try await server.client { client in
                try client.send(#"{"jsonrpc":"2.0","method":"test.rows","params":[100000,90000],"id":1}"# + "\n")
                return try client.line()
            }
            #expect(line == nil)
        }
    }

    @Test func `a client that goes away in the middle of a listing ends it`() async throws {
        let handedOut = HandedOut()
        try await TestServer.run(handedOut: handedOut) { server in
            try await server.client { client in
                try client.send(#"{"jsonrpc":"2.0","method":"test.rows","params":[100000000],"id":1}"# + "\n")
                var bytes: [UInt8] = []
                _ = try client.read(&bytes, max: 1)
            }
            let answer = try await server.client { try $0.ask(Self.version) }
            #expect(answer == Self.versionAnswer)
        }
        #expect(handedOut.rows < 1_000_000)
    }

    @Test func `a client that does not read is closed after a while`() async throws {
        var configuration = ControlServer.Configuration()
        configuration.stallMax = .milliseconds(200)
        try await TestServer.run(configuration) { server in
            let records = server.records
            let ended = try await server.client { client in
                try client.send(#"{"jsonrpc":"2.0","method":"test.rows","params":[100000000],"id":1}"# + "\n")
                while !records.lines.contains(where: { $0.contains("do not read") }) { usleep(10_000) }
                var bytes: [UInt8] = []
                while try client.read(&bytes, max: 1 << 16) { bytes.removeAll() }
                return true
            }
            #expect(ended)
        }
    }

    // MARK: Connections

    @Test func `a further connection replaces the one that is idle for longest`() async throws {
        var configuration = ControlServer.Configuration()
        configuration.connectionsMax = 2
        try await TestServer.run(configuration) { server in
            let path = server.path
            let (end, second, third) = try await server.client { first in
                _ = try first.ask(Self.version)
                let second = try Client(path: path)
                _ = try second.ask(Self.version)
                let third = try Client(path: path)
                let answer = try third.ask(Self.version)
                return (try first.line(), try second.ask(Self.version), answer)
            }
            #expect(end == nil)
            #expect(second == Self.versionAnswer)
            #expect(third == Self.versionAnswer)
        }
    }

    @Test func `clients that connect and leave at once do no harm`() async throws {
        try await TestServer.run { server in
            let path = server.path
            let answer = try await server.client { client in
                for count in 0..<500 {
                    let short = try Client(path: path)
                    if count.isMultiple(of: 3) { try short.send(Self.version + "\n") }
                }
                return try client.ask(Self.version)
            }
            #expect(answer == Self.versionAnswer)
        }
    }

    @Test func `stopping ends connections, and whoever connects meanwhile`() async throws {
        for _ in 0..<20 {
            try await TestServer.run { server in
                let path = server.path
                try await server.client { _ in
                    DispatchQueue(label: "crowd").async {
                        for _ in 0..<100 { _ = try? Client(path: path) }
                    }
                }
            }
        }
    }

    @Test func `when all connections are busy a further one is told so`() async throws {
        var configuration = ControlServer.Configuration()
        configuration.connectionsMax = 1
        try await TestServer.run(configuration) { server in
            let path = server.path
            let answer = try await server.client { first in
                try first.send(#"{"jsonrpc":"2.0","method":"test.rows","params":[100000000],"id":1}"# + "\n")
                var bytes: [UInt8] = []
                _ = try first.read(&bytes, max: 1)
                return try Client(path: path).document()
            }
            #expect(answer?["error"]?["code"] == -32002)
        }
    }

    // MARK: Roles and audit

    @Test func `a role that does not suffice is refused`() async throws {
        var configuration = ControlServer.Configuration()
        configuration.role = { _ in .viewer }
        try await TestServer.run(configuration) { server in
            let answer = try await server.client {
                try $0.ask(#"{"jsonrpc":"2.0","method":"test.change","id":1}"#)
            }
            #expect(answer?["error"]?["code"] == 403)
            #expect(answer?["error"]?["data"]?["kind"] == "role")
        }
    }

    @Test func `a caller of the daemon's own user is an admin`() async throws {
        let peers = PeerRecords()
        var configuration = ControlServer.Configuration()
        configuration.role = { peers.note($0) }
        try await TestServer.run(configuration) { server in
            _ = try await server.client { try $0.ask(Self.version) }
        }
        #expect(peers.all == [PeerCredentials(userID: geteuid(), groupID: getegid(), processID: getpid())])
        #expect(peers.all.first?.roleByFileMode() == .admin)
        #expect(PeerCredentials(userID: geteuid() + 1, groupID: 1, processID: 1).roleByFileMode() == .operator)
    }

    @Test func `calls that change something leave one line, without values that nobody described`() async throws {
        try await TestServer.run { server in
            _ = try await server.client { client in
                _ = try client.ask(Self.version)
                _ = try client.ask(#"{"jsonrpc":"2.0","method":"test.change","params":["s3cret"],"id":1}"#)
                _ = try client.ask(#"{"jsonrpc":"2.0","method":"test.change","params":["fail"],"id":2}"#)
            }
            let lines = server.records.lines.filter { $0.contains("control call") }
            #expect(lines.count == 2)
            #expect(lines.first?.contains("rpc.method=test.change rpc.outcome=done") == true)
            #expect(lines.first?.contains("user.id=\(geteuid())") == true)
            #expect(lines.last?.contains("rpc.outcome=404") == true)
            #expect(!server.records.lines.contains { $0.contains("s3cret") })
        }
    }
}
