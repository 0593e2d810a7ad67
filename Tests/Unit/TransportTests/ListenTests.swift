import NetworkAddress
import Testing
import Transport

@Suite(.timeLimit(.minutes(1))) struct ListenTests {
    private func listen(_ layer: TransportLayer, _ requests: [ListenRequest]) async -> TransportError? {
        do {
            try await layer.listen(requests)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [TransportProtocol.udp, .tcp], [1, 2])
    func `a port in use is reported`(transport: TransportProtocol, workers: Int) async throws {
        let first = try await TestNode.start([(transport, "127.0.0.1:0")], workers: workers)
        let second = TransportLayer(workers: workers, logger: quietLogger)
        let request = ListenRequest(transport: transport, endpoint: first.address(transport))
        let error = await listen(second, [request])
        #expect(error == TransportError(.portInUse, request: request))
        #expect(
            error?.description
                == "cannot listen on '\(transport):\(request.endpoint)': the port is in use by another socket")
        #expect(second.sockets.isEmpty)
        await second.stop()
        await first.stop()
    }

    @Test func `an address of no interface is reported`() async {
        let layer = TransportLayer(workers: 1, logger: quietLogger)
        let request = ListenRequest(transport: .udp, endpoint: endpoint("192.0.2.1:0"))
        #expect(await listen(layer, [request]) == TransportError(.noSuchAddress, request: request))
        await layer.stop()
    }

    @Test(arguments: [TransportProtocol.tls, .sctp, .ws])
    func `a transport that nothing here speaks is refused`(transport: TransportProtocol) async {
        let layer = TransportLayer(workers: 1, logger: quietLogger)
        let request = ListenRequest(transport: transport, endpoint: endpoint("127.0.0.1:0"))
        #expect(await listen(layer, [request]) == TransportError(.unsupportedTransport, request: request))
        await layer.stop()
    }

    @Test func `if one request fails none stays bound`() async throws {
        let layer = TransportLayer(workers: 2, logger: quietLogger)
        let blocker = try await TestNode.start()
        let free = try await TestNode.start()
        let freed = free.address()
        await free.stop()
        let error = await listen(
            layer,
            [
                ListenRequest(transport: .udp, endpoint: freed),
                ListenRequest(transport: .udp, endpoint: blocker.address()),
            ])
        #expect(error?.reason == .portInUse)
        #expect(await listen(layer, [ListenRequest(transport: .udp, endpoint: freed)]) == nil)
        await layer.stop()
        await blocker.stop()
    }

    @Test func `UDP and TCP, IPv4 and IPv6 share a port number`() async throws {
        let first = try await TestNode.start([(.udp, "127.0.0.1:0")])
        let port = first.address().port
        let second = TransportLayer(workers: 2, logger: quietLogger)
        #expect(
            await listen(
                second,
                [
                    ListenRequest(transport: .tcp, endpoint: endpoint("127.0.0.1:\(port)")),
                    ListenRequest(transport: .udp, endpoint: endpoint("[::1]:\(port)")),
                ]) == nil)
        await second.stop()
        await first.stop()
    }

    @Test func `what is advertised stands in Via, the endpoint is what was bound`() async throws {
        let layer = TransportLayer(workers: 1, logger: quietLogger)
        let local = endpoint("127.0.0.1:0")
        try await layer.listen([
            ListenRequest(
                transport: .udp, endpoint: local,
                advertised: AdvertisedAddress(host: "sip.example.test", port: Port(5070)),
                name: "outside"),
            ListenRequest(transport: .tcp, endpoint: local, advertised: AdvertisedAddress(host: "203.0.113.5")),
            ListenRequest(transport: .udp, endpoint: endpoint("[::1]:0")),
        ])
        let sockets = layer.sockets
        #expect(sockets.map(\.index) == [0, 1, 2])
        #expect(sockets[0].viaHostPort == Array("sip.example.test:5070".utf8))
        #expect(sockets[0].endpoint.port.value != 0)
        #expect(sockets[0].description == "udp:127.0.0.1:\(sockets[0].endpoint.port)")
        #expect(sockets[0].name == "outside")
        #expect(sockets[1].viaHostPort == Array("203.0.113.5:\(sockets[1].endpoint.port)".utf8))
        #expect(sockets[2].viaHostPort == Array("[::1]:\(sockets[2].endpoint.port)".utf8))
        #expect(sockets[2].hostText == "[::1]")
        #expect(layer.socket(for: .udp, family: .v6) == sockets[2])
        #expect(layer.socket(for: .tcp, family: .v4) == sockets[1])
        #expect(layer.socket(for: .tcp, family: .v6) == nil)
        await layer.stop()
    }

    @Test func `after the start nothing more can be listened on`() async throws {
        let node = try await TestNode.start()
        let error = await listen(node.layer, [ListenRequest(transport: .udp, endpoint: endpoint("127.0.0.1:0"))])
        #expect(error?.reason == .wrongState)
        await node.stop()
    }
}
