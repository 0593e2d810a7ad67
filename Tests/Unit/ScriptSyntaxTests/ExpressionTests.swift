import ScriptSyntax
import Testing

@Suite struct ExpressionTests {
    @Test(arguments: [
        Row("1 || 2 && 3 | 4", "(|| 1 (&& 2 (| 3 4)))"),
        Row("1 | 2 & 3 ^ 4 << 5 >> 6", "(| 1 (& 2 (^ 3 (<< 4 (>> 5 6)))))"),
        Row("1 >> 2 == 3 < 4 + 5 * 6", "(>> 1 (== 2 (< 3 (+ 4 (* 5 6)))))"), Row("1 - 2 - 3", "(- (- 1 2) 3)"),
        Row("8 / 2 mod 3 * 4", "(* (mod (/ 8 2) 3) 4)"), Row("1 or 0 and not 1", "(|| 1 (&& 0 (! 1)))"),
        Row("!1 == 0", "(== (! 1) 0)"), Row("-1 + ~2", "(+ (- 1) (~ 2))"), Row("(1 + 2) * 3", "(* (+ 1 2) 3)"),
        Row("defined $ru && 1", "(&& (defined $ru) 1)"), Row("!defined $ru == 1", "(== (! (defined $ru)) 1)"),
        Row("(int)\"5\" + 1", "(+ ((int) \"5\") 1)"), Row("(str)-5", "((str) (- 5))"),
        Row("\"a\" eq $x", "(eq \"a\" $x)"),
        Row("1 ieq 2 ine 3", "(ine (ieq 1 2) 3)"),
        Row("strlen($ru) + strempty(\"\")", "(+ (strlen $ru) (strempty \"\"))"),
        Row("selval($x == 1, \"a\", 5)", "(selval (== $x 1) \"a\" 5)"), Row("($x = 1) + 1", "(+ (= $x 1) 1)"),
        Row("{ $x = 1; return 2; } + 1", "(+ {(= $x 1) (return 2)} 1)"), Row("f(1) + route(A)", "(+ (f 1) (route A))"),
        Row("$var(y) -1", "(- $var(y) 1)"), Row("1 == 2 == 3", "(== (== 1 2) 3)"),
        Row("1 2", "1:12: expected ';' after the assignment, found '2'"),
        Row("1 AND 1", "1:12: expected ';' after the assignment, found 'AND'"),
        Row("(1, 2)", "1:12: expected ')' after the expression, found ','"),
        Row("1 +", "1:13: expected a value, found ';'"),
        Row("a", "1:10: expected a value, found 'a'"), Row("%x", "1:10: expected a value, found '%'"),
        Row(
            "7 % 2",
            "1:12: expected ';' "
                + "after the assignment, found '%'"),
        Row("$ru == myself", "1:23: expected one of == != eq ne after 'myself', found ';'"),
        Row("strlen $ru", "1:17: expected '(' after 'strlen', found '$ru'"),
        Row("selval(1, 2)", "1:21: expected ',' after the first value of 'selval', found ')'"),
    ])
    func `precedence`(row: Row) {
        #expect(Reading.expression(row.input) == row.expected)
    }

    @Test(arguments: [
        Row(
            "1 + \"a\"",
            "'+' does not fit its operands: a string on its right side does not fit the number on its left side"),
        Row(
            "1 == @from.uri",
            "'==' does not fit its operands: a string on its right side does not fit the number on its left side"),
        Row("5 =~ \"b\"", "'=~' does not fit its operands: it takes a string on its left side, not a number"),
        Row("f() eq \"b\"", "'eq' does not fit its operands: it takes a string on its left side, not a number"),
        Row("$x ieq \"2\"", "'ieq' does not fit its operands: it takes numbers, not the string on its right side"),
        Row("(\"a\" + $x) - 1", "'-' does not fit its operands: it takes numbers, not the string on its left side"),
        Row("- \"a\"", "'-' does not fit its operands: it takes a number, not a string"),
        Row("strlen(5)", "'strlen' does not fit its operands: it takes a string or a variable, not a number"),
        Row("defined f()", "'defined' does not fit its operands: it takes a string or a variable, not a number"),
    ])
    func `operands of the wrong type are refused`(row: Row) {
        let diagnostics = Reading.parse("route { $v = \(row.input); }").diagnostics
        #expect(diagnostics.map(\.message) == [row.expected])
    }

