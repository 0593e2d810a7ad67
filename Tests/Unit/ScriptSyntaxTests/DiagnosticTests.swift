import FoundationEssentials
import ScriptSyntax
import Testing

/// Diagnostics as the user sees them.
///
/// Each file of `Golden` holds a configuration and, below a line of hyphens, what is printed for it; `UPDATE_GOLDEN=1`
/// writes the second part anew.
@Suite struct DiagnosticTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" } + "/Golden"
    private static let separator = "\n----------\n"

    static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()

    @Test func `golden files are found`() {
        #expect(Self.names.count >= 5)
    }

    @Test(arguments: names)
    func `diagnostics`(name: String) throws {
        let path = "\(Self.folder)/\(name)"
        let data = try #require(FileManager.default.contents(atPath: path))
        let text = String(decoding: data, as: UTF8.self)
        let parts = text.split(separator: Self.separator, maxSplits: 1, omittingEmptySubsequences: false)
        let input = String(parts[0])
        let files = ["included.cfg": "route[INCLUDED] {\n  exi;\n}\n#!define FROM_INCLUDE \"text\n"]
        let diagnostics = Reading.parse(input + "\n", files: files, definitions: ["FROM_COMMAND_LINE=foo"]).diagnostics
        let printed = diagnostics.map { "\($0)\n" }.joined()
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data((input + Self.separator + printed).utf8).write(to: URL(filePath: path))
        } else {
            #expect(printed == (parts.count > 1 ? String(parts[1]) : ""))
        }
    }
}
