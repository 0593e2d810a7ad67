import SIPMessage
import Testing

@testable import DialogsModule

@Suite struct DialogStateTests {
    private func run(_ events: [DialogState.Event]) -> (DialogState, [DialogState.Transition]) {
        var state = DialogState.unconfirmed
        let transitions = events.map { state.receive($0) }
        return (state, transitions)
    }

    @Test func `a call goes from ringing to its end`() {
        let (state, transitions) = run([.provisional, .provisional, .success, .acknowledged, .request, .bye])
        #expect(state == .deleted)
        #expect(transitions == [.ringing, .none, .answered, .confirmed, .none, .ended])
    }

    @Test func `a call that is refused fails once`() {
        let (state, transitions) = run([.provisional, .failure, .failure, .success])
        #expect(state == .deleted)
        #expect(transitions == [.ringing, .failed, .none, .none])
    }

    @Test func `a request stands in for a lost ACK`() {
        let (state, transitions) = run([.success, .request])
        #expect(state == .confirmed)
        #expect(transitions == [.answered, .confirmed])
    }

    @Test func `time ends what rings and what is up`() {
        #expect(run([.provisional, .timeout]).1 == [.ringing, .failed])
        #expect(run([.success, .timeout]).1 == [.answered, .ended])
        #expect(run([.success, .acknowledged, .timeout]).1 == [.answered, .confirmed, .ended])
    }
}

@Suite struct DialogIdentifierTests {
    @Test func `the digits stand from the last to the first`() throws {
        let identifier = DialogIdentifier(entry: 2246, number: 8885)
        #expect("\(identifier)" == "6c8.5b22")
        #expect(DialogIdentifier("6c8.5b22") == identifier)
    }

    @Test(arguments: ["", ".", "1", "1.2.3", "x.1", "123456789.1", "1.", "-1.1"])
    func `what is no identifier is refused`(text: String) {
        #expect(DialogIdentifier(ByteString(text)) == nil)
    }

    @Test func `numbers that were loaded are not given out again`() {
        let numbers = DialogNumbers()
        let first = numbers.make()
        numbers.skip(first + 10)
        #expect(numbers.make() == first + 11)
    }
}

@Suite struct DialogTests {
    private func dialog(_ number: Int = 1) -> Dialog {
        var record = DialogRecord(
            identifier: .init(entry: 0, number: number), callID: "c", fromURI: "sip:a@x", toURI: "sip:b@x",
            requestURI: "sip:b@x")
        record.caller.tag = "at"
        return Dialog(record)
    }

    @Test func `tags tell the sides apart`() {
        let dialog = dialog()
        #expect(dialog.sender(fromTag: "at", toTag: nil) == .caller)
        #expect(dialog.sender(fromTag: "bt", toTag: "at") == nil)
        dialog.record.callee = DialogLeg(tag: "bt")
        #expect(dialog.sender(fromTag: "at", toTag: "bt") == .caller)
        #expect(dialog.sender(fromTag: "bt", toTag: "at") == .callee)
        #expect(dialog.sender(fromTag: "at", toTag: "other") == nil)
        #expect(dialog.sender(fromTag: "other", toTag: "at") == nil)
    }

    @Test func `variables have a bound`() {
        let dialog = dialog()
        for number in 0..<1000 { dialog[variable: ByteString("v\(number)")] = "x" }
        #expect(dialog.record.variables.count == Dialog.variableCountMax)
        dialog[variable: "v0"] = nil
        dialog[variable: "new"] = "y"
        #expect(dialog[variable: "new"] == "y")
    }

    @Test func `a dialog is due once, at the time that was set last`() {
        var table = DialogTable()
        let dialog = dialog()
        let insertions = [table.insert(dialog), table.insert(self.dialog())]
        #expect(insertions == [true, false])
        table.schedule(dialog, at: 100)
        table.schedule(dialog, at: 110)
        var counts: [Int] = []
        for second in [105, 110, 111] { counts.append(table.due(at: second).count) }
        #expect(counts == [0, 1, 0])
        table.schedule(dialog, at: 50)
        let late = table.due(at: 112)
        #expect(late.count == 1)
        table.schedule(dialog, at: 200)
        table.remove(dialog)
        let removed = table.due(at: 1_000_000)
        #expect(removed.isEmpty)
        #expect(table.count == 0)
    }
}

@Suite struct DialogProfileTests {
    @Test func `dialogs are counted by value`() throws {
        let profiles = try DialogProfiles(withoutValue: "all", withValue: "caller; x/s")
        #expect(profiles.names == ["all": false, "caller": true, "x": true])
        for value in ["a", "a", "b"] as [ByteString] { #expect(profiles.add(.init(profile: "caller", value: value))) }
        #expect(profiles.size(of: "caller", value: "a") == 2)
        #expect(profiles.size(of: "caller", value: nil) == 3)
        profiles.remove(.init(profile: "caller", value: "a"))
        profiles.remove(.init(profile: "caller", value: "a"))
        profiles.remove(.init(profile: "caller", value: "a"))
        #expect(profiles.size(of: "caller", value: nil) == 1)
    }

    @Test func `profiles are written to the table and read again`() {
        let all: [ProfileMembership] = [
            .init(profile: "caller", value: "sip:a\"@x"), .init(profile: "all", value: nil),
        ]
        let text = DialogStorage.text(of: all, .init(entry: 1, number: 2))
        #expect(DialogStorage.profiles(ByteString(text ?? "")) == all)
        #expect(DialogStorage.profiles("{broken") == [])
        #expect(DialogStorage.text(of: [], .init(entry: 1, number: 2)) == nil)
    }
}
