import Suggestions
import Testing

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("adress", "address"), ("addr", "address"), ("lsit", "list"), ("rm", "rm"), ("xyzzy", nil), ("", nil),
        ("LIST", "list"), ("s", nil), (String(repeating: "a", count: 10_000), nil),
    ])
    func `a near miss is recognised`(word: String, expected: String?) {
        #expect(NearestName.of(word, among: ["address", "list", "rm", "show"]) == expected)
    }

    @Test(arguments: [
        ("ul_dump", "ul.dump"), ("addressReload", "permissions.addressReload"), ("-", nil), ("...", nil),
    ])
    func `separators and the part before the last dot do not count`(word: String, expected: String?) {
        #expect(NearestName.of(word, among: ["ul.dump", "permissions.addressReload", ".", ""]) == expected)
    }

    @Test func `a mistyped name comes before one that begins with it`() {
        #expect(NearestName.of("lists", among: ["lists_of_all", "list"]) == "list")
    }

    @Test func `the alphabet decides between names of equal distance`() {
        #expect(NearestName.of("cat", among: ["cut", "cot"]) == "cot")
        #expect(NearestName.of("cat", among: ["cot", "cut"]) == "cot")
    }

    @Test func `a caller may forgive more`() {
        #expect(NearestName.of("elif", among: ["else"]) == nil)
        #expect(NearestName.hint("elif", among: ["else"], limit: 2) == "did you mean 'else'?")
    }
}
