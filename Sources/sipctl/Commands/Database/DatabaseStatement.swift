import CommandLineInterface
import Database

/// kamctl's `db exec`, `db roexec` and their like: statements of one's own.
enum DatabaseStatement {
    /// More rows than this are for `export`.
    private static let rowsMax = 1_000_000

    static let commands: [Command] = [
        command("exec", ["query"], "run a statement", isReadOnly: false, isVariable: false),
        command("roexec", ["roquery"], "run a statement that changes nothing", isReadOnly: true, isVariable: false),
        command("run", [], "run the statement in an environment variable", isReadOnly: false, isVariable: true),
        command(
            "rorun", [], "run the statement in an environment variable, changing nothing", isReadOnly: true,
            isVariable: true),
    ]

    private static func command(
        _ name: String, _ aliases: [String], _ summary: String, isReadOnly: Bool, isVariable: Bool
    ) -> Command {
        Command(
            name, aliases: aliases, summary: summary,
            discussion: isReadOnly
                ? "The engine itself refuses a statement that would change something."
                : "One statement, in a transaction.",
            arguments: [
                isVariable ? .required("VARIABLE", "the variable's name") : .required("SQL", "the statement")
            ],
            examples: isVariable
                ? [] : [Example("sipctl db \(name) 'SELECT COUNT(*) FROM subscriber'", "kamctl's spelling")],
            run: { try run($0, $1, isReadOnly: isReadOnly, isVariable: isVariable) })
    }

    private static func run(
        _ invocation: Invocation, _ console: Console, isReadOnly: Bool, isVariable: Bool
    ) throws -> ExitCode {
        var sql = try invocation.required(0)
        if isVariable {
            guard let text = invocation.environment[sql] else {
                throw CommandFailure(.usage, "the environment variable '\(sql)' is not set")
            }
            sql = text
        }
        let answer = try invocation.withDatabase(console) { connection in
            if isReadOnly { return try readOnly(connection, sql) }
            guard !connection.isInTransaction else { return try connection.query(sql, rowCountMax: rowsMax) }
            try connection.begin(.write)
            do {
                let answer = try connection.query(sql, rowCountMax: rowsMax)
                if invocation.isDryRun { connection.rollback() } else { try connection.commit() }
                return answer
            } catch {
                connection.rollback()
                throw error
            }
        }
        guard !answer.columns.isEmpty else {
            invocation.report("changed \(answer.affectedRows) rows", on: console)
            return .success
        }
        var writer = RowWriter(try invocation.layout(answer.columns), console: console)
        for row in answer.rows { writer.write(row.values.map { Field($0) }) }
        writer.finish()
        return .success
    }

    private static func readOnly(_ connection: any DatabaseConnection, _ sql: String) throws -> QueryAnswer {
        switch connection.engine {
        case .sqlite:
            try connection.executeDirectly("PRAGMA query_only = ON")
            defer { try? connection.executeDirectly("PRAGMA query_only = OFF") }
            return try connection.query(sql, rowCountMax: rowsMax)
        case .mysql:
            return try connection.transaction(.read) { try connection.query(sql, rowCountMax: rowsMax) }
        }
    }
}

extension Field {
    /// A value of a column nothing is known about.
    init(_ value: DatabaseValue) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .text(let text): self = .text(text)
        case .blob(let bytes): self = .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}
