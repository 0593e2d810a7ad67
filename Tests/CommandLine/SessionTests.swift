import Glibc
import TestSupport
import Testing

@Suite struct SessionTests {
    @Test(arguments: Session.all)
    func `a session prints what it always did`(session: Session) throws {
        let transcript = session.transcript(program: try #require(BuiltProgram.path("sipctl")))
        // SAFETY: the variable is only compared with nil.
        if unsafe getenv("UPDATE_GOLDEN") != nil { return session.update(transcript) }
        #expect(transcript == session.expected, "run the tests with UPDATE_GOLDEN=1 when the change is meant")
    }

    @Test func `there are sessions`() {
        #expect(Session.all.count > 5)
    }
}
