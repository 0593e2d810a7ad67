import SIPMessage
import Testing

@testable import AccountingModule

@Suite struct AccountingRecordTests {
    @Test(arguments: [
        ("200 OK", "200", "OK"), ("404 Not Found", "404", "Not Found"), ("alice said", "", "alice said"),
        ("486", "486", ""), ("4", "", "4"), ("", "", ""), ("20x Odd", "", "20x Odd"),
    ])
    func `a comment is cut into status and reason`(comment: String, status: String, reason: String) {
        let parts = AccountingRecord.split(ByteString(comment))
        #expect(parts.status == status)
        #expect(parts.reason == reason)
    }
}

@Suite struct AccountingTimeTests {
    @Test func `a time is written with three digits and read again`() {
        let time = AccountingTime(seconds: 1_795_398_350, microseconds: 58_999)
        #expect(time.text == "1795398350.058")
        #expect(AccountingTime(ByteString(time.text)) == AccountingTime(seconds: 1_795_398_350, microseconds: 58_000))
    }

    @Test(arguments: ["", "x", "1.2", "1.2.3", "-1.000", "1.-12", "99999999999999999999.000"])
    func `what is no time is refused`(text: String) {
        #expect(AccountingTime(ByteString(text)) == nil)
    }

    @Test func `a duration is never negative and never overflows`() {
        let start = AccountingTime(seconds: 10, microseconds: 900_000)
        #expect(AccountingTime(seconds: 12, microseconds: 100_000).milliseconds(since: start) == 1200)
        #expect(AccountingTime(seconds: 9, microseconds: 0).milliseconds(since: start) == 0)
        #expect(AccountingTime(seconds: .max, microseconds: 0).milliseconds(since: start) == 0)
    }
}
