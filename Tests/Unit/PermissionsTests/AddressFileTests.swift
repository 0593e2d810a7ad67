import Database
import Testing

@testable import PermissionsModule

@Suite struct AddressFileTests {
    private func records(_ text: String) -> [AddressRecord] {
        AddressFile.records(Array(text.utf8))
    }

    @Test func `each line is a row with the line as its number`() {
        let found = records("# list\n\n1,10.0.0.0,8,5060,trunk\r\n 2 , 192.0.2.1 \n")
        #expect(
            found == [
                AddressRecord(id: 3, group: 1, address: "10.0.0.0", mask: 8, port: 5060, tag: "trunk"),
                AddressRecord(id: 4, group: 2, address: "192.0.2.1", mask: 32, port: 0, tag: ""),
            ])
    }

    @Test func `an IPv6 address without mask is a host`() {
        #expect(records("1,2001:db8::1").first?.mask == 128)
    }

    @Test func `a comment may follow a row`() {
        #expect(records("1,10.0.0.1,32,0,x # the office").first?.tag == "x")
    }

    @Test(arguments: ["x,10.0.0.1", "10.0.0.1", "1,10.0.0.1,abc", "1,10.0.0.1,32,99999", ",,,,", "1"])
    func `a line that cannot be read is a row that is refused`(line: String) {
        #expect(throws: AddressRowProblem.self) {
            for record in records(line) { _ = try AddressEntry(record) }
        }
    }

    @Test func `bytes that are no text do no harm`() {
        let found = AddressFile.records([0xFF, 0xFE, 0x2C, 0x00, 0x0A, 0x2C])
        #expect(found.count == 2)
        #expect(found.allSatisfy { (try? AddressEntry($0)) == nil })
    }

    @Test func `an empty file is an empty list`() {
        #expect(records("").isEmpty)
    }
}
