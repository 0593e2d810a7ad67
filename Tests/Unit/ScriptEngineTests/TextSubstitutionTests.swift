import SIPMessage
import ScriptEngine
import Testing

@Suite struct TextSubstitutionTests {
    private func apply(_ substitution: ByteString, to text: ByteString) throws -> ByteString? {
        let message = try SIPMessage.parse(Array(ScriptFixture.request.utf8))
        let context = ScriptContext(message: message, received: nil, host: RecordingHost(), target: RequestTarget())
        return try TextSubstitution(substitution, FormatCompiler(vocabulary: Vocabulary())).apply(to: text, context)
    }

    @Test(
        arguments: [
            ("/l/L/", "heLlo"), ("/l/L/g", "heLLo"), ("/L/x/i", "hexlo"), ("/l+/-/", "he-o"),
            ("/(h)(e)/\\2\\1/", "ehllo"),
            ("/l/[\\0]/g", "he[l][l]o"), ("#l#/#", "he/lo"), ("/h/a\\tb/", "a\tbello"),
        ] as [(ByteString, ByteString)])
    func `matches are replaced`(substitution: ByteString, expected: ByteString) throws {
        #expect(try apply(substitution, to: "hello") == expected)
    }

    @Test(arguments: ["/x/y/", "/x*/y/", "/^/A/", "/$/B/", "/l*/Z/g", "/()/E/g"] as [ByteString])
    func `without a match, or with an empty one, nothing is replaced`(substitution: ByteString) throws {
        #expect(try apply(substitution, to: "hello") == nil)
    }

    @Test(arguments: ["", "/a", "/a/b", "/a/b/q", "/(/b/", "/a/\\1/"] as [ByteString])
    func `a malformed one is refused`(substitution: ByteString) {
        #expect(throws: ScriptError.self) { try apply(substitution, to: "hello") }
    }
}
