import ScriptSyntax
import Testing

/// Files that exist in memory only.
struct MemoryLoader: SourceLoader {
    var files: [String: String] = [:]

    func load(_ path: String) throws(SourceError) -> [UInt8] {
        guard let text = files[path] else { throw .notFound }
        return Array(text.utf8)
    }
}

/// One row of a table: what is written and what comes out.
struct Row: Sendable, CustomTestStringConvertible {
    var input: String
    var expected: String

    init(_ input: String, _ expected: String) {
        self.input = input
        self.expected = expected
    }

    var testDescription: String { input }
}

/// Reads configurations for tests.
enum Reading {
    static func parse(
        _ text: String, files: [String: String] = [:], definitions: [String] = [],
        environment: [String: String] = [:]
    ) -> ParsedConfiguration {
        parse(Array(text.utf8), files: files, definitions: definitions, environment: environment)
    }

    static func parse(
        _ bytes: [UInt8], files: [String: String] = [:], definitions: [String] = [],
        environment: [String: String] = [:]
    ) -> ParsedConfiguration {
        let options = ConfigurationParser.Options(definitions: definitions, environment: { environment[$0] })
        return ConfigurationParser(loader: MemoryLoader(files: files), options: options).parse(bytes, name: "test.cfg")
    }

    /// The tree, or the first error.
    static func tree(_ text: String, files: [String: String] = [:], environment: [String: String] = [:]) -> String {
        let result = parse(text, files: files, environment: environment)
        if let error = result.diagnostics.first(where: { $0.severity == .error }) {
            return "\(error.location.line):\(error.location.column): \(error.message)"
        }
        return TreePrinter.print(result.configuration)
    }

    /// The tree of statements in the main route, or the first error with its column.
    static func statements(_ text: String) -> String {
        let tree = tree("route{\(text)\n}")
        let prefix = "(request_route "
        guard tree.hasPrefix(prefix) else { return tree }
        return String(tree.dropFirst(prefix.count).dropLast())
    }

    /// The tree of a value.
    static func expression(_ text: String) -> String {
        let tree = statements("$v=\(text);")
        let prefix = "(= $v "
        guard tree.hasPrefix(prefix) else { return tree }
        return String(tree.dropFirst(prefix.count).dropLast())
    }
}
