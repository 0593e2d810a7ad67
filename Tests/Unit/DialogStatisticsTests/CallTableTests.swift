import DialogStatisticsModule
import SIPMessage
import ScriptEngine
import Testing

@Suite struct CallTableTests {
    private let table = CallTable(lifetimes: .init(initial: 180, active: 7200, finished: 10))

    private func call(from source: ByteString = "sip:alice@home.test", at start: Int = 0) -> CallRecord {
        CallRecord(
            source: source, destination: "sip:bob@home.test", data: "srcip=192.0.2.1", userAgent: "phone",
            state: .initial, start: start, updated: start)
    }

    private func count(_ state: CallState) -> Int {
        table.count { $0.state == state }
    }

    @Test func `a call goes from ringing to its end`() {
        #expect(table.add(call(), id: "1"))
        #expect(table.update("1", .response(180), now: 1))
        #expect(count(.progress) == 1)
        #expect(table.update("1", .response(200), now: 2))
        #expect(table.update("1", .acknowledged, now: 3))
        #expect(count(.confirmed) == 1)
        #expect(table.update("1", .ended, now: 4))
        #expect(count(.terminated) == 1)
    }

    @Test func `a refused or cancelled call is not answered`() {
        #expect(table.add(call(), id: "1"))
        #expect(table.add(call(), id: "2"))
        #expect(table.update("1", .response(486), now: 1))
        #expect(table.update("2", .ended, now: 1))
        #expect(count(.notAnswered) == 2)
        #expect(table.total(.notAnswered) == 2)
    }

    @Test func `100 tells nothing and an ended call stays ended`() {
        #expect(table.add(call(), id: "1"))
        #expect(table.update("1", .response(100), now: 1))
        #expect(count(.initial) == 1)
        #expect(table.update("1", .response(404), now: 1))
        #expect(table.update("1", .response(200), now: 1))
        #expect(count(.notAnswered) == 1)
    }

    @Test func `a Call-ID is counted once and an unknown one not at all`() {
        #expect(table.add(call(), id: "1"))
        #expect(!table.add(call(), id: "1"))
        #expect(!table.update("2", .ended, now: 1))
    }

    @Test func `calls are forgotten when their time is over`() {
        #expect(table.add(call(), id: "ringing"))
        #expect(table.add(call(), id: "answered"))
        #expect(table.add(call(), id: "ended"))
        #expect(table.update("answered", .response(200), now: 0))
        #expect(table.update("ended", .ended, now: 0))
        table.sweep(now: 9)
        #expect(table.count { _ in true } == 3)
        table.sweep(now: 10)
        #expect(table.count { _ in true } == 2)
        table.sweep(now: 180)
        #expect(table.count { _ in true } == 1)
        table.sweep(now: 7200)
        #expect(table.count { _ in true } == 0)
    }

    @Test(arguments: [
        ("src", "eq", "sip:alice@home.test", 2), ("src", "sw", "sip:", 3), ("src", "re", "bob|carol", 1),
        ("dst", "eq", "nobody", 0), ("data", "sw", "srcip=192.", 3), ("ua", "eq", "phone", 3), ("any", "eq", "x", 3),
    ])
    func `a filter counts`(field: ByteString, operation: ByteString, value: ByteString, expected: Int) throws {
        for (index, user) in ["alice", "alice", "carol"].enumerated() {
            #expect(table.add(call(from: ByteString("sip:\(user)@home.test")), id: ByteString("\(index)")))
        }
        let filter = try CallFilter(field: field, operation: operation, value: value)
        #expect(table.count(where: filter.matches) == expected)
    }

    @Test func `unknown fields and operators are refused`() {
        #expect(throws: ScriptError.self) { try CallFilter(field: "x", operation: "eq", value: "") }
        #expect(throws: ScriptError.self) { try CallFilter(field: "src", operation: "lt", value: "") }
        #expect(throws: ScriptError.self) { try CallFilter(field: "src", operation: "re", value: "(") }
    }
}
