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

    @Test(
        .enabled(if: PrivateMariaDB.absence == nil, Comment(rawValue: PrivateMariaDB.absence ?? "")),
        arguments: Session.all.filter(\.runsOnAnyEngine))
    func `a session prints the same on MariaDB`(session: Session) throws {
        let server = try #require(PrivateMariaDB.shared)
        let transcript = session.transcript(
            program: try #require(BuiltProgram.path("sipctl")), database: server.unusedURL().description)
        #expect(transcript == session.expected)
    }

    @Test func `a password on the command line is not in the process list`() throws {
        let session = Session(
            name: "secret",
            commands: [
                "sipctl db create --quiet; mkfifo in out",
                // The writer's lock keeps sipctl waiting while the process list is read.
                """
                sqlite3 sipd.sqlite <in >out & exec 3>in 4<out; echo "BEGIN IMMEDIATE; SELECT 'held';" >&3; read held <&4; \
                sipctl add alice@pbx.test topsecret & \
                until tr '\\0' ' ' </proc/$!/cmdline | grep -F 'alice@pbx.test *********'; do :; done; \
                echo 'COMMIT;' >&3; exec 3>&-; wait
                """,
            ])
        let transcript = session.transcript(program: try #require(BuiltProgram.path("sipctl")))
        #expect(transcript.contains("\nsipctl add alice@pbx.test ********* \n! added user 'alice@pbx.test'\n"))
    }

    @Test func `there are sessions`() {
        #expect(Session.all.count > 5)
    }
}
