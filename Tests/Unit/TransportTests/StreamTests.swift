import NetworkAddress
import SIPMessage
import Testing
import Transport

@Suite(.timeLimit(.minutes(1))) struct StreamTests {
    private let tcp: [(TransportProtocol, String)] = [(.tcp, "127.0.0.1:0")]

    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func `a request opens a connection, over which the answer comes back`(listen: String) async throws {
        let server = try await TestNode.start([(.tcp, listen)], workers: 2, answers: true)
        let client = try await TestNode.start([(.tcp, listen)], workers: 2)
        let destination = Destination(transport: .tcp, remote: server.address(.tcp))
        for number in 0..<20 {
            #expect(await client.send(request("c\(number)"), to: destination, from: number % 2) == nil)
        }
        #expect(await client.receiver.next(20).allSatisfy { $0.message?.status == 200 })
        #expect(client.layer.connections.count == 1)
        #expect(server.layer.connections.count == 1)
        #expect(client.layer.connection(.tcp, to: destination.remote)?.isInbound == false)
        #expect(server.layer.statistics.value(of: .connectionsAccepted) == 1)
        #expect(client.layer.statistics.value(of: .connectSuccesses) == 1)
        await client.stop()
        await server.stop()
    }

    @Test func `messages are found however the stream is cut`() async throws {
        let server = try await TestNode.start(tcp)
        let client = try await RawClient.connect(to: server.address(.tcp))
        let text = request("s1") + "\r\n" + request("s2", body: "hello body") + request("s3")
        let bytes = Array(text)
        for start in stride(from: 0, to: bytes.count, by: 37) {
            try await client.send(String(bytes[start..<min(start + 37, bytes.count)]))
        }
        let arrivals = await server.receiver.next(3)
        #expect(arrivals.map(\.callID) == ["s1", "s2", "s3"])
        #expect(arrivals[1].message?.body.string == "hello body")
        #expect(arrivals[0].origin.source == client.local)
        #expect(arrivals[0].origin.connection == arrivals[2].origin.connection)
        try await client.send(request("s4") + request("s5"))
        #expect(await server.receiver.next(2).map(\.callID) == ["s4", "s5"])
        try await client.close()
        guard case .connectionClosed(let id, .closedByPeer, _) = try #require(await server.receiver.next()).event else {
            Issue.record("expected the end of the connection")
            return
        }
        #expect(id == arrivals[0].origin.connection)
        #expect(server.layer.connections.isEmpty)
        await server.stop()
    }

    @Test func `a double line end is answered with a single one`() async throws {
        let server = try await TestNode.start(tcp)
        let client = try await RawClient.connect(to: server.address(.tcp))
        try await client.send("\r\n\r\n")
        #expect(await client.receive(2) == "\r\n")
        try await client.close()
        await server.stop()
    }

    @Test func `a stream without Content-Length is reported and closed`() async throws {
        let server = try await TestNode.start(tcp)
        let client = try await RawClient.connect(to: server.address(.tcp))
        try await client.send("OPTIONS sip:a SIP/2.0\r\nCall-ID: 1\r\n\r\n")
        #expect(await client.receiveAll() == "")
        let arrivals = await server.receiver.next(2)
        guard case .malformed = arrivals[0].event, case .connectionClosed(_, .closedLocally, _) = arrivals[1].event
        else {
            Issue.record("expected a malformed message and the end of the connection")
            return
        }
        await server.stop()
    }

    @Test func `a stream without Content-Length has no bodies if that is wished`() async throws {
        var limits = TransportLimits()
        limits.acceptsMissingContentLength = true
        let server = try await TestNode.start(tcp, limits: limits)
        let client = try await RawClient.connect(to: server.address(.tcp))
        let text = request("plain").split(separator: "\r\n").filter { !$0.hasPrefix("Content-Length") }
            .joined(separator: "\r\n")
        try await client.send(text + "\r\n\r\n" + request("next"))
        #expect(await server.receiver.next(2).map(\.callID) == ["plain", "next"])
        await server.stop()
    }

    @Test func `a worker that does not keep up is not buried under what others read for it`() async throws {
        var limits = TransportLimits()
        limits.backlogCountMax = 20
        let gate = Gate()
        let server = try await TestNode.start(
            [(.tcp, "127.0.0.1:0"), (.udp, "127.0.0.1:0")], workers: 2, limits: limits)
        let client = try await TestNode.start([(.tcp, "127.0.0.1:0"), (.udp, "127.0.0.1:0")])
        // Two Call-IDs, one for each worker.
        let names = (0..<100).map { "c\($0)" }
        let slow = try #require(names.first { server.layer.worker(for: ByteString($0)) == 1 })
        let quick = try #require(names.first { server.layer.worker(for: ByteString($0)) == 0 })
        await gate.hold(server.layer.eventLoop(1))
        let udp = Destination(transport: .udp, remote: server.address())
        // Datagrams that the stopped loop should read wait in its queue; the other loop hands over 20 and drops the rest.
        for _ in 0..<200 { _ = await client.send(request(slow), to: udp) }
        while server.layer.statistics.value(of: .backlogDropped) == 0 { await Task.yield() }
        for _ in 0..<20 { _ = await client.send(request(quick), to: udp) }
        #expect(await server.receiver.next()?.callID == quick)
        gate.open()
        var arrived = 0
        while let arrival = await server.receiver.next(), arrival.callID != slow || arrived < 20 {
            if arrival.callID == slow { arrived += 1 }
        }
        await client.stop()
        await server.stop()
    }

    @Test func `connections wait until the workers keep up, and nothing is lost`() async throws {
        var limits = TransportLimits()
        limits.backlogCountMax = 20
        let gate = Gate()
        let server = try await TestNode.start(tcp, workers: 2, limits: limits)
        var connections: [RawClient] = []
        // Connections alternate between the loops, so one of the two lives on the loop that is not stopped.
        for _ in 0..<2 { connections.append(try await RawClient.connect(to: server.address(.tcp))) }
        for connection in connections { try await connection.send("\r\n\r\n") }
        for connection in connections { _ = await connection.receive(2) }
        let slow = try #require((0..<100).map { "c\($0)" }.first { server.layer.worker(for: ByteString($0)) == 1 })
        await gate.hold(server.layer.eventLoop(1))
        let messages = String(repeating: request(slow), count: 500)
        async let first: Void = connections[0].send(messages)
        async let second: Void = connections[1].send(messages)
        while server.layer.statistics.value(of: .handedOver) < 20 { await Task.yield() }
        gate.open()
        #expect(await server.receiver.next(1000).allSatisfy { $0.callID == slow && $0.worker == 1 })
        _ = try await (first, second)
        #expect(server.layer.statistics.value(of: .backlogDropped) == 0)
        await server.stop()
    }

    @Test func `a refused connection is reported to every message that waits for it`() async throws {
        let gone = try await TestNode.start(tcp)
        let address = gone.address(.tcp)
        await gone.stop()
        let client = try await TestNode.start(tcp)
        async let first = client.send(request("r1"), to: Destination(transport: .tcp, remote: address))
        async let second = client.send(request("r2"), to: Destination(transport: .tcp, remote: address))
        #expect(await first == .refused)
        #expect(await second == .refused)
        #expect(client.layer.connections.isEmpty)
        #expect(client.layer.statistics.value(of: .connectFailures) >= 1)
        await client.stop()
    }

    @Test func `without a connection nothing is sent when none may be opened`() async throws {
        let server = try await TestNode.start(tcp)
        let client = try await TestNode.start(tcp)
        var destination = Destination(transport: .tcp, remote: server.address(.tcp), reuseOnly: true)
        #expect(await client.send(request("n1"), to: destination) == .noConnection)
        destination.reuseOnly = false
        #expect(await client.send(request("n2"), to: destination) == nil)
        destination.reuseOnly = true
        #expect(await client.send(request("n3"), to: destination) == nil)
        #expect(await server.receiver.next(2).map(\.callID) == ["n2", "n3"])
        #expect(
            await client.send(request("n4"), to: Destination(transport: .tls, remote: server.address(.tcp)))
                == .noSocket(.tls))
        await client.stop()
        await server.stop()
    }

    @Test func `a request goes back over the connection a message came in by, from any worker`() async throws {
        let server = try await TestNode.start(tcp, workers: 3)
        let client = try await RawClient.connect(to: server.address(.tcp))
        try await client.send(request("in"))
        let arrival = try #require(await server.receiver.next())
        for worker in 0..<3 {
            let text = request("out\(worker)")
            #expect(
                await server.send(text, to: Destination(transport: .tcp, remote: client.local), from: worker) == nil)
            #expect(await client.receive(text.utf8.count) == text)
            let other = Destination(
                transport: .tcp, remote: endpoint("127.0.0.1:9"), connection: arrival.origin.connection)
            #expect(await server.send(text, to: other, from: worker) == nil)
            #expect(await client.receive(text.utf8.count) == text)
        }
        #expect(server.layer.connections.count == 1)
        await server.stop()
    }

    @Test func `a connection is closed after the message when that is asked for`() async throws {
        let server = try await TestNode.start(tcp)
        let client = try await RawClient.connect(to: server.address(.tcp))
        try await client.send(request("in"))
        _ = await server.receiver.next()
        let text = request("bye")
        let destination = Destination(transport: .tcp, remote: client.local, closeAfter: true)
        #expect(await server.send(text, to: destination) == nil)
        #expect(await client.receiveAll() == text)
        #expect(server.layer.connections.isEmpty)
        await server.stop()
    }

    @Test func `a reader that does not keep up loses its connection`() async throws {
        var limits = TransportLimits()
        limits.connectionQueueBytesMax = 20_000
        let server = try await TestNode.start(tcp, workers: 2, limits: limits)
        let client = try await RawClient.connect(to: server.address(.tcp), reads: false)
        try await client.send(request("in"))
        _ = await server.receiver.next()
        let text = request("out", body: String(repeating: "x", count: 10_000))
        var error: SendError?
        let layer = server.layer
        let remote = client.local
        // Far more than the buffers of the system hold on both sides.
        for round in 0..<4000 where error == nil {
            error = await withCheckedContinuation { continuation in
                layer.eventLoop(round % 2).execute {
                    let destination = Destination(transport: .tcp, remote: remote, reuseOnly: true)
                    layer.send(Array(text.utf8), to: destination, from: round % 2)
                    layer.send(Array(text.utf8), to: destination, from: round % 2)
                    layer.send(Array(text.utf8), to: destination, from: round % 2) {
                        continuation.resume(returning: $0)
                    }
                }
            }
        }
        #expect(error == .queueFull)
        #expect(layer.statistics.value(of: .sendQueueFull) == 1)
        #expect(layer.statistics.value(of: .currentQueuedBytes) == 0)
        #expect(layer.connections.isEmpty)
        await server.stop()
    }

    @Test func `a message that trickles in is given up`() async throws {
        var limits = TransportLimits()
        limits.messageTimeoutMilliseconds = 50
        limits.connectionCheckMilliseconds = 10
        let server = try await TestNode.start(tcp, limits: limits)
        let client = try await RawClient.connect(to: server.address(.tcp))
        try await client.send(request("whole") + "OPTIONS sip:a SIP/2.0\r\nX: ")
        #expect(await client.receiveAll() == "")
        let arrivals = await server.receiver.next(2)
        #expect(arrivals[0].callID == "whole")
        guard case .connectionClosed(_, .timeout, _) = arrivals[1].event else {
            Issue.record("expected a time-out")
            return
        }
        #expect(server.layer.statistics.value(of: .connectionTimeouts) == 1)
        await server.stop()
    }

    @Test(arguments: [true, false])
    func `a connection that says nothing is closed`(isNew: Bool) async throws {
        var limits = TransportLimits()
        limits.connectionCheckMilliseconds = 10
        limits.connectionLifetimeMilliseconds = isNew ? 120_000 : 50
        limits.firstMessageTimeoutMilliseconds = isNew ? 50 : 120_000
        let server = try await TestNode.start(tcp, limits: limits)
        let client = try await RawClient.connect(to: server.address(.tcp))
        #expect(await client.receiveAll() == "")
        guard case .connectionClosed(_, .timeout, _) = try #require(await server.receiver.next()).event else {
            Issue.record("expected a time-out")
            return
        }
        #expect(server.layer.connections.isEmpty)
        await server.stop()
    }

    @Test func `no more connections are taken or opened than allowed`() async throws {
        var limits = TransportLimits()
        limits.connectionCountMax = 1
        let server = try await TestNode.start(tcp, limits: limits, answers: true)
        let other = try await TestNode.start(tcp)
        let client = try await RawClient.connect(to: server.address(.tcp))
        try await client.send("\r\n\r\n")
        #expect(await client.receive(2) == "\r\n")
        let rejected = try await RawClient.connect(to: server.address(.tcp))
        #expect(await rejected.receiveAll() == "")
        #expect(
            await server.send(request("x"), to: Destination(transport: .tcp, remote: other.address(.tcp)))
                == .tooManyConnections)
        #expect(server.layer.statistics.value(of: .localRejects) == 2)
        try await client.send(request("still"))
        #expect(await client.receive(10).hasPrefix("SIP/2.0 200"))
        await other.stop()
        await server.stop()
    }

    @Test func `a connection can be closed by its number`() async throws {
        let server = try await TestNode.start(tcp)
        let client = try await RawClient.connect(to: server.address(.tcp))
        try await client.send(request("in"))
        let id = try #require(await server.receiver.next()?.origin.connection)
        #expect(server.layer.close(id))
        #expect(await client.receiveAll() == "")
        #expect(!server.layer.close(ConnectionID(rawValue: 999_999)))
        await server.stop()
    }

    // It passes by itself; beside all other tests its answer sometimes never comes, which is not understood yet.
    @Test(.disabled("waits for ever now and then when all tests run at once"))
    func `what waits is failed when the layer stops`() async throws {
        var limits = TransportLimits()
        limits.connectionQueueBytesMax = 100_000_000
        limits.queueBytesMax = 100_000_000
        let server = try await TestNode.start(tcp, limits: limits)
        let client = try await RawClient.connect(to: server.address(.tcp), reads: false)
        try await client.send(request("in"))
        _ = await server.receiver.next()
        let text = request("out", body: String(repeating: "x", count: 50_000))
        let layer = server.layer
        let remote = client.local
        async let error: SendError? = withCheckedContinuation { continuation in
            layer.eventLoop(0).execute {
                for _ in 0..<1000 {
                    layer.send(Array(text.utf8), to: Destination(transport: .tcp, remote: remote), from: 0)
                }
                layer.send(Array(text.utf8), to: Destination(transport: .tcp, remote: remote), from: 0) {
                    continuation.resume(returning: $0)
                }
                Task.detached { await layer.stop() }
            }
        }
        #expect(await error == .stopped)
        await layer.stop()
    }
}
