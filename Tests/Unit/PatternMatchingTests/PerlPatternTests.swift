import SIPMessage
import ScriptEngine
import Testing

@testable import PatternMatchingModule

@Suite struct PerlPatternTests {
    @Test(arguments: [
        ("^\\d{3,}$", "1234", true), ("^\\d{3,}$", "12", false), ("(?i)friendly", "FRIENDLY-scanner", true),
        ("a.*?b", "xxaccb", true), ("(?:foo|bar)baz", "barbaz", true), ("(?<name>x+)y", "xxy", true),
        ("[\\w.-]+@example\\.com", "a-b.c@example.com", true), ("[\\w.-]+@example\\.com", "@exampleXcom", false),
        ("\\Aabc\\z", "abc", true), ("\\Aabc\\z", "xabc", false), ("[^\\d]+$", "12ab", true), ("a\\x41b", "aAb", true),
        ("[\\]x]", "]", true), ("[a\\-z]", "-", true), ("[a\\-z]", "b", false), ("sip\\:\\/\\/", "sip://", true),
        ("\\bword\\b", "a word here", true), ("[[:digit:]]+", "7", true), ("(?#note)x", "x", true),
    ])
    func `a pattern means what it means in Perl`(pattern: String, text: String, isMatch: Bool) throws {
        let expression = try PerlPattern(ByteString(pattern), ignoresCase: false).compiled()
        #expect(expression.matches(ByteString(text)) == isMatch)
    }

    @Test(arguments: ["(?=x)", "(?!x)", "(?<=x)y", "(?<!x)y", "(a)\\1", "(a", "[a", "a\\", "\\p{L}", "x(?i)y", "[\\D]"])
    func `what cannot be said otherwise is refused`(pattern: String) {
        #expect(throws: ScriptError.self) {
            _ = try PerlPattern(ByteString(pattern), ignoresCase: false).compiled()
        }
    }

    @Test func `groups keep their numbers`() throws {
        #expect(try PerlPattern("(a)(?:b)(c)", ignoresCase: false).captures == [1, 3])
    }
}

@Suite struct PatternGroupsTests {
    @Test func `the lines of a group are alternatives`() throws {
        let groups = try PatternGroups.parse("# c\n[0]\n^a\n^b\n\n[2]\nx\n", groupsMax: 5, bytesMax: 100)
        #expect(groups == ["(^a)|(^b)", nil, "(x)"])
    }

    @Test(arguments: ["x\n", "[9]\n", "[0]\n[0]\n", "[0]\n" + String(repeating: "y", count: 200)])
    func `a bad file is refused`(text: String) {
        #expect(throws: ScriptError.self) {
            _ = try PatternGroups.parse(ByteString(text), groupsMax: 5, bytesMax: 100)
        }
    }
}
