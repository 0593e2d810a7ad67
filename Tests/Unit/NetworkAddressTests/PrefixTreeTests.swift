import NetworkAddress
import Testing

/// A generator whose seed can be repeated.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Suite struct PrefixTreeTests {
    private func tree(_ prefixes: [String]) throws -> PrefixTree<String> {
        PrefixTree(try prefixes.map { (try #require(AddressPrefix($0)), $0) })
    }

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test func `an empty tree matches nothing`() throws {
        let tree = PrefixTree<Int>([])
        #expect(tree.count == 0)
        #expect(tree.longestMatch(IPAddress(v4: 0)) == nil)
        #expect(tree.longestMatch(IPAddress(v6: UInt128.max)) == nil)
        #expect(tree.matches(IPAddress(v4: UInt32.max)).isEmpty)
    }

    @Test func `the smallest network comes first`() throws {
        let tree = try tree(["10.0.0.0/8", "0.0.0.0/0", "10.1.0.0/16", "10.1.2.3", "11.0.0.0/8", "255.255.255.255"])
        #expect(tree.longestMatch(try address("10.1.2.3")) == "10.1.2.3")
        #expect(tree.longestMatch(try address("10.1.2.4")) == "10.1.0.0/16")
        #expect(tree.longestMatch(try address("10.1.2.2")) == "10.1.0.0/16")
        #expect(tree.longestMatch(try address("10.2.0.0")) == "10.0.0.0/8")
        #expect(tree.longestMatch(try address("12.0.0.0")) == "0.0.0.0/0")
        #expect(tree.longestMatch(try address("255.255.255.255")) == "255.255.255.255")
        #expect(tree.longestMatch(try address("255.255.255.254")) == "0.0.0.0/0")
        #expect(tree.matches(try address("10.1.2.3")) == ["10.1.2.3", "10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0"])
        #expect(!tree.contains(try address("::ffff:10.1.2.3")))
    }

    @Test func `values of the same network keep their order`() throws {
        let network = try #require(AddressPrefix("192.0.2.0/24"))
        let other = try #require(AddressPrefix("192.0.2.9/24"))
        let tree = PrefixTree([(network, 1), (other, 2), (network, 3)])
        #expect(tree.count == 3)
        #expect(tree.matches(try address("192.0.2.200")) == [1, 2, 3])
        #expect(tree.longestMatch(try address("192.0.2.200")) == 1)
        #expect(tree.firstMatch(try address("192.0.2.200")) { $0 > 1 } == 2)
        #expect(tree.firstMatch(try address("192.0.2.200")) { $0 > 3 } == nil)
    }

    @Test func `both families are apart`() throws {
        let tree = try tree(["::/0", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1", "ffff:ffff:ffff:ffff::/64"])
        #expect(tree.matches(try address("2001:db8::1")) == ["2001:db8::1", "2001:db8::/32", "::/0"])
        #expect(tree.matches(try address("::1")) == ["::/0"])
        #expect(tree.matches(try address("1.2.3.4")) == ["0.0.0.0/0"])
        #expect(tree.longestMatch(IPAddress(v6: UInt128.max)) == "ffff:ffff:ffff:ffff::/64")
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `random trees match what a list of networks matches`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        // Few different bits make networks meet and nest.
        let bits = Int.random(in: 2...32, using: &generator)
        func random() -> IPAddress {
            let wide = UInt128(generator.next()) << 64 | UInt128(generator.next())
            if Bool.random(using: &generator) {
                return IPAddress(v4: UInt32(truncatingIfNeeded: wide) << UInt32(32 - bits))
            }
            let isHigh = Bool.random(using: &generator)
            return IPAddress(v6: isHigh ? wide << UInt128(128 - bits) : wide & (1 << UInt128(bits) - 1))
        }
        var entries: [(AddressPrefix, Int)] = []
        for number in 0..<Int.random(in: 0...300, using: &generator) {
            let address = random()
            let length = Int.random(in: 0...address.family.bitCount, using: &generator)
            entries.append((try #require(AddressPrefix(address, length: length)), number))
        }
        let tree = PrefixTree(entries)
        for _ in 0..<200 {
            let address =
                Bool.random(using: &generator) ? random() : entries.randomElement(using: &generator)?.0.last ?? random()
            let expected = entries.filter { $0.0.contains(address) }
                .sorted { ($1.0.length, $0.1) < ($0.0.length, $1.1) }.map(\.1)
            #expect(tree.matches(address) == expected, "seed \(seed)")
            #expect(tree.longestMatch(address) == expected.first, "seed \(seed)")
            #expect(tree.contains(address) == !expected.isEmpty, "seed \(seed)")
        }
    }

    @Test func `the highest addresses are found in a large tree`() throws {
        let hosts = (0..<5_000).map { (AddressPrefix(host: IPAddress(v4: UInt32.max - UInt32($0) * 2)), $0) }
        let tree = PrefixTree(hosts)
        for number in 0..<5_000 {
            #expect(tree.longestMatch(IPAddress(v4: UInt32.max - UInt32(number) * 2)) == number)
            #expect(tree.longestMatch(IPAddress(v4: UInt32.max - UInt32(number) * 2 - 1)) == nil)
        }
    }
}
