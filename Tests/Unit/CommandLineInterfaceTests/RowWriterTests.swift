import CommandLineInterface
import Testing

@Suite struct RowWriterTests {
    private static let columns = ["id", "name", "note"]
    private static let rows: [[Field]] = [
        [.integer(1), .text("plain"), .null],
        [.integer(20), .text("a,\"b\"\n\tc\\"), .real(0.5)],
        [.integer(3), .text("ä\u{1B}[31m"), .boolean(true)],
    ]

    private func printed(
        _ format: OutputFormat, _ rows: [[Field]] = rows, choosing names: String? = nil, showsHeaders: Bool = true
    ) throws -> String {
        let console = Console(output: .memory, messages: .memory, environment: Environment([:]))
        let layout = try RowLayout(
            format: format, columns: Self.columns, choosing: names, showsHeaders: showsHeaders)
        var writer = RowWriter(layout, console: console)
        for row in rows { writer.write(row) }
        writer.finish()
        try console.flush()
        return console.capturedOutput
    }

    @Test func `a table is aligned and shows no control character`() throws {
        #expect(
            try printed(.table) == """
                ID  NAME         NOTE
                1   plain
                20  a,"b"\\n\\tc\\  0.5
                3   ä\\x1b[31m    true

                """)
    }

    @Test func `JSON is one array`() throws {
        #expect(
            try printed(.json) == """
                [
                  {"id": 1, "name": "plain", "note": null},
                  {"id": 20, "name": "a,\\"b\\"\\n\\tc\\\\", "note": 0.5},
                  {"id": 3, "name": "ä\\u001b[31m", "note": true}
                ]

                """)
        #expect(try printed(.json, []) == "[]\n")
    }

    @Test func `JSON lines are objects`() throws {
        #expect(try printed(.jsonl, [Self.rows[0]]) == "{\"id\": 1, \"name\": \"plain\", \"note\": null}\n")
        #expect(try printed(.jsonl, []).isEmpty)
    }

    @Test func `CSV is quoted where it must be`() throws {
        #expect(
            try printed(.csv)
                == "id,name,note\r\n1,plain,\r\n20,\"a,\"\"b\"\"\n\tc\\\",0.5\r\n3,ä\u{1B}[31m,true\r\n")
    }

    @Test func `tabs and line ends are escaped in TSV`() throws {
        #expect(
            try printed(.tsv) == "id\tname\tnote\n1\tplain\t\n20\ta,\"b\"\\n\\tc\\\\\t0.5\n3\tä\u{1B}[31m\ttrue\n")
    }

    @Test func `columns are chosen and ordered, headers left out`() throws {
        #expect(try printed(.csv, choosing: "name,id", showsHeaders: false).hasPrefix("plain,1\r\n"))
        #expect(try printed(.table, [Self.rows[0]], choosing: "name", showsHeaders: false) == "plain\n")
    }

    @Test func `an unknown column is refused`() {
        let failure = #expect(throws: CommandFailure.self) { try printed(.csv, choosing: "nam") }
        #expect(failure == CommandFailure(.usage, "there is no column 'nam'", hint: "did you mean 'name'?"))
    }

    @Test func `a long table is printed as it comes`() throws {
        let rows = (0..<2000).map { [Field.integer(Int64($0)), .text("name"), .text("x")] }
        let lines = try printed(.table, rows).split(separator: "\n")
        #expect(lines.count == 2001)
        #expect(lines.last == "1999  name  x" || lines.last == "1999  name  x   ")
    }

    @Test func `a record is a list of names and values`() throws {
        let console = Console(output: .memory, messages: .memory, environment: Environment([:]))
        let layout = try RowLayout(format: .table, columns: ["id", "name"])
        RecordWriter.write([.integer(1), .text("a\nb")], layout: layout, console: console)
        try console.flush()
        #expect(console.capturedOutput == "id:   1\nname: a\\nb\n")
    }
}
