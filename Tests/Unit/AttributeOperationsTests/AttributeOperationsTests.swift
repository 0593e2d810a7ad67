import SIPMessage
import ScriptEngine
import Testing

@testable import AttributeOperationsModule

@Suite struct AttributeReferenceTests {
    @Test func `names, flags and destinations are read`() throws {
        let plain = try AttributeReference("$avp(s:uuid)/g", allowing: "g")
        #expect(plain.name == "uuid" && plain.has("g") && plain.destination == nil)
        let both = try AttributeReference("$avp(a)/$avp(b)/gd", allowing: "gd", destinations: true)
        #expect(both.name == "a" && both.destination == "b" && both.has("d"))
    }

    @Test(arguments: ["", "avp(x)", "$avp()", "$avp($var(x))", "$avp(x)/q", "$avp(x)/g/g"])
    func `what is no reference is refused`(text: String) {
        #expect(throws: ScriptError.self) { _ = try AttributeReference(ByteString(text), allowing: "g") }
    }
}

@Suite struct FilePatternTests {
    @Test(arguments: [
        ("sip:alice@home.org", "*@home.org", true), ("abc", "a?c", true), ("abc", "a?", false), ("", "*", true),
        ("", "?", false), ("aaab", "*a*b", true), ("abc", "abc*", true),
    ])
    func `a pattern covers all of a text`(text: String, pattern: String, isMatch: Bool) {
        #expect(FilePattern.matches(ByteString(text), ByteString(pattern)) == isMatch)
    }

    @Test func `many stars take no more time than the texts are long`() {
        let text = ByteString(String(repeating: "a", count: 5000))
        #expect(!FilePattern.matches(text, ByteString(String(repeating: "*a", count: 30) + "b")))
    }
}
