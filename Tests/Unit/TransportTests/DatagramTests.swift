import NetworkAddress
import SIPMessage
import Testing
import Transport

@Suite(.timeLimit(.minutes(1))) struct DatagramTests {
    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func `a request is answered over the socket it came to`(listen: String) async throws {
        let server = try await TestNode.start([(.udp, listen)], answers: true)
        let client = try await TestNode.start([(.udp, listen)])
        let error = await client.send(request("round"), to: Destination(transport: .udp, remote: server.address()))
        #expect(error == nil)
        let answer = try #require(await client.receiver.next())
        #expect(answer.message?.status == 200)
        #expect(answer.callID == "round")
        #expect(answer.origin.source == server.address())
        #expect(answer.origin.destination == client.address().address)
        let question = try #require(await server.receiver.next())
        #expect(question.origin.source == client.address())
        #expect(server.layer.statistics.value(of: .udpReceived) == 1)
        // The answer may be here before the system call that sent it has returned.
        try await server.layer.eventLoop(0).submit {}.get()
        #expect(server.layer.statistics.valuesByName["udp.sent"] == 1)
        await client.stop()
        await server.stop()
    }

    @Test(arguments: DatagramSharing.allCases)
    func `all messages of a call come to one worker, and calls spread over the workers`(
        sharing: DatagramSharing
    ) async throws {
        var limits = TransportLimits()
        limits.datagramSharing = sharing
        let server = try await TestNode.start(workers: 3, limits: limits, answers: true)
        let client = try await TestNode.start()
        for round in 0..<200 {
            let error = await client.send(
                request("call-\(round % 20)"), to: Destination(transport: .udp, remote: server.address()))
            #expect(error == nil)
        }
        let arrivals = await server.receiver.next(200)
        let workers = Dictionary(grouping: arrivals, by: \.callID).mapValues { Set($0.map(\.worker)) }
        #expect(workers.count == 20)
        #expect(workers.values.allSatisfy { $0.count == 1 })
        #expect(Set(arrivals.map(\.worker)).count > 1)
        for (callID, owners) in workers {
            #expect(owners == [server.layer.worker(for: ByteString(callID))])
        }
        let answers = await client.receiver.next(200)
        #expect(answers.allSatisfy { $0.message?.status == 200 && $0.origin.source == server.address() })
        await client.stop()
        await server.stop()
    }

    @Test func `bytes that are no message are reported and cost the others nothing`() async throws {
        let server = try await TestNode.start()
        let client = try await TestNode.start()
        let destination = Destination(transport: .udp, remote: server.address())
        _ = await client.send("this is no SIP message at all\r\n\r\n", to: destination)
        _ = await client.send("\r\n\r\n", to: destination)
        _ = await client.send(request("good"), to: destination)
        let arrivals = await server.receiver.next(2)
        guard case .malformed(let bytes, _, let origin) = arrivals[0].event else {
            Issue.record("expected a malformed message")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("this is no SIP"))
        #expect(origin.source == client.address())
        #expect(arrivals[1].callID == "good")
        #expect(server.layer.statistics.value(of: .udpMalformed) == 1)
        #expect(server.layer.statistics.value(of: .udpKeepalives) == 1)
        await client.stop()
        await server.stop()
    }

    @Test func `the largest datagram arrives whole`() async throws {
        let server = try await TestNode.start()
        let client = try await TestNode.start()
        let headers = request("large", body: "").utf8.count + 4
        let body = String(repeating: "x", count: 65_507 - headers)
        let message = request("large", body: body)
        #expect(message.utf8.count == 65_507)
        #expect(await client.send(message, to: Destination(transport: .udp, remote: server.address())) == nil)
        #expect(await server.receiver.next()?.message?.body.count == body.utf8.count)
        await client.stop()
        await server.stop()
    }

    @Test func `a message that cannot be sent is reported, and those around it are sent`() async throws {
        let server = try await TestNode.start()
        let client = try await TestNode.start()
        let good = Destination(transport: .udp, remote: server.address())
        async let first = client.send(request("before"), to: good)
        async let tooLarge = client.send(String(repeating: "x", count: 65_508), to: good)
        async let noPort = client.send(
            request("port-0"), to: Destination(transport: .udp, remote: endpoint("127.0.0.1:0")))
        async let broadcast = client.send(
            request("broadcast"), to: Destination(transport: .udp, remote: endpoint("255.255.255.255:5060")))
        async let noFamily = client.send(
            request("family"), to: Destination(transport: .udp, remote: endpoint("[::1]:5060")))
        async let last = client.send(request("after"), to: good)
        #expect(await first == nil)
        #expect(await tooLarge == .messageTooLarge)
        #expect(await noPort != nil)
        #expect(await broadcast != nil)
        #expect(await noFamily == .noSocket(.udp))
        #expect(await last == nil)
        #expect(Set(await server.receiver.next(2).map(\.callID)) == ["before", "after"])
        #expect(client.layer.statistics.value(of: .udpTooLarge) == 1)
        await client.stop()
        await server.stop()
    }

    @Test func `many messages of one batch leave in order`() async throws {
        let server = try await TestNode.start()
        let client = try await TestNode.start()
        let destination = Destination(transport: .udp, remote: server.address())
        let layer = client.layer
        try await layer.eventLoop(0).submit {
            for number in 0..<300 { layer.send(Array(request("n\(number)").utf8), to: destination, from: 0) }
        }.get()
        #expect(await server.receiver.next(300).map(\.callID) == (0..<300).map { "n\($0)" })
        await client.stop()
        await server.stop()
    }

    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func `messages of all lengths to several addresses arrive whole and in order`(listen: String) async throws {
        let servers = [try await TestNode.start([(.udp, listen)]), try await TestNode.start([(.udp, listen)])]
        let client = try await TestNode.start([(.udp, listen)])
        let destinations = servers.map { Destination(transport: .udp, remote: $0.address()) }
        let nowhere = Destination(
            transport: .udp, remote: Endpoint(address: servers[0].address().address, port: Port(0)))
        let layer = client.layer
        // Equal, shorter, longer, too long to be sent together; runs to one address and changes of it.
        let lengths = [10, 10, 10, 4, 10, 900, 900, 900, 2000, 2000, 1, 1, 1, 1]
        let sent = (0..<120).map { ($0 / 5 % 2, String(repeating: "b", count: lengths[$0 % lengths.count])) }
        try await layer.eventLoop(0).submit {
            for (number, (server, body)) in sent.enumerated() {
                let text = request("n\(number + 100)", body: body)
                layer.send(Array(text.utf8), to: destinations[server], from: 0)
                // What cannot be sent, alone or among its like, costs the others nothing.
                if number % 7 == 0 { layer.send(Array(text.utf8), to: nowhere, from: 0) }
                if number % 14 == 0 { layer.send(Array(text.utf8), to: nowhere, from: 0) }
            }
        }.get()
        for (index, server) in servers.enumerated() {
            let expected = sent.enumerated().filter { $0.element.0 == index }
            let arrived = await server.receiver.next(expected.count)
            #expect(arrived.map(\.callID) == expected.map { "n\($0.offset + 100)" })
            #expect(arrived.map { $0.message?.body.string } == expected.map { $0.element.1 })
        }
        #expect(layer.statistics.value(of: .udpSent) == sent.count)
        #expect(layer.statistics.value(of: .udpSendErrors) == 18 + 9)
        await client.stop()
        for server in servers { await server.stop() }
    }

    @Test func `a socket bound to all addresses tells where a packet was sent to`() async throws {
        let server = try await TestNode.start([(.udp, "0.0.0.0:0")])
        let client = try await TestNode.start()
        let port = server.address().port
        for address in ["127.0.0.1", "127.0.0.2"] {
            _ = await client.send(
                request(address), to: Destination(transport: .udp, remote: endpoint("\(address):\(port)")))
        }
        for arrival in await server.receiver.next(2) {
            #expect(arrival.origin.destination.description == arrival.callID)
        }
        await client.stop()
        await server.stop()
    }
}
