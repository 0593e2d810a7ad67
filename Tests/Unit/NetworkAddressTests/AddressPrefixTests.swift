import NetworkAddress
import Testing

@Suite struct AddressPrefixTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0", "10.255.255.255"), ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("0.0.0.0/0", "0.0.0.0", "255.255.255.255"), ("192.0.2.77/26", "192.0.2.64", "192.0.2.127"),
        ("10.1.2.3/255.255.0.0", "10.1.0.0", "10.1.255.255"), ("1.2.3.4/0.0.0.0", "0.0.0.0", "255.255.255.255"),
        ("2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ("[::1]/128", "::1", "::1"),
        ("2001:db8::8000/113", "2001:db8::8000", "2001:db8::ffff"),
    ])
    func `a network reaches from its first to its last address`(text: String, first: String, last: String) throws {
        let prefix = try #require(AddressPrefix(text))
        #expect(prefix.first.description == first)
        #expect(prefix.last.description == last)
        #expect(prefix.contains(prefix.first) && prefix.contains(prefix.last))
        #expect(prefix.hasHostBits == (prefix.address != prefix.first))
        #expect(!prefix.masked.hasHostBits)
        #expect(AddressPrefix(prefix.description) == prefix)
        #expect(prefix.contains(prefix.masked) && prefix.masked.contains(prefix))
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/255.0.255.0", "::/129",
        "::/ffff::", "10.0.0.0/8/8", "10.0.0/8", "10.0.0.0/1000", "10.0.0.0/8 ", "10.0.0.0/255.255.0",
    ])
    func `what is no network is refused`(text: String) {
        #expect(AddressPrefix(text) == nil)
    }

    @Test func `addresses around a network are not in it`() throws {
        let prefix = try #require(AddressPrefix("192.0.2.64/26"))
        #expect(!prefix.contains(try #require(IPAddress("192.0.2.63"))))
        #expect(!prefix.contains(try #require(IPAddress("192.0.2.128"))))
        #expect(!prefix.contains(try #require(IPAddress("::ffff:192.0.2.64"))))
        #expect(prefix.contains(try #require(IPAddress("::ffff:192.0.2.64")).unmapped))
        #expect(!prefix.contains(try #require(AddressPrefix("192.0.2.0/24"))))
        #expect(prefix.contains(try #require(AddressPrefix("192.0.2.96/27"))))
    }

    @Test func `a length that does not suit the family is refused`() {
        #expect(AddressPrefix(IPAddress(v4: 0), length: 33) == nil)
        #expect(AddressPrefix(IPAddress(v6: 0), length: 129) == nil)
        #expect(AddressPrefix(IPAddress(v6: 0), length: -1) == nil)
        #expect(AddressPrefix(host: IPAddress(v6: 1)).isHost)
    }
}

@Suite struct EndpointTests {
    @Test(arguments: ["192.0.2.1:5060", "[2001:db8::1]:5061", "0.0.0.0:0", "[::]:65535"])
    func `an endpoint is printed as it is read`(text: String) throws {
        #expect(try #require(Endpoint(text)).description == text)
    }

    @Test(arguments: ["", ":", "192.0.2.1", "192.0.2.1:", "::1:5060", "[::1]", "[::1]5060", "[192.0.2.1]:5060", "h:1"])
    func `what is no endpoint is refused`(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test(arguments: [("0", 0 as UInt16), ("5060", 5060), ("65535", 65535), ("00080", 80)])
    func `a port is read`(text: String, value: UInt16) {
        #expect(Port(text)?.value == value)
    }

    @Test(arguments: ["", "65536", "-1", "+1", "1 ", "000080", "x", "99999"])
    func `what is no port is refused`(text: String) {
        #expect(Port(text) == nil)
        #expect(Port(exactly: 65_536) == nil)
        #expect(Port(exactly: -1) == nil)
    }
}

@Suite struct TransportProtocolTests {
    @Test(arguments: TransportProtocol.allCases)
    func `a transport is known by its name in any case`(transport: TransportProtocol) {
        #expect(TransportProtocol(transport.name) == transport)
        #expect(TransportProtocol(transport.viaName) == transport)
        #expect(transport.name.uppercased() == transport.viaName)
    }

    @Test func `transports have the numbers and properties of the protocol`() {
        #expect(TransportProtocol.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6])
        #expect(TransportProtocol.allCases.filter(\.isSecure) == [.tls, .wss])
        #expect(TransportProtocol.allCases.filter { !$0.isReliable } == [.udp])
        #expect(TransportProtocol.tls.defaultPort == .sips && TransportProtocol.udp.defaultPort == .sip)
        #expect(TransportProtocol("any") == nil && TransportProtocol("") == nil && TransportProtocol("udpx1") == nil)
    }
}
