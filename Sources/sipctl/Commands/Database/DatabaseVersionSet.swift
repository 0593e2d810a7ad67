import CommandLineInterface
import Database

/// kamctl's `db version add`, `set` and `update`: the version of a table.
enum DatabaseVersionSet {
    static let verbs: [Command] = [
        command("add", "add the version of a table"),
        command("set", "set the version of a table, whether it has one or not"),
        command("update", "change the version of a table"),
    ]

    private static func command(_ name: String, _ summary: String) -> Command {
        Command(
            name, summary: summary,
            arguments: [.required("TABLE", "the table"), .required("VERSION", "a whole number")],
            examples: [
                Example("sipctl db version \(name) \(name == "add" ? "my_table" : "subscriber") 7", "kamctl's spelling")
            ],
            run: { try run(name, $0, $1) })
    }

    private static func run(_ verb: String, _ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let table = try FieldRule.word.canonical("table", invocation.required(0))
        let text = try FieldRule.number(0...Int64(Int32.max)).canonical("version", invocation.required(1))
        let version = DatabaseValue.integer(Int64(text) ?? 0)
        try invocation.change(console) { connection in
            let rows = RowTable(connection, "version")
            let conditions = [RowCondition("table_name", .equal, .text(table))]
            let isThere = try rows.count(conditions) > 0
            if isThere, verb == "add" {
                throw CommandFailure(
                    .alreadyExists, "table '\(table)' has a version", hint: "'sipctl db version set' changes it")
            }
            guard isThere || verb != "update" else {
                throw CommandFailure(
                    .noSuchRecord, "table '\(table)' has no version", hint: "'sipctl db version set' adds it")
            }
            if isThere {
                _ = try rows.update(["table_version"], [version], where: conditions)
            } else {
                _ = try rows.insert(["table_name", "table_version"], [.text(table), version])
            }
        }
        invocation.report("set the version of table '\(table)' to \(text)", on: console)
        return .success
    }
}
