import ScriptSyntax
import Testing

@Suite struct PreprocessorTests {
    @Test(arguments: [
        Row("#!define X 5\ndebug=X", "(global debug 5)"), Row("!!def X 5\ndebug=X", "(global debug 5)"),
        Row("  #!define   X    \"a  b\"  \nlog_name=X", "(global log_name \"a  b\")"),
        Row("#!define X 1 \\\n\ndebug=X", "(global debug 1)"),
        Row("#!define X debug = \\\r\n 4\r\nX", "(global debug 4)"),
        Row("#!define X\ndebug=3 X X", "(global debug 3)"),
        Row("#!define A B\n#!define B 7\ndebug=A", "(global debug 7)"),
        Row("#!define X 5 /* c */\nmodparam(\"a\",\"b\",X)", "(modparam \"a\" \"b\" 5)"),
        Row("#!trydef X 1\n#!trydef X 2\ndebug=X", "(global debug 1)"),
        Row("#!define X 1\n#!redefine X 2\ndebug=X", "(global debug 2)"),
        Row("#!define X 1\n#!undef X\n#!ifdef X\ndebug=1\n#!else\ndebug=2\n#!endif", "(global debug 2)"),
        Row("#!define X \"a\"\nlog_name=X \"b\"", "(global log_name \"ab\")"),
        Row("#!define X 1\nlog_name=\"X $def(X)\"", "(global log_name \"X $def(X)\")"),
        Row("#!define X #!define Y 4\nX\ndebug=Y", "(global debug 4)"),
        Row("#!define X 1\n#!define X 2", "2:10: 'X' was already defined at test.cfg:1:10"),
        Row("#!define A-B 1", "1:10: 'A-B' is no name: '-' is not allowed in it"),
        Row("#!define X 5 # c\nmodparam(\"a\",\"b\",X)\nfork=1", "3:1: expected ')' after the value, found 'fork'"),
        Row("#!define X X\ndebug=X", "2:7: the definition of 'X' uses itself"),
        Row("#!define X Y\n#!define Y X\ndebug=X", "3:7: the definition of 'X' uses itself"),
        Row("#!define tcp 5\ndebug=tcp", "2:7: expected a number for 'debug', found 'tcp'"),
    ])
    func `definitions replace words by text`(row: Row) {
        #expect(Reading.tree(row.input) == row.expected)
    }

    @Test(arguments: [
        Row("#!ifdef X\ndebug=1\n#!else\ndebug=2\n#!endif", "(global debug 2)"),
        Row("#!ifndef X\ndebug=1\n#!endif", "(global debug 1)"),
        Row("#!ifdef X\n{ \"not code\n#!endif\ndebug=1", "(global debug 1)"),
        Row("#!ifdef X\n#!ifdef Y\n#!else\ndebug=1\n#!endif\ndebug=2\n#!else\ndebug=3\n#!endif", "(global debug 3)"),
        Row("#!ifdef KAMAILIO_5_6_3\n#!else\ndebug=2\n#!else\ndebug=3\n#!endif", "(global debug 3)"),
        Row("#!ifdef X\n# #!endif\ndebug=1", "(global debug 1)"),
        Row(
            "loadmodule \"a/tm.so\"\n#!ifdef MOD_tm\ndebug=1\n#!endif", "(loadmodule tm \"a/tm.so\")\n(global debug 1)"),
        Row("#!ifdef X\n#!nothing\n#!endif \ndebug=1", "(global debug 1)"), Row("#!else\ndebug=1", "(global debug 1)"),
        Row("#!ifdef X\ndebug=1", "1:1: '#!ifdef' without '#!endif'"),
        Row("#!endif", "1:1: '#!endif' without '#!ifdef'"),
        Row("#!ifdef X\n#!else # x\ndebug=1\n#!endif", ""),
        Row("#!ifdef KAMAILIO_5\n#!endif # x", "2:1: '#!endif' has to stand alone on its line"),
    ])
    func `conditions take one branch`(row: Row) {
        #expect(Reading.tree(row.input) == row.expected)
    }

    @Test(arguments: [
        Row("1", "1"), Row("X", "0"), Row("KAMAILIO_VERSION >= 5006000", "1"), Row("OS_NAME == \"linux\"", "1"),
        Row("A + 1 == 6", "1"), Row("B + 1 == \"b1\"", "1"), Row("C && !X", "1"), Row("(1 << 4) + 2 ** 3 == 24", "1"),
        Row("1 + \"20\" == 21", "1"), Row("\"1\" + 20 == \"120\"", "1"), Row("4 > \"20\"", "0"), Row("\"4\" > 20", "1"),
        Row("7 % 4 == 3 && 7 / 2 > 3", "1"), Row("\"\"", "0"), Row("-1 < 0 || X", "1"), Row("0x10 == 16", "1"),
    ])
    func `ifexp evaluates expressions`(row: Row) {
        let text = "#!define A 5\n#!define B \"b\"\n#!define C\n#!ifexp \(row.input)\ndebug=1\n#!else\ndebug=0\n#!endif"
        #expect(Reading.tree(text) == "(global debug \(row.expected))")
    }

