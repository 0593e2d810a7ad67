import ScriptSyntax
import Testing

/// Configurations that ask for more than is given end in an error, soon and without a crash.
@Suite struct LimitTests {
    private func repeated(_ text: String, _ count: Int = 10_000) -> String {
        String(repeating: text, count: count)
    }

    private func codes(_ text: String, files: [String: String] = [:]) -> Set<String> {
        Set(Reading.parse(text, files: files).diagnostics.map(\.code))
    }

    @Test func `nesting is bounded and reported once`() {
        let texts = [
            "$var(x) = \(repeated("("))1\(repeated(")"));", "\(repeated("if (1) {"));\(repeated("}"))",
            "$var(x) = \(repeated("!"))1;", "\(repeated("if (1) "));",
            "$var(x) = \(repeated("($var(x) = "))1\(repeated(")"));",
            "$var(x) = \(repeated("{ $var(x) = "))1\(repeated("; }"));",
            "\(repeated("switch(1) { case 1: "));\(repeated("}"))",
        ]
        for text in texts {
            #expect(Reading.parse("route {\n\(text)\n}").diagnostics.map(\.code) == ["nesting"])
        }
    }

    @Test func `nesting within the bound is fine`() {
        let count = ScriptLimits.nestingMax - 1
        #expect(codes("route { $var(x) = \(repeated("(", count))1\(repeated(")", count)); }").isEmpty)
        #expect(codes("route { \(repeated("if (1) {", count));\(repeated("}", count)) }").isEmpty)
    }

    @Test func `long chains are no nesting`() {
        #expect(codes("route { if (1) ; \(repeated("else if (1) ; ")) }").isEmpty)
        #expect(codes("route { $var(x) = 1\(repeated(" + 1", 990)); }").isEmpty)
        #expect(codes("route { $var(x) = 1\(repeated(" + 1")); }") == ["expression-limit"])
    }

    @Test func `definitions cannot grow without end`() {
        let doubling = (1..<40).map { "#!define A\($0) A\($0 - 1) A\($0 - 1)\n" }.joined()
        #expect(codes("\(doubling)#!define A0 ;\nA39") == ["define-limit"])
        let chain = (1..<200).map { "#!define A\($0) A\($0 - 1)\n" }.joined()
        #expect(codes("\(chain)#!define A0 ;\nA199").contains("define-limit"))
    }

    @Test func `files cannot include each other without end`() {
        let files = ["a": "include_file \"b\"\n", "b": "include_file \"a\"\ninclude_file \"a\"\n"]
        #expect(codes("include_file \"a\"", files: files) == ["include-depth"])
    }

    @Test func `conditions are bounded`() {
        #expect(codes(repeated("#!ifdef X\n")) == ["condition-limit"])
    }

    @Test func `a pattern that tries too much is given up`() {
        let text = "#!subst \"/(a*)*b/x/\"\nlog_name=\"\(repeated("a", 3000))\""
        #expect(codes(text) == ["subst"])
    }

    @Test func `many errors are counted, not kept`() {
        let diagnostics = Reading.parse("route {\n\(repeated("foo bar;\n", 500))}").diagnostics
        #expect(diagnostics.count == ScriptLimits.diagnosticsMax + 1)
        #expect(diagnostics.last?.message == "400 more problems are not shown")
        #expect(diagnostics.last?.severity == .error)
    }

    @Test func `broken bytes never crash`() {
        var generator = Generator(state: 0x5EED)
        let words = [
            "{", "}", "(", ")", "\"", "'", "#!ifdef A\n", "#!endif\n", "$(", "if", "switch(1) {", "case 1:", ";", "=",
            "/*", "@via[",
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 1...40, using: &generator)
            let bytes = (0..<count).flatMap { _ -> [UInt8] in
                if Bool.random(using: &generator) { return [UInt8.random(in: 0...255, using: &generator)] }
                return Array((words.randomElement(using: &generator) ?? "").utf8)
            }
            let diagnostics = Reading.parse(Array("route {".utf8) + bytes).diagnostics
            #expect(diagnostics.allSatisfy { $0.location.line > 0 && $0.location.column > 0 })
        }
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }
}
