import CommandLineInterface

/// The form of a file of rows.
enum FileFormat: String, CaseIterable, Sendable {
    case csv, tsv, json, jsonl

    static let option = CommandOption.value(
        "format", "FORMAT", choices: allCases.map(\.rawValue), "the file's form; from its name when missing, else csv")

    /// The form that the option or the file's name says.
    static func of(_ path: String, _ invocation: Invocation) -> FileFormat {
        if let name = invocation.value(of: option), let format = FileFormat(rawValue: name) { return format }
        return ofName(path) ?? .csv
    }

    static func ofName(_ path: String) -> FileFormat? {
        guard let dot = path.lastIndex(of: ".") else { return nil }
        let suffix = path[path.index(after: dot)...].lowercased()
        return suffix == "ndjson" ? .jsonl : FileFormat(rawValue: suffix)
    }
}
