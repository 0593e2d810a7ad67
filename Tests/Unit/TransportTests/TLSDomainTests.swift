import NetworkAddress
import Testing

@testable import Transport

@Suite struct TLSDomainTests {
    @Test(
        arguments: [
            ("TLSv1.2", .tls12 ... .tls12), ("TLSv1.2+", .tls12 ... .tls13), ("TLSv1", .tls10 ... .tls10),
            ("SSLv23", .tls10 ... .tls13), ("SSLv3", nil), ("TLSv1.4", nil), ("+", nil), ("", nil),
        ] as [(String, ClosedRange<TLSProtocolVersion>?)])
    func `a method names versions`(text: String, versions: ClosedRange<TLSProtocolVersion>?) {
        #expect(TLSProtocolVersion.range(ofMethod: text) == versions)
    }

    @Test(arguments: [
        (TLSDomain.NameMatching.exact, [true, false, false]), (.withSubdomains, [true, true, false]),
        (.subdomainsOnly, [false, true, false]),
    ])
    func `names are compared as the mode says`(matching: TLSDomain.NameMatching, expected: [Bool]) {
        var domain = TLSDomain(.server, .any)
        domain.serverName = "Example.org"
        domain.nameMatching = matching
        #expect(["EXAMPLE.ORG", "a.example.org", "badexample.org"].map { domain.matches(name: $0) } == expected)
    }

    @Test(
        arguments: [
            ("ECDHE-RSA-AES128-GCM-SHA256:NOTHING", "ECDHE-RSA-AES128-GCM-SHA256"), ("NOTHING", nil), ("!aNULL", nil),
            ("AES256-SHA:!AES256-SHA", nil), ("", nil),
        ] as [(String, String?)])
    func `a list of ciphers keeps those that exist`(list: String, expected: String?) {
        #expect(TLSCipherSuite.names(in: list) == expected)
    }

    @Test func `a group of ciphers is all but those taken out`() throws {
        let names = try #require(TLSCipherSuite.names(in: "HIGH:!aNULL:!AES128-SHA"))
        #expect(names.hasPrefix("ECDHE-ECDSA-AES128-GCM-SHA256:"))
        #expect(!names.split(separator: ":").contains("AES128-SHA"))
    }

    @Test(
        arguments: [[], [0x30], [0x30, 0x05, 1], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], [0x1F, 0x01, 0x00]] as [[UInt8]])
    func `what is no element of DER is not read`(bytes: [UInt8]) {
        var reader = DERReader(bytes[...])
        #expect(reader.next() == nil)
    }
}
