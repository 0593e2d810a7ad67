import NIOCore
import NIOPosix
import NetworkAddress
import SIPMessage
import Testing
import Transport

/// A resolver that asks the given servers, with two loops.
private struct TestResolver {
    let resolver: NameResolver

    init(
        _ servers: [Endpoint], transports: Set<TransportProtocol> = [.udp, .tcp], search: [String] = [],
        hosts: String = "", _ change: (inout ResolverSettings) -> Void = { _ in }
    ) {
        var settings = ResolverSettings()
        settings.retryTimeSeconds = 5
        settings.triesIPv6 = false
        change(&settings)
        resolver = NameResolver(
            loops: [MultiThreadedEventLoopGroup.singleton.next(), MultiThreadedEventLoopGroup.singleton.next()],
            transports: transports, settings: settings,
            configuration: ResolverConfiguration(servers: servers, searchList: search.map { name($0) }),
            hosts: HostsFile(parsing: hosts), logger: quietLogger)
    }

    /// The destinations as text, as `udp:192.0.2.1:5060`.
    func resolve(_ uri: String, worker: Int = 1) async -> [String] {
        let resolver = resolver
        guard let parsed = try? SIPURI.parse(ByteString(uri)), let target = ResolutionTarget(parsed) else {
            return ["?"]
        }
        return await withCheckedContinuation { continuation in
            resolver.eventLoop(worker).execute {
                resolver.resolve(target, worker: worker) { continuation.resume(returning: $0.map(\.description)) }
            }
        }
    }