    @Test(arguments: [
        "\"a\" + 1", "\"03\" == 3", "\"b\" =~ 5", "$x + \"a\" - 1", "$x == \"a\"", "1 == $x", "\"1\" eq 1",
        "selval(1, \"a\", 2) - 1",
    ])
    func `operands that may fit are taken`(text: String) {
        #expect(Reading.parse("route { $v = \(text); }").diagnostics.isEmpty)
    }

    @Test(arguments: [
        Row("uri == myself", "[uri == myself]"), Row("myself != src_ip", "[src_ip != myself]"),
        Row("status =~ \"4..\"", "[uri =~ \"4..\"]"),
        Row("method == INVITE || method == \"A\" + \"B\"", "(|| [method == INVITE] [method == (+ \"A\" \"B\")])"),
        Row("!uri == $ru && 1", "(&& (! [uri == $ru]) 1)"), Row("src_ip == 10.0.0.0/8", "[src_ip == <10.0.0.0/8>]"),
        Row("dst_ip != 10.0.0.0/255.0.0.0", "[dst_ip != <10.0.0.0/255.0.0.0>]"),
        Row("src_ip == [::1]/64", "[src_ip == <::1/64>]"),
        Row("src_ip == fe80::1", "[src_ip == <fe80::1>]"),
        Row("src_ip == a-b.example.com", "[src_ip == <a-b.example.com>]"),
        Row("src_ip == \"10.0.0.0/8\"", "[src_ip == \"10.0.0.0/8\"]"), Row("src_ip == f(1)", "[src_ip == (f 1)]"),
        Row("proto == UDP or to_proto != ws", "(|| [proto == udp] [snd_proto != ws])"),
        Row("af == INET6", "[af == 10]"),
        Row("msg:len >= 5 + 5", "[msg:len >= (+ 5 5)]"), Row("src_port eq 5", "[src_port eq 5]"),
        Row("src_ip == 127.0.0.300", "1:20: '127.0.0.300' is not an IPv4 address"),
        Row(
            "src_ip == 10.0.0.0/40",
            "1:29: expected a prefix length from 0 to 32 or a mask like 255.0.0.0 after '/', found '40'"),
        Row(
            "src_ip == 5",
            "1:20: expected an address, a host name, a string, a variable or 'myself' after 'src_ip', found '5'"),
        Row("method", "1:16: expected one of == != eq ne =~ after 'method', found ';'"),
        Row("proto == foo", "1:19: expected a value, found 'foo'"),
        Row("uri == foo", "1:17: expected a value, found 'foo'"),
        Row("msg:len == max_len", "1:21: expected a value, found 'max_len'"),
        Row("snd_ip == 1.1.1.1", "1:10: 'snd_ip' exists in 'onsend_route' only"),
    ])
    func `old comparisons`(row: Row) {
        #expect(Reading.expression(row.input) == row.expected)
    }

    @Test func `nodes know where they stand`() throws {
        let result = Reading.parse("route {\n  $var(x) = f(1) +\n    (2 * 3);\n}")
        let route = try #require(result.configuration.routes.first)
        guard case .assignment(let assignment) = route.body[0].kind else {
            Issue.record("no assignment was read")
            return
        }
        #expect(route.range == SourceRange(SourcePosition(line: 1, column: 1), SourcePosition(line: 4, column: 1)))
        #expect(
            assignment.value.range
                == SourceRange(SourcePosition(line: 2, column: 13), SourcePosition(line: 3, column: 11)))
        #expect(assignment.value.depth == 3)
    }
}
