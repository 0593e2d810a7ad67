import NetworkAddress
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.0.2.10", "192.0.2.10"),
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:0db8:0000:0001:0001:0001:0001:0001", "2001:db8:0:1:1:1:1:1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::ffff:c000:201", "::ffff:192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("[::1]", "::1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("0:0:1::", "0:0:1::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
    ])
    func `an address is printed canonically`(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(IPAddress(octets: address.octets) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1..2.3", "1.2.3.",
        "[1.2.3.4]", "[::1", "::1]", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:", ":1", "::1%eth0", "::1.2.3", "1.2.3.4::", "[]", "[",
        "::256.1.1.1", "1:2:3:4:5:6:7:1.2.3.4",
    ])
    func `what is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }
}

@Suite struct IPAddressPropertyTests {
    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test func `addresses of special use are known`() throws {
        #expect(try address("127.1.2.3").isLoopback && address("::1").isLoopback)
        #expect(try !address("128.0.0.1").isLoopback && !address("::2").isLoopback)
        #expect(try address("224.0.0.1").isMulticast && address("ff02::1").isMulticast)
        #expect(try address("0.0.0.0").isUnspecified && address("::").isUnspecified)
        #expect(try address("169.254.9.9").isLinkLocal && address("fe80::1").isLinkLocal)
        for text in ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fc00::1", "fdff::1"] {
            #expect(try address(text).isPrivate)
        }
        for text in ["11.0.0.1", "172.32.0.1", "172.15.255.255", "192.169.0.1", "fe00::1", "2001:db8::1"] {
            #expect(try !address(text).isPrivate)
        }
    }

    @Test func `a mapped address can be unmapped`() throws {
        let mapped = try address("::ffff:192.0.2.1")
        #expect(mapped.isIPv6 && mapped.isIPv4Mapped)
        #expect(mapped.unmapped == IPAddress("192.0.2.1"))
        #expect(mapped != mapped.unmapped)
        #expect(try address("::1").unmapped == address("::1"))
    }

    @Test func `IPv4 sorts before IPv6 and both by number`() throws {
        let sorted = try ["0.0.0.0", "9.0.0.0", "10.0.0.0", "::", "::1", "0:0:0:1::", "ffff::"].map(address)
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test func `an address of other octets than four or sixteen is none`() {
        #expect(IPAddress(octets: [1, 2, 3]) == nil)
        #expect(IPAddress(octets: []) == nil)
        #expect(IPAddress(octets: [192, 0, 2, 1])?.description == "192.0.2.1")
    }

    @Test func `brackets are printed around IPv6 only`() throws {
        #expect(try address("::1").text(bracketed: true) == Array("[::1]".utf8))
        #expect(try address("1.2.3.4").text(bracketed: true) == Array("1.2.3.4".utf8))
    }

    @Test func `every single zero run is shortened as RFC 5952 says`() throws {
        for pattern in 0..<256 {
            let groups = (0..<8).map { pattern >> $0 & 1 == 0 ? UInt128(0) : UInt128(0xA0) }
            let address = IPAddress(v6: groups.reduce(0) { $0 << 16 | $1 })
            let text = address.description
            #expect(IPAddress(text) == address)

            let hasRun = containsRun(groups)
            #expect(text.contains("::") == hasRun, "\(text)")
        }
    }

    private func containsRun(_ groups: [UInt128]) -> Bool {
        zip(groups, groups.dropFirst()).contains { $0 == 0 && $1 == 0 }
    }
}
