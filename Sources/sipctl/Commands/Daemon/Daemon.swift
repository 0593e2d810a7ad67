import CommandLineInterface
import ControlProtocol

/// Calls of the running daemon.
enum Daemon {
    /// A daemon that does not answer must not keep a script waiting for ever.
    static let silenceMax: Duration = .seconds(30)

    /// Calls a method with values by position.
    static func call(
        _ method: String, _ parameters: [JSONValue] = [], _ invocation: Invocation
    ) throws(ControlClientError) -> JSONValue {
        let path = invocation.value(of: Settings.serverOption) ?? ControlClient.defaultPath
        return try ControlClient(path: path, silenceMax: silenceMax).call(method, .positional(parameters))
    }

    /// The value of a word as kamctl types it: `s:` and `i:` say the type, a number is one, the rest is text.
    static func parameter(_ word: String) -> JSONValue {
        if word.hasPrefix("s:") { return .string(String(word.dropFirst(2))) }
        if word.hasPrefix("i:"), let number = Int64(word.dropFirst(2)) { return .integer(number) }
        if let number = Int64(word), String(number) == word { return .integer(number) }
        if word.contains("."), let number = Double(word), number.isFinite, String(number) == word {
            return .number(number)
        }
        return .string(word)
    }

    /// Prints a result: as JSON, as kamctl does, or as rows where that is asked for and possible.
    static func write(_ result: JSONValue, _ invocation: Invocation, _ console: Console) throws {
        let format = OutputFormat(rawValue: invocation.value(of: Settings.outputOption) ?? "") ?? .table
        switch format {
        case .table, .json: console.write(result.text(.pretty) + "\n")
        case .jsonl:
            for value in result.arrayValue ?? [result] { console.write(value.text() + "\n") }
        case .csv, .tsv:
            let rows = result.arrayValue ?? [result]
            var names: [String] = []
            for member in rows.first?.objectValue ?? [] { names.append(member.name) }
            if names.isEmpty { names = ["value"] }
            var writer = RowWriter(try invocation.layout(names), console: console)
            for row in rows {
                writer.write(row.objectValue == nil ? [field(row)] : names.map { field(row[$0] ?? .null) })
            }
            writer.finish()
        }
    }

    static func field(_ value: JSONValue) -> Field {
        switch value {
        case .null: .null
        case .bool(let flag): .boolean(flag)
        case .integer(let number): .integer(number)
        case .number(let number): .real(number)
        case .string(let text): .text(text)
        case .array, .object: .text(value.text())
        }
    }
}
