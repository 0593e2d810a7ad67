import ScriptSyntax
import Testing

@Suite struct StatementTests {
    @Test(arguments: [
        Row("if (1) exit; else drop;", "(if 1 ((exit)) else ((drop)))"),
        Row("if (1) if (0) exit; else drop;", "(if 1 ((if 0 ((exit)) else ((drop)))))"),
        Row(
            "if 1 { ; } else if $var(x) == 1 { exit; } else { drop; }",
            "(if 1 (()) (== $var(x) 1) ((exit)) else ((drop)))"),
        Row("if (1) and (0) exit;", "(if (&& 1 0) ((exit)))"),
        Row("if ($var(x) = 1 + 1) ;", "(if (= $var(x) (+ 1 1)) (()))"),
        Row("while ($var(i) > 0) $var(i) = $var(i) - 1;", "(while (> $var(i) 0) ((= $var(i) (- $var(i) 1))))"),
        Row("while(1) { break; };", "(while 1 ((break))) ()"),
        Row("exit(); return(); drop();", "(exit) (return) (drop)"),
        Row(
            "exit 1; return -1; return($rc); return f() && 1;",
            "(exit 1) (return (- 1)) (return $rc) (return (&& (f) 1))"),
        Row("if (1) { exit }", "1:20: expected ';' after 'exit'"),
        Row("if (1) { }", "1:16: the block of 'if' is empty"),
        Row("break();", "1:12: expected ';' after 'break', found '('"),
        Row("{ exit; }", "1:7: expected a statement, found '{'"),
        Row("else exit;", "1:7: expected a statement, found 'else'"),
        Row("\"x\";", "1:7: expected a statement, found \"x\""),
        Row("$ru;", "1:10: expected '=' after '$ru', found ';'"),
        Row("$var(x) += 1;", "1:15: expected '=' after '$var(x)', found '+='"),
        Row("x = 1;", "1:7: expected a statement, found 'x'"),
        Row("exit exit;", "1:12: expected a value, found 'exit'"),
        Row("return \"3\";", "1:14: the value of 'return' has to be a number"),
        Row("$(ru{s.len}) = 1;", "1:7: a variable with transformations cannot be assigned to"),
        Row("loadmodule \"x\";", "1:7: expected a statement, found 'loadmodule'"),
        Row("if (1) exit; ; else drop;", "1:22: expected a statement, found 'else'"),
    ])
    func `control flow`(row: Row) {
        #expect(Reading.statements(row.input) == row.expected)
    }

    @Test(arguments: [
        Row(
            "switch(1) { case 1: case 2: exit; default: drop; break; }",
            "(switch 1 (1:) (2: (exit)) (default: (drop) (break)))"),
        Row("switch($rm) { case \"A\": exit; case /\"^O\": ; }", "(switch $rm (\"A\": (exit)) (/^O/: ()))"),
        Row(
            "switch 2 { case 1+1: exit; case -1: exit; case (int)\"7\": exit; case strlen(\"abc\"): ; case 1 << 4: ; }",
            "(switch 2 (2: (exit)) (-1: (exit)) (7: (exit)) (3: ()) (16: ()))"),
        Row(
            "switch(1) { case \"a\" + 1: ; case \"a\": ; case \"a\": ; }",
            "(switch 1 (\"a1\": ()) (\"a\": ()) (\"a\": ()))"),
        Row("switch(1) { }", "(switch 1)"), Row("switch(yes) { case off: ; }", "(switch 1 (0: ()))"),
        Row("switch(1) { case 1: ; case 1: ; }", "1:29: the 'switch' has a 'case 1' already"),
        Row("switch(1) { default: ; default: ; }", "1:30: the 'switch' has a 'default' already"),
        Row(
            "switch(1) { case 1: ; case \"1\": ; }",
            "1:29: numbers cannot be mixed with strings in the cases of a 'switch'"),
        Row("switch(1) { case $x: ; }", "1:24: the value of a 'case' has to be constant"),
        Row("switch(1) { exit; }", "1:19: expected 'case', 'default' or '}', found 'exit'"),
        Row("switch(1) { case 1: { exit; } }", "1:27: expected a statement, found '{'"),
        Row("switch(1) case 1: ;", "1:17: expected '{' after 'switch', found 'case'"),
    ])
    func `switch`(row: Row) {
        #expect(Reading.statements(row.input) == row.expected)
    }

    @Test(arguments: [
        Row("xlog(\"a\", 1 + 2, $ru);", "(xlog \"a\" (+ 1 2) $ru)"), Row("f();", "(f)"),
        Row("xlog(,\"x\");", "(xlog \"x\")"),
        Row(
            "route(A); route(\"A\"); route(1); route($var(x)); route(\"A\" + \"B\");",
            "(route A) (route \"A\") (route 1) (route $var(x)) (route (+ \"A\" \"B\"))"),
        Row(
            "force_rport; add_local_rport(); force_tcp_alias; force_tcp_alias(5);",
            "(force_rport) (add_local_rport) (force_tcp_alias) (force_tcp_alias 5)"),
        Row(
            "forward(); forward(uri:host, uri:port); forward(a.b, 5); forward(\"x\"); forward([::1], 5);",
            "(forward) (forward uri:host uri:port) (forward <a.b> 5) (forward \"x\") (forward <::1> 5)"),
        Row(
            "force_send_socket(udp:10.0.0.1:5060); force_send_socket(lo);",
            "(force_send_socket <udp:10.0.0.1 5060>) (force_send_socket <lo>)"),
        Row(
            "log(\"x\"); log(1, \"x\"); strip(1); prefix(\"x\"); userphone(); udp_mtu_try_proto(TCP);",
            "(log \"x\") (log 1 \"x\") (strip 1) (prefix \"x\") (userphone) (udp_mtu_try_proto tcp)"),
        Row(
            "set_advertised_address(a.b); set_advertised_address(\"x\"); setflag(5);",
            "(set_advertised_address <a.b>) (set_advertised_address \"x\") (setflag 5)"),
        Row("xlog(INFO, \"x\");", "1:12: expected an argument for 'xlog', found 'INFO'"),
        Row("xlog(\"a\",);", "1:16: expected a value, found ')'"),
        Row("xlog(f());", "1:12: 'f' cannot be called in an argument of another function"),
        Row("strip($x);", "1:13: expected a number as the argument of 'strip', found '$x'"),
        Row("strip();", "1:13: expected a number as the argument of 'strip', found ')'"),
        Row("log(\"a\", \"b\");", "1:14: expected ')' after the arguments of 'log', found ','"),
        Row("setflag(32);", "1:15: there is no flag 32; flags go from 0 to 31"),
        Row("setflag(X);", "1:15: flag 'X' is not declared"),
        Row("force_rport(\"x\");", "1:19: expected ')' after 'force_rport(', found \"x\""),
        Row(
            "route();",
            "1:13: expected the name of a route as the argument of 'route', found ')'"),
        Row(
            "forward(uri:port);",
            "1:15: expected 'uri:host', an address, a host name or a string as the argument of 'forward', found 'uri:port'"
        ),
    ])
    func `calls`(row: Row) {
        #expect(Reading.statements(row.input) == row.expected)
    }
}