    func lookup(_ text: String, _ type: DNSRecordType, worker: Int = 1) async -> DNSLookupResult {
        let resolver = resolver
        return await withCheckedContinuation { continuation in
            resolver.eventLoop(worker).execute {
                resolver.lookup(name(text), type, worker: worker) { continuation.resume(returning: $0) }
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct ResolverTests {
    @Test(arguments: [
        ("sip:192.0.2.1", "udp:192.0.2.1:5060"), ("sip:192.0.2.1:5070", "udp:192.0.2.1:5070"),
        ("sip:[2001:db8::1]", "udp:[2001:db8::1]:5060"), ("sip:a@192.0.2.1;transport=tcp", "tcp:192.0.2.1:5060"),
        ("sip:192.0.2.1;transport=TLS", "tls:192.0.2.1:5061"), ("sips:192.0.2.1", "tls:192.0.2.1:5061"),
        ("sips:192.0.2.1:99;transport=tcp", "tls:192.0.2.1:99"), ("sip:192.0.2.1;transport=ws", "ws:192.0.2.1:5060"),
        ("sips:192.0.2.1;transport=ws", "wss:192.0.2.1:5061"),
    ])
    func `an address needs no server`(uri: String, destination: String) async {
        #expect(await TestResolver([]).resolve(uri) == [destination])
    }

    @Test func `an address is delivered before the call returns`() async throws {
        let resolver = TestResolver([]).resolver
        let target = try #require(ResolutionTarget(host: "192.0.2.1", port: Port(7)))
        let count = try await resolver.eventLoop(1).submit {
            var count = 0
            resolver.resolve(target, worker: 1) { count += $0.count }
            return count
        }.get()
        #expect(count == 1)
    }

    @Test func `with a port the addresses of the name are looked up, and kept`() async throws {
        let server = try await FakeNameServer.start([
            ("gw.test", .a, .records([a("gw.test", "192.0.2.1"), a("gw.test", "192.0.2.2")])),
            ("gw.test", .aaaa, .records([a("gw.test", "2001:db8::1")])),
        ])
        let both = TestResolver([server.endpoint]) { $0.triesIPv6 = true }
        let expected = ["tcp:192.0.2.1:5070", "tcp:192.0.2.2:5070", "tcp:[2001:db8::1]:5070"]
        #expect(await both.resolve("sip:GW.test:5070;transport=tcp") == expected)
        #expect(await both.resolve("sip:gw.test.:5070;transport=tcp", worker: 0) == expected)
        #expect(Set(server.questions) == [question("gw.test", .a), question("gw.test", .aaaa)])
        #expect(server.questions.count == 2)
        let second = TestResolver([server.endpoint]) {
            $0.triesIPv6 = true
            $0.familyPreference = .ipv6First
            $0.usesCache = false
        }
        for _ in 0..<2 { #expect(await second.resolve("sip:gw.test:5070").first == "udp:[2001:db8::1]:5070") }
        #expect(server.questions.count == 6)
        try await server.stop()
    }

    @Test func `what no socket can send to is left out`() async throws {
        let server = try await FakeNameServer.start([
            ("gw.test", .a, .records([a("gw.test", "192.0.2.1")])),
            ("gw.test", .aaaa, .records([a("gw.test", "2001:db8::1")])),
        ])
        let test = TestResolver([server.endpoint]) { $0.triesIPv6 = true }
        let layer = TransportLayer(workers: 1, logger: quietLogger)
        try await layer.listen([ListenRequest(transport: .udp, endpoint: endpoint("[::1]:0"))])
        test.resolver.restrict(to: layer.sockets)
        #expect(await test.resolve("sip:gw.test:5060") == ["udp:[2001:db8::1]:5060"])
        #expect(server.questions.map(\.description) == ["gw.test AAAA"])
        await layer.stop()
        try await server.stop()
    }

    @Test func `servers come by priority, then by weight`() async throws {
        let server = try await FakeNameServer.start([
            (
                "_sip._udp.example.test", .srv,
                .records([
                    srv("_sip._udp.example.test", 20, 0, 5060, "c.test"),
                    srv("_sip._udp.example.test", 10, 10, 5070, "b.test"),
                    srv("_sip._udp.example.test", 10, 60, 5080, "a.test"),
                    srv("_sip._udp.example.test", 30, 0, 5090, "unknown.test"),
                ])
            ),
            ("a.test", .a, .records([a("a.test", "192.0.2.1")])),
            ("b.test", .a, .records([a("b.test", "192.0.2.2")])),
            ("c.test", .a, .records([a("c.test", "192.0.2.3"), a("c.test", "192.0.2.4")])),
        ])
        let expected = ["udp:192.0.2.1:5080", "udp:192.0.2.2:5070", "udp:192.0.2.3:5060", "udp:192.0.2.4:5060"]
        #expect(await TestResolver([server.endpoint]).resolve("sip:example.test") == expected)
        let bounded = TestResolver([server.endpoint]) { $0.destinationCountMax = 1 }
        #expect(await bounded.resolve("sip:example.test") == ["udp:192.0.2.1:5080"])
        try await server.stop()
    }

    @Test func `without SRV records the name itself is the server`() async throws {
        let server = try await FakeNameServer.start([
            ("example.test", .a, .records([a("example.test", "192.0.2.1")]))
        ])
        let test = TestResolver([server.endpoint])
        #expect(await test.resolve("sip:example.test") == ["udp:192.0.2.1:5060"])
        #expect(await test.resolve("sips:example.test") == ["tls:192.0.2.1:5061"])
        #expect(
            server.questions.map(\.description) == [
                "_sip._udp.example.test SRV", "example.test A", "_sips._tcp.example.test SRV",
            ])
        try await server.stop()
    }

    @Test func `a service that is not offered has no destinations`() async throws {
        let server = try await FakeNameServer.start([
            ("_sip._tcp.example.test", .srv, .records([srv("_sip._tcp.example.test", 0, 0, 0, ".")])),
            ("example.test", .a, .records([a("example.test", "192.0.2.1")])),
        ])
        #expect(await TestResolver([server.endpoint]).resolve("sip:example.test;transport=tcp") == [])
        try await server.stop()
    }

    @Test func `NAPTR decides the transport when it is open`() async throws {
        let server = try await FakeNameServer.start([
            (
                "example.test", .naptr,
                .records([
                    naptr("example.test", 10, 10, "SIPS+D2T", "_sips._tcp.example.test"),
                    naptr("example.test", 20, 10, "SIP+D2T", "_sip._tcp.example.test"),
                    naptr("example.test", 30, 10, "sip+d2u", "_sip._udp.example.test"),
                    naptr("example.test", 5, 10, "E2U+sip", "x.test"),
                ])
            ),
            ("_sip._tcp.example.test", .srv, .records([srv("_sip._tcp.example.test", 1, 1, 5, "a.test")])),
            ("_sip._udp.example.test", .srv, .records([srv("_sip._udp.example.test", 1, 1, 6, "a.test")])),
            ("a.test", .a, .records([a("a.test", "192.0.2.1")])),
        ])
        let byRecord = TestResolver([server.endpoint]) {
            $0.triesNAPTR = true
            $0.ignoresNAPTROrder = false
        }
        #expect(await byRecord.resolve("sip:example.test") == ["tcp:192.0.2.1:5"])
        let byPreference = TestResolver([server.endpoint]) { $0.triesNAPTR = true }
        #expect(await byPreference.resolve("sip:example.test") == ["udp:192.0.2.1:6"])
        #expect(await byPreference.resolve("sip:example.test;transport=tcp") == ["tcp:192.0.2.1:5"])
        server.set("_sip._udp.example.test", .srv, .missing(minimum: 1))
        let next = TestResolver([server.endpoint]) { $0.triesNAPTR = true }
        #expect(await next.resolve("sip:example.test") == ["tcp:192.0.2.1:5"])
        try await server.stop()
    }

    @Test func `without NAPTR records the transports are tried by preference`() async throws {
        let server = try await FakeNameServer.start([
            ("_sip._tcp.example.test", .srv, .records([srv("_sip._tcp.example.test", 1, 1, 5, "a.test")])),
            ("a.test", .a, .records([a("a.test", "192.0.2.1")])),
        ])
        let test = TestResolver([server.endpoint]) { $0.triesNAPTR = true }
        #expect(await test.resolve("sip:example.test") == ["tcp:192.0.2.1:5"])
        #expect(
            server.questions.prefix(3).map(\.description)
                == ["example.test NAPTR", "_sip._udp.example.test SRV", "_sip._tcp.example.test SRV"])
        try await server.stop()
    }

    @Test func `aliases are followed within an answer and beyond it`() async throws {
        let server = try await FakeNameServer.start([
            ("one.test", .a, .records([alias("one.test", "two.test"), a("two.test", "192.0.2.2", ttl: 5)])),
            ("far.test", .a, .records([alias("far.test", "farther.test")])),
            ("farther.test", .a, .records([a("farther.test", "192.0.2.3")])),
        ])
        let test = TestResolver([server.endpoint])
        #expect(await test.resolve("sip:one.test:5060") == ["udp:192.0.2.2:5060"])
        #expect(await test.resolve("sip:far.test:5060") == ["udp:192.0.2.3:5060"])
        #expect(await test.resolve("sip:far.test:5060") == ["udp:192.0.2.3:5060"])
        #expect(server.questions.count == 3)
        try await server.stop()
    }

    @Test func `aliases that lead in a circle are an error`() async throws {
        let server = try await FakeNameServer.start([
            ("self.test", .a, .records([alias("self.test", "self.test")])),
            ("x.test", .a, .records([alias("x.test", "y.test")])),
            ("y.test", .a, .records([alias("y.test", "x.test")])),
        ])
        let test = TestResolver([server.endpoint])
        #expect(await test.lookup("self.test", .a) == .failure(.aliasLoop))
        #expect(await test.lookup("x.test", .a) == .failure(.aliasLoop))
        for number in 0..<20 {
            server.set("n\(number).test", .a, .records([alias("n\(number).test", "n\(number + 1).test")]))
        }
        #expect(await test.lookup("n0.test", .a) == .failure(.aliasLoop))
        try await server.stop()
    }

    @Test func `a truncated answer is asked for again over TCP`() async throws {
        let records = (1...60).map { a("many.test", "192.0.2.\($0)") }
        let server = try await FakeNameServer.start([("many.test", .a, .truncated(records))])
        let test = TestResolver([server.endpoint])
        #expect(try await test.lookup("many.test", .a).get() == records)
        #expect(server.questions.count == 2)
        try await server.stop()
    }

    @Test func `a name that does not exist is remembered as long as its zone says`() async throws {
        let server = try await FakeNameServer.start([
            ("no.test", .a, .missing(minimum: 3600)), ("short.test", .a, .missing(minimum: 0)),
        ])
        let test = TestResolver([server.endpoint])
        for _ in 0..<2 {
            #expect(await test.lookup("no.test", .a) == .failure(.nameNotFound))
            #expect(await test.lookup("short.test", .a) == .failure(.nameNotFound))
        }
        #expect(server.questions.filter { $0.name == name("no.test") }.count == 1)
        #expect(server.questions.filter { $0.name == name("short.test") }.count == 2)
        #expect(test.resolver.cache.remove(DNSCache.Key(name: name("no.test"), type: .a)))
        #expect(await test.lookup("no.test", .a) == .failure(.nameNotFound))
        #expect(server.questions.count == 4)
        try await server.stop()
    }

    @Test func `a name without records of the type is told from one that does not exist`() async throws {
        let server = try await FakeNameServer.start([("v6only.test", .a, .records([]))])
        #expect(await TestResolver([server.endpoint]).lookup("v6only.test", .a) == .failure(.noRecords))
        try await server.stop()
    }

    @Test func `the next server is asked when one is down, fails or is silent`() async throws {
        let gone = try await FakeNameServer.start([])
        try await gone.stop()
        let failing = try await FakeNameServer.start([("gw.test", .a, .failure(.serverFailure))])
        let good = try await FakeNameServer.start([("gw.test", .a, .records([a("gw.test", "192.0.2.1")]))])
        let test = TestResolver([gone.endpoint, failing.endpoint, good.endpoint]) { $0.usesCache = false }
        for _ in 0..<3 { #expect(await test.resolve("sip:gw.test:5060") == ["udp:192.0.2.1:5060"]) }
        // The one that answered is asked first from then on.
        #expect(failing.questions.count == 1)
        #expect(good.questions.count == 3)
        try await failing.stop()
        try await good.stop()
    }

    @Test func `silence ends in a time-out that is not remembered`() async throws {
        let server = try await FakeNameServer.start([("gw.test", .a, .silence)])
        let test = TestResolver([server.endpoint]) { $0.lookupTimeoutMilliseconds = 50 }
        #expect(await test.lookup("gw.test", .a) == .failure(.timeout))
        #expect(test.resolver.statistics.failures == 1)
        #expect(test.resolver.cache.snapshot(at: .now()).isEmpty)
        try await server.stop()
    }

    @Test func `a backup whose name server is silent does not delay the first choice`() async throws {
        let server = try await FakeNameServer.start([
            (
                "_sip._udp.example.test", .srv,
                .records([
                    srv("_sip._udp.example.test", 1, 0, 1, "good.test"),
                    srv("_sip._udp.example.test", 2, 0, 2, "dead.test"),
                ])
            ),
            ("good.test", .a, .records([a("good.test", "192.0.2.1")])), ("dead.test", .a, .silence),
        ])
        let test = TestResolver([server.endpoint]) {
            $0.stragglerMilliseconds = 20
            $0.lookupTimeoutMilliseconds = 600_000
            $0.retryTimeSeconds = 600
        }
        #expect(await test.resolve("sip:example.test") == ["udp:192.0.2.1:1"])
        test.resolver.stop()
        try await server.stop()
    }

    @Test func `answers that do not fit the question are ignored`() async throws {
        let server = try await FakeNameServer.start([
            ("gw.test", .a, .forgedFirst([a("gw.test", "192.0.2.1")])),
            ("broken.test", .a, .bytes([0x80, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0xc0, 0x0c])),
        ])
        #expect(await TestResolver([server.endpoint]).resolve("sip:gw.test:5060") == ["udp:192.0.2.1:5060"])
        let test = TestResolver([server.endpoint]) { $0.lookupTimeoutMilliseconds = 100 }
        #expect(await test.lookup("broken.test", .a) == .failure(.timeout))
        try await server.stop()
    }

    @Test func `lookups of the same name share one question`() async throws {
        let server = try await FakeNameServer.start([("gw.test", .a, .records([a("gw.test", "192.0.2.1")]))])
        let test = TestResolver([server.endpoint])
        let results = await withTaskGroup(of: [String].self) { group in
            for number in 0..<50 { group.addTask { await test.resolve("sip:gw.test:5060", worker: number % 2) } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(results == Array(repeating: "udp:192.0.2.1:5060", count: 50))
        #expect(server.questions.count == 1)
        try await server.stop()
    }

    @Test func `waiting lookups are bounded and end when the resolver stops`() async throws {
        let server = try await FakeNameServer.start([("a.test", .a, .silence)])
        let test = TestResolver([server.endpoint]) { $0.pendingLookupCountMax = 1 }
        async let first = test.lookup("a.test", .a, worker: 0)
        while server.questions.isEmpty { await Task.yield() }
        #expect(await test.lookup("b.test", .a, worker: 0) == .failure(.tooManyLookups))
        test.resolver.stop()
        #expect(await first == .failure(.stopped))
        #expect(await test.lookup("c.test", .a) == .failure(.stopped))
        try await server.stop()
    }

    @Test func `without servers nothing is found`() async {
        #expect(await TestResolver([]).lookup("a.test", .a) == .failure(.noServers))
        #expect(await TestResolver([]).resolve("sip:a.test") == [])
    }

    @Test func `the hosts file is looked at first`() async {
        let test = TestResolver([], hosts: "192.0.2.9 pbx Gateway.test # the old one\n2001:db8::9 gateway.test\nbad\n")
        {
            $0.triesIPv6 = true
        }
        #expect(await test.resolve("sip:gateway.TEST") == ["udp:192.0.2.9:5060", "udp:[2001:db8::9]:5060"])
        #expect(await test.resolve("sip:pbx:5070;transport=tcp") == ["tcp:192.0.2.9:5070"])
    }

    @Test func `the search list completes short names`() async throws {
        let server = try await FakeNameServer.start([
            ("pbx.lab.test", .a, .records([a("pbx.lab.test", "192.0.2.1")])),
            ("www.example", .a, .records([a("www.example", "192.0.2.2")])),
        ])
        let test = TestResolver([server.endpoint], search: ["nowhere.test", "lab.test"])
        #expect(await test.resolve("sip:pbx:1") == ["udp:192.0.2.1:1"])
        #expect(
            server.questions.map(\.description) == ["pbx.nowhere.test A", "pbx.lab.test A"])
        #expect(await test.resolve("sip:www.example:1") == ["udp:192.0.2.2:1"])
        #expect(server.questions.count == 3)
        try await server.stop()
    }

    @Test func `weights decide how often a server comes first`() async throws {
        let server = try await FakeNameServer.start([
            (
                "_sip._udp.example.test", .srv,
                .records([
                    srv("_sip._udp.example.test", 1, 90, 1, "a.test"),
                    srv("_sip._udp.example.test", 1, 10, 2, "a.test"),
                    srv("_sip._udp.example.test", 0, 1, 3, "a.test"),
                ])
            ),
            ("a.test", .a, .records([a("a.test", "192.0.2.1")])),
        ])
        let test = TestResolver([server.endpoint]) { $0.balancesLoadBySRV = true }
        var seconds: [String: Int] = [:]
        for _ in 0..<300 {
            let found = await test.resolve("sip:example.test")
            #expect(found.first == "udp:192.0.2.1:3")
            #expect(found.count == 3)
            seconds[found[1], default: 0] += 1
        }
        // 30 are expected; with 300 throws the odds against more than 90 are astronomical.
        #expect((1...90).contains(seconds["udp:192.0.2.1:2", default: 0]))
        try await server.stop()
    }
}
