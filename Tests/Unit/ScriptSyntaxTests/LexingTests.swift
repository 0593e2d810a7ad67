import ScriptSyntax
import Testing

@Suite struct LexingTests {
    @Test(arguments: [
        Row("007", "7"), Row("0x1f", "31"), Row("0777", "511"), Row("101b", "5"), Row("0b", "0"), Row("00", "0"),
        Row("2147483648", "-2147483648"), Row("99999999999", "1215752191"), Row("0xFFFFFFFFFF", "-1"),
        Row("4294967296", "0"), Row("on", "1"), Row("disable", "0"), Row("true", "1"), Row("INET6", "10"),
        Row("IPv4", "2"), Row("08", "1:10: expected a value, found '08'"),
        Row("0X1F", "1:10: expected a value, found '0X1F'"), Row("2b", "1:10: expected a value, found '2b'"),
        Row("12abc", "1:10: expected a value, found '12abc'"), Row("Yes", "1:10: expected a value, found 'Yes'"),
        Row("NULL", "1:10: expected a value, found 'NULL'"),
    ])
    func `numbers have several forms and wrap at 32 bits`(row: Row) {
        #expect(Reading.expression(row.input) == row.expected)
    }

    @Test(arguments: [
        Row(#""a\tb\n\r""#, #""a\tb\n\r""#), Row(#""\"\\""#, #""\"\""#), Row(#""\x41\x4\xZ""#, #""A\x4\xZ""#),
        Row(#""\101\60\1234""#, #""A0S4""#), Row(#""\7\8\0""#, #""\7\8\0""#), Row(#""\d\w\.""#, #""\d\w\.""#),
        Row("\"a\\\nb\"", #""ab""#), Row("\"a\nb\"", #""a\nb""#), Row("\"a\" \n\t\"b\"\"c\"", #""abc""#),
        Row(#"'\n$x"y'"#, #""\n$x\"y""#), Row("'a\nb'", #""a\nb""#), Row(#""""#, #""""#),
        Row(#""a" 'b'"#, "1:14: expected ';' after the assignment, found \"b\""),
        Row(#"'a' 'b'"#, "1:14: expected ';' after the assignment, found \"b\""),
        Row(#""a" /* */ "b""#, "1:20: expected ';' after the assignment, found \"b\""), Row(#""a\x00b""#, #""a""#),
    ])
    func `strings`(row: Row) {
        #expect(Reading.expression(row.input) == row.expected)
    }

    @Test func `bytes of a string that are no text are kept`() {
        let result = Reading.parse(Array("log_name=\"".utf8) + [0xE9, 0xFF] + Array("\"".utf8))
        guard case .global(let global)? = result.configuration.items.first else {
            Issue.record("no parameter was read")
            return
        }
        #expect(global.value == .string(ScriptText(bytes: [0xE9, 0xFF])))
    }

    @Test(arguments: [
        Row("$rU-1", "(- $rU 1)"), Row("$?", "$?"), Row("$var(a(b)c) + 1", "(+ $var(a(b)c) 1)"),
        Row("$(hdr(X)[0]{s.len})", "$(hdr(X)[0]{s.len})"), Row("$xavp(a[0]=>b)", "$xavp(a[0]=>b)"),
        Row("$var( x )", "$var( x )"), Row("@via[-1].params[\"a b\"].x+1", "(+ @via[-1].params[\"a b\"].x 1)"),
        Row("@from.uri==$fu", "(== @from.uri $fu)"),
        Row("$hdr(X)[0]", "1:17: expected ';' after the assignment, found '['"),
        Row("$ru.len", "1:13: expected ';' after the assignment, found '.'"),
        Row("$ ru", "1:10: '$' has to be followed by the name of a variable"),
        Row("$(ru", "1:10: the variable has no closing ')'"),
        Row("@", "1:10: '@' has to be followed by the name of a select"),
    ])
    func `variables and selects are one token each, as they are written`(row: Row) {
        #expect(Reading.expression(row.input) == row.expected)
    }

    @Test(arguments: [
        Row("1 # x", "1"), Row("1 // x", "1"), Row("/* a /* b */ c */ 1", "1"), Row("6//2", "6"),
        Row("1 /* # */ + 2", "(+ 1 2)"), Row("\"/*\" + \"#\"", "(+ \"/*\" \"#\")"), Row("1 \\\n+ 2", "(+ 1 2)"),
        Row("$ru=~6", "(=~ $ru 6)"), Row("1 !=~ 1", "(!= 1 (~ 1))"), Row("!!1", "(! (! 1))"),
        Row("(int)\"5\"", "((int) \"5\")"), Row("( int )5", "1:12: expected a value, found 'int'"),
    ])
    func `comments and signs`(row: Row) {
        #expect(Reading.expression(row.input + "\n") == row.expected)
    }

    @Test func `bytes that begin nothing are dropped with a warning`() {
        let result = Reading.parse("route { if (method == “OPTIONS”) exit; ? }")
        #expect(TreePrinter.print(result.configuration) == "(request_route (if [method == OPTIONS] ((exit))))")
        #expect(result.diagnostics.map(\.severity) == [.warning, .warning, .warning])
        #expect(result.diagnostics.map(\.location.column) == [23, 33, 44])
        #expect(result.diagnostics.first?.hint == "strings need straight quotes: \"...\"")
    }

    @Test func `an open comment at the end of the file is no error`() {
        let result = Reading.parse("route { exit; } /* x")
        #expect(!result.hasErrors)
        #expect(result.diagnostics.count == 1)
    }

    @Test(arguments: [
        Row("::1", "(alias <::1>)"), Row("[fe80::1]:5060", "(alias <fe80::1 5060>)"),
        Row("1:2:3:4:5:6:7:8", "(alias <1:2:3:4:5:6:7:8>)"), Row("dead::", "(alias <dead::>)"),
        Row("udp:10.0.0.1:5060", "(alias <udp:10.0.0.1 5060>)"), Row("a:5", "(alias <a 5>)"),
        Row("3com.net", "(alias <3com.net>)"),
    ])
    func `addresses are told from words and colons`(row: Row) {
        #expect(Reading.tree("alias=\(row.input)") == row.expected)
    }

    @Test func `positions count bytes, tabs as one, and lines of both kinds`() {
        let result = Reading.parse("route {\r\n\té\t$var(x) = 1 2;\r\n}\r\n")
        #expect(result.diagnostics.last?.location.description == "test.cfg:2:17")
        #expect(result.diagnostics.last?.message == "expected ';' after the assignment, found '2'")
    }
}