    @Test(arguments: [
        Row("#!ifexp 1 +", "the expression has an operand too few"),
        Row("#!ifexp (1", "')' is missing in the expression"),
        Row("#!ifexp 1 / 0", "division by zero in the expression"),
        Row("#!ifexp 1 2", "'2' is not expected in the expression"),
        Row("#!ifexp \"a", "a string in the expression has no closing quote"),
    ])
    func `ifexp refuses what is no expression`(row: Row) {
        let result = Reading.parse(row.input + "\n#!endif\n")
        #expect(result.diagnostics.map(\.message) == [row.expected])
    }

    @Test func `defexp defines values`() {
        let text = """
            #!define HOST 127.0.0.1
            #!defexp A 1 << 4
            #!defexps B "sip:" + HOST + ":5060"
            debug=A log_name=B
            """
        #expect(Reading.tree(text) == "(global debug 16)\n(global log_name \"sip:127.0.0.1:5060\")")
    }

    @Test func `the environment defines names`() {
        let environment = ["N": "7", "T": "a b"]
        #expect(Reading.tree("#!defenv N\ndebug=N", environment: environment) == "(global debug 7)")
        #expect(Reading.tree("#!defenv X=N\ndebug=X", environment: environment) == "(global debug 7)")
        #expect(Reading.tree("#!defenvs T\nlog_name=T", environment: environment) == "(global log_name \"a b\")")
        #expect(Reading.tree("#!trydefenv U\n#!ifdef U\nx\n#!endif", environment: environment) == "")
        #expect(Reading.tree("#!defenv U") == "1:10: the environment has no variable 'U'")
    }

    @Test(arguments: [
        Row("#!subst \"/X/y/\"\nlog_name=\"aXXb\"", "(global log_name \"ayXb\")"),
        Row("#!subst \"/x/y/gi\"\nlog_name='aXXb'", "(global log_name \"ayyb\")"),
        Row("#!subst \",a(b+)[c-e]$,<\\1>,\"\nlog_name=\"xabbd\"", "(global log_name \"x<bb>\")"),
        Row("#!subst \"/a|bc{2}/z/g\"\nlog_name=\"abccab\"", "(global log_name \"zzzb\")"),
        Row("#!subst \"/a\\/b/c/\"\nlog_name=\"a/b\"", "(global log_name \"c\")"),
        Row("#!subst \"/X/1/\"\ndebug=X", "2:7: expected a number for 'debug', found 'X'"),
        Row("#!substdef \"!IP!10.0.0.1!g\"\nlisten=udp:IP:5060", "(listen <udp:10.0.0.1 5060>)"),
        Row("#!substdef \"!N!42!g\"\ndebug=N log_name=\"n=N\"", "(global debug 42)\n(global log_name \"n=42\")"),
        Row("#!substdefs \"!N!$env(H)!\"\nlog_name=N", "(global log_name \"/root\")"),
        Row("#!subst \"/a/b\"", "1:9: the substitution needs its separator '/' three times"),
        Row("#!subst \"/a/b/q\"", "1:9: 'q' is no flag of a substitution"),
        Row("#!subst \"/(/b/\"", "1:9: the pattern has a '(' without ')'"),
        Row("#!define N 1\n#!substdef \"/N/2/\"", "2:12: 'N' was already defined at test.cfg:1:10"),
    ])
    func `substitutions change strings`(row: Row) {
        #expect(Reading.tree(row.input, environment: ["H": "/root"]) == row.expected)
    }

    @Test func `includes are read in place, from the folder of the file that names them`() {
        let files = [
            "/etc/a.cfg": "debug=1\ninclude_file \"b.cfg\"\ndebug=4",
            "/etc/b.cfg": "debug=2 #!include_file \"sub/c.cfg\"\n",
            "/etc/sub/c.cfg": "debug=3",
        ]
        let text = "include_file \"/etc/a.cfg\" debug=5 import_file \"missing.cfg\" debug=6"
        let expected = [1, 2, 3, 4, 5, 6].map { "(global debug \($0))" }.joined(separator: "\n")
        #expect(Reading.tree(text, files: files) == expected)
        #expect(Reading.tree("include_file \"no.cfg\"") == "1:14: cannot read \"no.cfg\": no such file")
        #expect(
            Reading.tree("include_file no") == "1:14: the file name of 'include_file' has to stand in double quotes")
    }

    @Test func `an include inside of a block is part of it`() {
        let files = ["body.inc": "$var(x) = 5;\n"]
        let tree = Reading.tree("route {\ninclude_file \"body.inc\"\nexit;\n}", files: files)
        #expect(tree == "(request_route (= $var(x) 5) (exit))")
    }

    @Test func `definitions of the command line are read as they are`() {
        let result = Reading.parse("debug=N log_name=S", definitions: ["N=5", "S=\"a\"", "FLAG"])
        #expect(TreePrinter.print(result.configuration) == "(global debug 5)\n(global log_name \"a\")")
        #expect(result.configuration.defines["S"]?.text == "\"a\"")
        #expect(result.configuration.defines["FLAG"]?.text == .some(nil))
        #expect(result.configuration.defines["KAMAILIO_5_6"] != nil)
    }

    @Test func `a slip in a directive is a warning`() {
        let result = Reading.parse("#!endfi\n#!/usr/sbin/sipd\n#!KAMAILIO\n#! define X\n")
        #expect(
            result.diagnostics.map(\.description) == [
                "test.cfg:1:1: warning: '#!endfi' is no directive and is read as a comment\n  hint: did you mean '#!endif'?"
            ])
    }
}
