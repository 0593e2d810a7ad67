import SIPMessage
import Testing

@testable import PermissionsModule

@Suite struct RuleFileTests {
    private static let text = """
        # who may call whom
        ALL : "^sip:361[0-9]*@abc.com$" EXCEPT "^sip:361[0-9]*3@abc.com$", "^sip:361[0-9]*4@abc.com$"
        "^sip:alice@" , "^sip:carol@" : "^sip:BOB@"   # case does not count

        ALL EXCEPT "^sip:dave@" : "^sip:exit@"
        """

    @Test(arguments: [
        ("sip:x@y", "sip:3612@abc.com", true), ("sip:x@y", "sip:3613@abc.com", false),
        ("sip:x@y", "sip:3614@abc.com", false), ("sip:alice@a", "sip:bob@b", true),
        ("sip:carol@a", "sip:bob@b", true), ("sip:dave@a", "sip:bob@b", false), ("sip:erin@a", "sip:exit@b", true),
        ("sip:dave@a", "sip:exit@b", false),
    ])
    func `a rule matches both sides`(from: ByteString, to: ByteString, isMatch: Bool) throws {
        let rules = try RuleFile(Array(Self.text.utf8), name: "rules")
        #expect(rules.matches(from: from, to: to) == isMatch)
    }

    @Test func `a file without rules matches nothing`() throws {
        let empty = try RuleFile(Array("# nothing\n\n".utf8), name: "rules")
        #expect(!RuleFile().matches(from: "sip:a@b", to: "sip:c@d"))
        #expect(!empty.matches(from: "sip:a@b", to: "sip:c@d"))
    }

    @Test(arguments: [
        ("ALL", "rules:1: a colon is missing"),
        ("\n\"a\" : b", "rules:2: a regular expression in quotes, or ALL, is missing"),
        ("\"a : ALL", "rules:1: the quote is not closed"), ("ALL : ALL x", "rules:1: there is more behind the rule"),
        ("ALL : \"a\",", "rules:1: a regular expression in quotes, or ALL, is missing"),
    ])
    func `a line that is no rule is refused with its place`(text: String, problem: String) {
        do throws(RuleFileProblem) {
            _ = try RuleFile(Array(text.utf8), name: "rules")
            Issue.record("the file was accepted")
        } catch {
            #expect("\(error)" == problem)
        }
    }
}
