import CommandLineInterface
import ControlProtocol
import Testing

@testable import SipcmdCommands

@Suite struct CommandWordsTests {
    @Test(
        arguments: [
            ("a b  c", ["a", "b", "c"]), ("a 'b c' \"d e\"", ["a", "b c", "d e"]), (#"a\ b"#, ["a b"]), ("''", [""]),
            ("", []), ("a\t'b'c", ["a", "bc"]),
        ] as [(String, [String])])
    func `words are split as in a shell`(line: String, words: [String]) {
        #expect(CommandWords.split(line) == words)
    }

    @Test func `an open quote is seen`() {
        #expect(CommandWords.split("a 'b") == nil)
    }
}

@Suite struct LineEditorTests {
    private func line(_ keys: String) -> (editor: LineEditor, last: LineEditor.Action) {
        var editor = LineEditor()
        var last = LineEditor.Action.none
        for byte in keys.utf8 { last = editor.take(byte) }
        return (editor, last)
    }

    @Test(arguments: [
        ("abc", "abc"), ("abc\u{7F}", "ab"), ("ab\u{1B}[Dx", "axb"), ("ab\u{01}x", "xab"), ("a b\u{17}", "a "),
        ("abc\u{15}", ""), ("ab\u{1B}[D\u{1B}[3~", "a"), ("é", "é"), ("\u{1B}[Z", ""), ("\u{7F}\u{1B}[D", ""),
    ])
    func `keys edit the line`(keys: String, text: String) {
        #expect(String(line(keys).editor.text) == text)
    }

    @Test func `enter hands the line over, and the arrow brings it back`() {
        var (editor, last) = line("ps\r")
        #expect(last == .enter("ps"))
        for byte in "\u{1B}[A".utf8 { _ = editor.take(byte) }
        #expect(String(editor.text) == "ps")
    }

    @Test func `the end of input ends an empty line only`() {
        #expect(line("\u{04}").last == .end)
        #expect(line("a\u{04}").last == .none)
        #expect(line("\t").last == .complete)
    }

    @Test func `the words before the cursor are known`() {
        #expect(line("ul.lookup loc").editor.wordsBeforeCursor == ["ul.lookup", "loc"])
        #expect(line("ul.lookup ").editor.wordsBeforeCursor == ["ul.lookup", ""])
    }
}

@Suite struct CompletionTests {
    private let completion = Completion { method, parameters in
        switch method {
        case "system.listMethods": ["ul.dump", "ul.lookup", "core.version"]
        case "system.methodSignature" where parameters == ["ul.lookup"]:
            ["parameters": [["name": "table"], ["name": "aor"]]]
        case "ul.dump": ["rows": [["Domain": "location", "AoR": "alice"], ["Domain": "location", "AoR": "alma"]]]
        case "cfg.list": ["core: debug", "pstn: gw_ip"]
        default: nil
        }
    }

    @Test(
        arguments: [
            (["ul."], ["ul.dump", "ul.lookup"]), (["help", "core"], ["core.version"]),
            (["ul.lookup", ""], ["location"]),
            (["ul.lookup", "location", "al"], ["alice", "alma"]), (["cfg.get", "c"], ["core"]),
            (["cfg.get", "pstn", ""], ["gw_ip"]), (["unknown", "x"], []), (["bat"], ["batch"]),
        ] as [([String], [String])])
    func `methods and arguments are completed`(words: [String], candidates: [String]) {
        #expect(completion.candidates(words) == candidates)
    }
}

@Suite struct ListingArgumentsTests {
    @Test(
        arguments: [
            ("Expires<60", ["Expires": ["lt": "60"]]), ("AoR=alice", ["AoR": ["eq": "alice"]]),
            ("a!=b", ["a": ["ne": "b"]]), ("a<=b=c", ["a": ["le": "b=c"]]),
            ("value^=core.", ["value": ["prefix": "core."]]),
            ("a~x", ["a": ["contains": "x"]]), ("a=x~y", ["a": ["eq": "x~y"]]),
        ] as [(String, JSONValue)])
    func `conditions are read`(text: String, condition: JSONValue) throws {
        #expect(JSONValue.object([try ListingArguments.condition(text)]) == condition)
    }

    @Test(arguments: ["", "a", "=b"])
    func `what is no condition is refused`(text: String) {
        #expect(throws: CommandFailure.self) { try ListingArguments.condition(text) }
    }
}

@Suite struct ManualTests {
    @Test func `the manual page has the sections that man wants`() {
        let text = ManualPage.text(of: SipcmdProgram.program(version: "1"))
        for title in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXAMPLES", "EXIT STATUS"] {
            #expect(text.contains(".SH \(title)\n"))
        }
        #expect(!text.contains("__complete"))
    }
}
