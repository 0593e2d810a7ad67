import SIPMessage
import Testing

@testable import LocationModule

@Suite struct AddressOfRecordTests {
    struct Case: Sendable {
        let uri: ByteString
        var usesDomain = false
        var isCaseSensitive = false
        let key: ByteString?
    }

    @Test(arguments: [
        Case(uri: "sip:Alice@PBX.test", key: "alice"),
        Case(uri: "sip:Alice@PBX.test", isCaseSensitive: true, key: "Alice"),
        Case(uri: "sip:Alice@PBX.test", usesDomain: true, key: "alice@pbx.test"),
        Case(uri: "sip:Alice@PBX.test", usesDomain: true, isCaseSensitive: true, key: "Alice@pbx.test"),
        Case(uri: "sip:alice:secret@h;transport=tcp", key: "alice"),
        Case(uri: "sip:%61lice@h", key: "alice"),
        Case(uri: "sip:a%00b@h", key: "a%00b"),
        Case(uri: "sip:h.test", key: "h.test"),
        Case(uri: "sip:h.test", usesDomain: true, key: "@h.test"),
        Case(uri: "no uri", key: nil),
    ])
    func `the key is taken out of a URI`(fixture: Case) {
        let aor = AddressOfRecord(
            uri: fixture.uri, usesDomain: fixture.usesDomain, isCaseSensitive: fixture.isCaseSensitive)
        #expect(aor?.key == fixture.key)
    }

    @Test func `a key is taken apart at its last at sign`() {
        let aor = AddressOfRecord(key: "a@b@pbx.test", usesDomain: true)
        #expect(aor.username == "a@b")
        #expect(aor.domain == "pbx.test")
        #expect(aor.key == "a@b@pbx.test")
    }

    @Test func `a key without domain is the user`() {
        let aor = AddressOfRecord(key: "a@b", usesDomain: false)
        #expect(aor.username == "a@b")
        #expect(aor.domain == nil)
    }
}
