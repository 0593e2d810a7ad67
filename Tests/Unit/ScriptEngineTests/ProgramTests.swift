import ScriptEngine
import Testing

@Suite struct ProgramTests {
    private func notes(_ body: String, routes: String = "") throws -> [String] {
        try ScriptFixture.notes(body, routes: routes)
    }

    // MARK: - Flow

    @Test(arguments: [
        ("if (1) note(\"a\"); else note(\"b\");", ["a"]), ("if (0) note(\"a\"); else note(\"b\");", ["b"]),
        ("if (code(-1)) note(\"a\"); else note(\"b\");", ["b"]), ("if (!code(-1)) note(\"a\");", ["a"]),
        ("$v(i) = 0; while ($v(i) < 3) { note(\"$v(i)\"); $v(i) = $v(i) + 1; }", ["0", "1", "2"]),
        ("$v(i) = 0; while (1) { $v(i) = $v(i) + 1; if ($v(i) == 3) break; } note(\"$v(i)\");", ["3"]),
        (
            "switch (2) { case 1: note(\"a\"); case 2: note(\"b\"); case 3: note(\"c\"); break; default: note(\"d\"); }",
            ["b", "c"]
        ),
        ("switch (9) { case 1: note(\"a\"); break; default: note(\"d\"); }", ["d"]),
        ("note(\"a\"); exit; note(\"b\");", ["a"]), ("note(\"a\"); code(0); note(\"b\");", ["a"]),
        ("wait(); note(\"after\");", ["waited", "after"]),
        ("if (wait()) { note(\"in\"); } wait(); note(\"end\");", ["waited", "in", "waited", "end"]),
    ])
    func `statements run in their order`(body: String, expected: [String]) throws {
        #expect(try notes(body) == expected)
    }

    @Test func `a loop ends at the limit and the script goes on`() throws {
        #expect(try notes("$v(i) = 0; while (1) { $v(i) = $v(i) + 1; } note(\"$v(i)\");") == ["100"])
    }

    @Test func `a route returns its code and exit inside of it ends all`() throws {
        #expect(try notes("route(R); note(\"$rc\");", routes: "route[R] { return 5; }") == ["5"])
        #expect(try notes("route(R); note(\"after\");", routes: "route[R] { note(\"in\"); exit; }") == ["in"])
        #expect(
            try notes("if (route(R)) note(\"yes\"); else note(\"no\");", routes: "route[R] { return -1; }") == ["no"])
        #expect(try notes("$v(x) = route(R); note(\"$v(x)\");", routes: "route[R] { return -3; }") == ["-3"])
    }

    @Test func `a route that calls itself is stopped`() throws {
        let result = try ScriptFixture.run("request_route { route(R); note(\"end\"); } route[R] { route(R); }")
        #expect(result.outcome != nil)
    }

    @Test func `drop is told to the caller`() throws {
        let result = try ScriptFixture.run("request_route { drop; }")
        #expect(result.outcome?.isDropped == true)
        #expect(result.outcome?.exited == true)
    }

    // MARK: - Values

    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("\"1\" + 2", "12"), ("7 / 2", "3"), ("7 mod 4", "3"),
        ("1 << 4 | 1", "17"), ("-5", "-5"), ("~0", "-1"), ("(int)\"12\"", "12"), ("(str)12 + 3", "123"),
        ("strlen(\"abc\")", "3"), ("strempty(\"\")", "1"), ("\"01\" == 1", "0"),
        ("\"abc\" =~ \"B\"", "1"), ("\"a\" == \"A\"", "0"), ("2147483647 + 1", "-2147483648"), ("$v(no) + 3", "3"),
        ("$word + 1", "word1"), ("1 || 0", "1"), ("1 && 0", "0"), ("!3", "0"), ("defined $v(no)", "0"),
    ])
    func `an expression has the value that Kamailio gives it`(expression: String, expected: String) throws {
        #expect(try notes("$v(x) = \(expression); note(\"$v(x)\");") == [expected])
    }

    @Test func `division by zero leaves the variable as it was`() throws {
        #expect(try notes("$v(x) = 1; $v(x) = 4 / 0; note(\"$v(x)\");") == ["1"])
    }

    @Test func `the kind of the left operand decides how is compared`() throws {
        #expect(try notes("$v(a) = 3; if ($v(a) == \"03\") note(\"number\");") == ["number"])
        #expect(try notes("$v(a) = \"03\"; if ($v(a) == 3) note(\"number\"); else note(\"text\");") == ["text"])
        #expect(try notes("if ($v(no) == 0) note(\"0\"); if ($v(no) == \"\") note(\"empty\");") == ["0", "empty"])
    }

    // MARK: - Errors

    @Test(arguments: [
        ("foo();", "2:1: unknown function 'foo'"), ("note();", "2:1: 'note' takes 1 argument, not 0"),
        ("note(\"a\", \"b\");", "2:1: 'note' takes 1 argument, not 2"),
        ("route(NO);", "2:7: there is no route[NO]"),
        ("code(\"x\");", "2:6: argument 1 of 'code': 'x' is not a number"),
        ("failing();", "2:1: 'failing' cannot be called in route"),
    ])
    func `a mistake is an error with its place`(body: String, expected: String) throws {
        #expect(try notes(body) == [expected])
    }

    @Test func `a variable that cannot be written to is refused`() {
        let errors = ScriptFixture.compile("request_route { $word = 1; }").errors
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("1:17:") == true)
    }

    @Test func `all mistakes are reported`() {
        #expect(ScriptFixture.compile("request_route { foo(); bar(); note(\"$nope\"); }").errors.count == 3)
    }

    @Test func `functions for one kind of event route may stand in any`() {
        #expect(ScriptFixture.compile("event_route[a:b] { note(\"x\"); }").errors.isEmpty)
        #expect(ScriptFixture.compile("event_route[a:b] { failing(); }").errors.count == 1)
        #expect(ScriptFixture.compile("failure_route[F] { failing(); }").errors.isEmpty)
    }
}
