import NetworkAddress
import SIPMessage
import Testing

@testable import IPOperationsModule

@Suite struct AddressTextTests {
    @Test(arguments: [("10.1.1.1", false), ("::1", false), ("[::1]", true)])
    func `an address is read`(text: String, isReference: Bool) {
        #expect(AddressText(ByteString(text))?.isReference == isReference)
    }

    @Test(arguments: ["", "foo", "1.2.3", "[1.2.3.4]", "[]", "[::1", "1.2.3.4.5"])
    func `what is no address is refused`(text: String) {
        #expect(AddressText(ByteString(text)) == nil)
    }

    @Test(arguments: [
        ("10.1.1.1", "10.0.0.0/8", true), ("10.1.1.1", "11.0.0.0/8,10.1.1.1", true), ("10.1.1.1", "foo", false),
        ("foo", "10.0.0.0/8", false), ("::1", "::/0", true), ("[::1]", "[::]/64, 10.0.0.0/8", true),
        ("10.1.1.1", "", false),
    ])
    func `an address lies in a subnet or not`(text: String, subnets: String, lies: Bool) {
        #expect(AddressText.lies(ByteString(text), in: ByteString(subnets)) == lies)
    }

    /// As Kamailio 5.6.3 names them.
    @Test(arguments: [
        ("0.1.2.3", "PRIVATE"), ("100.64.0.1", "SHARED"), ("169.254.1.1", "LINK-LOCAL"), ("192.88.99.1", "6TO4-RELAY"),
        ("255.255.255.255", "BROADCAST"), ("240.0.0.1", "RESERVED"), ("8.8.8.8", "PUBLIC"), ("::", "UNSPECIFIED"),
        ("::ffff:1.2.3.4", "IPV4MAP"), ("64:ff9b::1", "RESERVED"), ("2001::1", "TEREDO"), ("2001:2::1", "BMWG"),
        ("2001:10::1", "ORCHID"), ("fd00::1", "UNIQUE-LOCAL-UNICAST"), ("2a00::1", "GLOBAL-UNICAST"),
        ("fec0::1", "RESERVED"),
    ])
    func `an address has a kind`(text: String, kind: String) throws {
        #expect(AddressKind.name(of: try #require(IPAddress(text))) == kind)
    }
}
