import NetworkAddress
import Testing

@testable import FloodDetectionModule

@Suite struct AddressTreeTests {
    private func tree(
        hits: Int = 16, period: Int = 60, latency: Int = 100, nodes: Int = 10_000
    ) -> AddressTree {
        AddressTree(
            .init(periodSeconds: period, hitsMax: hits, latencySeconds: latency), nodeCountMax: nodes)
    }

    private func address(_ text: String) throws -> IPAddress {
        try #require(IPAddress(Array(text.utf8)[...]))
    }

    /// The number of the first hit that blocks, as Kamailio 5.6.3 has them.
    @Test(arguments: [
        ("127.0.0.1", 4, 8), ("127.0.0.1", 16, 22), ("127.0.0.1", 30, 39), ("127.0.0.1", 50, 64),
        ("127.0.0.1", 100, 127), ("::1", 16, 34),
    ])
    func `an address is blocked at the hit at which Kamailio blocks it`(text: String, limit: Int, count: Int) throws {
        var tree = tree(hits: limit)
        let address = try address(text)
        for _ in 1..<count { #expect(tree.hit(address, now: 0) == .passed) }
        #expect(tree.hit(address, now: 0) == .becameBlocked)
        #expect(tree.hit(address, now: 0) == .blocked)
    }

    @Test func `an address that keeps quiet is unblocked and then forgotten`() throws {
        var tree = tree(hits: 4, period: 2, latency: 10)
        let address = try address("192.0.2.1")
        for _ in 1...10 { _ = tree.hit(address, now: 0) }
        #expect(tree.hit(address, now: 1) == .blocked)
        #expect(tree.sweep(now: 2) == [])
        #expect(tree.sweep(now: 4) == [address])
        #expect(tree.nodeCount == 4)
        #expect(tree.sweep(now: 11) == [])
        #expect(tree.nodeCount == 0)
        #expect(tree.hit(address, now: 11) == .passed)
    }

    @Test func `an address that goes on is blocked for as long as it does`() throws {
        var tree = tree(hits: 4, period: 2, latency: 10)
        let address = try address("192.0.2.1")
        for _ in 1...10 { _ = tree.hit(address, now: 0) }
        for second in 1...30 {
            for _ in 1...3 { #expect(tree.hit(address, now: second) == .blocked) }
            #expect(tree.sweep(now: second) == [])
        }
    }

    @Test func `neighbours do not count for each other`() throws {
        var tree = tree(hits: 16)
        let busy = try address("192.0.2.1")
        let calm = try address("192.0.2.2")
        for _ in 1...50 { _ = tree.hit(busy, now: 0) }
        for _ in 1...10 { #expect(tree.hit(calm, now: 0) == .passed) }
        let entries = tree.entries(now: 0)
        #expect(entries.first { $0.address == busy }?.isHot == true)
        #expect(entries.first { $0.address == calm }?.isHot == false)
    }

    @Test func `IPv4 and IPv6 are told apart`() throws {
        var tree = tree(hits: 16)
        let v4 = try address("127.0.0.1")
        for _ in 1...50 { _ = tree.hit(v4, now: 0) }
        #expect(tree.hit(try address("7f00:1::1"), now: 0) == .passed)
        #expect(tree.entries(now: 0).map(\.address) == [v4])
    }

    @Test func `a flood from countless addresses does not take more than its share of memory`() {
        var tree = tree(hits: 4, nodes: 1000)
        for number in 0..<100_000 {
            _ = tree.hit(IPAddress(v6: UInt128(number) << 96 | UInt128(number) &* 0x9E37_79B9), now: 0)
        }
        #expect(tree.nodeCount <= 1000)
        #expect(tree.sweep(now: 200) == [])
        #expect(tree.nodeCount == 0)
    }
}

@Suite struct FloodDetectorTests {
    @Test func `the busiest address comes first`() throws {
        let detector = FloodDetector(.init(periodSeconds: 3600, hitsMax: 4, latencySeconds: 60))
        let calm = IPAddress(v4: 0x0A00_0001)
        let busy = IPAddress(v4: 0xC000_0201)
        for _ in 1...8 { _ = detector.hit(calm) }
        for _ in 1...20 { _ = detector.hit(busy) }
        #expect(detector.entries().map(\.address) == [busy, calm])
        #expect(detector.sweep() == [])
    }
}
