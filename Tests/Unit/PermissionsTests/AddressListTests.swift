import Database
import NetworkAddress
import Testing

@testable import PermissionsModule

@Suite struct AddressListTests {
    private static func record(
        _ address: String, _ mask: Int64? = 32, group: Int64? = 1, port: Int64? = 0, tag: String? = nil
    ) -> AddressRecord {
        AddressRecord(id: 1, group: group, address: address, mask: mask, port: port, tag: tag)
    }

    private func list(_ records: [AddressRecord]) throws -> AddressList {
        AddressList(try records.map { try AddressEntry($0) })
    }

    private func tag(_ list: AddressList, _ address: String, port: Int = 5060, group: Int? = 1) throws -> String? {
        list.match(try #require(IPAddress(address)), port: port, group: group)?.tag
    }

    // MARK: - Matching

    @Test func `an empty list matches nothing`() throws {
        #expect(try tag(AddressList(), "192.0.2.1") == nil)
    }

    @Test func `a /0 mask matches any address of its family`() throws {
        let list = try list([Self.record("0.0.0.0", 0, tag: "four"), Self.record("::", 0, tag: "six")])
        #expect(try tag(list, "0.0.0.0") == "four")
        #expect(try tag(list, "255.255.255.255") == "four")
        #expect(try tag(list, "2001:db8::1") == "six")
    }

    @Test func `the longest prefix wins, whatever the order of the rows is`() throws {
        let records = [
            Self.record("10.0.0.0", 8, tag: "wide"), Self.record("10.1.2.3", 32, tag: "host"),
            Self.record("10.1.0.0", 16, tag: "middle"),
        ]
        for rows in [records, Array(records.reversed())] {
            let list = try list(rows)
            #expect(try tag(list, "10.1.2.3") == "host")
            #expect(try tag(list, "10.1.2.4") == "middle")
            #expect(try tag(list, "10.2.0.1") == "wide")
            #expect(try tag(list, "11.0.0.1") == nil)
        }
    }

    @Test func `a longer prefix of another port or group does not hide a shorter one`() throws {
        let list = try list([
            Self.record("10.0.0.0", 8, tag: "wide"), Self.record("10.1.1.1", 32, port: 5080, tag: "port"),
            Self.record("10.1.1.1", 32, group: 2, tag: "group"),
        ])
        #expect(try tag(list, "10.1.1.1", port: 5060) == "wide")
        #expect(try tag(list, "10.1.1.1", port: 5080) == "port")
        #expect(try tag(list, "10.1.1.1", group: 2) == "group")
        #expect(try tag(list, "10.2.1.1", group: 2) == nil)
        #expect(try tag(list, "10.2.1.1", group: nil) == "wide")
    }

    @Test func `bits behind the mask of a row do not matter`() throws {
        let list = try list([Self.record("10.1.2.3", 24, tag: "net")])
        #expect(try tag(list, "10.1.2.77") == "net")
    }

    @Test func `an IPv4 address mapped into IPv6 matches IPv4 rows`() throws {
        let list = try list([Self.record("192.0.2.0", 24, tag: "net")])
        #expect(try tag(list, "::ffff:192.0.2.9") == "net")
    }

    @Test func `host names match without case, with group and port`() throws {
        let list = try list([Self.record("Gateway.Test", nil, group: 3, port: 5070, tag: "gw")])
        #expect(list.match(domain: "gateway.TEST", port: 5070, group: 3)?.tag == "gw")
        #expect(list.match(domain: "gateway.test", port: 5060, group: 3) == nil)
        #expect(list.match(domain: "gateway.test", port: 5070, group: 1) == nil)
        #expect(list.match(domain: "other.test", port: 5070, group: nil) == nil)
    }

    // MARK: - Rows

    @Test(arguments: [
        (record("10.0.0.1", 33), "row 1: mask 33 of 10.0.0.1 is not from 0 to 32"),
        (record("10.0.0.1", -1), "row 1: mask -1 of 10.0.0.1 is not from 0 to 32"),
        (record("10.0.0.1", nil), "row 1: mask NULL of 10.0.0.1 is not from 0 to 32"),
        (record("2001:db8::1", 129), "row 1: mask 129 of 2001:db8::1 is not from 0 to 128"),
        (record("10.0.0.1", group: 0), "row 1: group 0 is not a number from 1 on"),
        (record("10.0.0.1", group: nil), "row 1: group NULL is not a number from 1 on"),
        (record("10.0.0.1", group: .max), "row 1: group 9223372036854775807 is not a number from 1 on"),
        (record("10.0.0.1", port: 65_536), "row 1: port 65536 is not from 0 to 65535"),
        (record("10.0.0.1", port: -1), "row 1: port -1 is not from 0 to 65535"),
        (record("10.0.0.256"), "row 1: address '10.0.0.256' is neither an IP address nor a host name"),
        (record(""), "row 1: address '' is neither an IP address nor a host name"),
        (record("a b"), "row 1: address 'a b' is neither an IP address nor a host name"),
    ])
    func `a bad row is refused with field, value and rule`(record: AddressRecord, problem: String) {
        #expect(performing: { try AddressEntry(record) }, throws: { "\($0)" == problem })
    }

    @Test func `a row without port and tag matches any port and has no tag`() throws {
        let entry = try AddressEntry(Self.record("10.0.0.1", port: nil))
        #expect(entry.port == 0)
        #expect(entry.tag.isEmpty)
    }
}
