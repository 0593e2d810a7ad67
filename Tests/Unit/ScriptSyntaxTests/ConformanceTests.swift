import FoundationEssentials
import ScriptSyntax
import Testing

/// Configurations that Kamailio 5.6.3 was asked to load, with its answer.
///
/// The cases lie outside of the repository: in the folder that `SIPD_LANGUAGE_CASES` names, or next to the repository.
@Suite struct ConformanceTests {
    struct Case: Decodable, Sendable {
        struct Expectation: Decodable, Sendable {
            struct Information: Decodable, Sendable {
                var text: String?
            }

            var load: String?
            var info: Information?
        }

        var id: String
        var modules: [String]?
        var body: String?
        var routes: String?
        var globals: String?
        var pre: String?
        var files: [String: String]?
        var solo: Bool?
        var expect: Expectation
    }

    /// Syntax that later versions of Kamailio have, and so do we.
    private static let newerSyntax: Set<String> = ["rf212", "rf213", "rf214"]

    private static let cases: [Case] = {
        let top = #filePath.split(separator: "/").dropLast(4).reduce(into: "") { $0 += "/\($1)" }
        let folder =
            ProcessInfo.processInfo.environment["SIPD_LANGUAGE_CASES"] ?? "\(top)/../shared/conformance/language"
        let data = FileManager.default.contents(atPath: "\(folder)/cases.jsonl") ?? Data()
        return data.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Case.self, from: $0) }
    }()

    @Test(.enabled(if: !cases.isEmpty, "the language cases are not there"))
    func `what Kamailio takes is taken, and what its grammar refuses is refused`() {
        #expect(Self.cases.count > 1000)
        for item in Self.cases {
            let result = parse(item)
            let error = result.diagnostics.first { $0.severity == .error }
            if item.expect.load != "refused" {
                #expect(error == nil, "\(item.id) is refused: \(error?.description ?? "")")
            } else if item.expect.info?.text?.contains("syntax error") == true, !Self.newerSyntax.contains(item.id) {
                #expect(error != nil, "\(item.id) is taken: \(item.globals ?? "") \(item.body ?? "")")
            }
        }
    }

    private func parse(_ item: Case) -> ParsedConfiguration {
        var lines = ["#!KAMAILIO", item.pre ?? ""]
        lines += (["pv", "xlog", "sl"] + (item.modules ?? [])).map { "loadmodule \"\($0).so\"" }
        lines += [
            item.globals ?? "", item.routes ?? "", "request_route {", "if ($hdr(X-Case) == \"__sync\") { exit; }",
        ]
        let body = item.body ?? ""
        lines.append(item.solo == true ? body : body.isEmpty ? "" : "if ($hdr(X-Case) == \"\(item.id)\") {\n\(body)\n}")
        lines += ["}", ""]
        let text = fill(lines.joined(separator: "\n"), item)
        let files = (item.files ?? [:]).reduce(into: [String: String]()) {
            $0["/files/\($1.key)"] = fill($1.value, item)
        }
        // The cases hold bytes as characters up to U+00FF.
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        return Reading.parse(
            bytes, files: files, environment: ["PROBE_NUM": "77", "PROBE_ENV": "from environment", "HOME": "/"])
    }

    private func fill(_ text: String, _ item: Case) -> String {
        var text = text
        for (name, value) in [
            ("ID", item.id), ("SPORT", "5060"), ("CPORT", "5061"), ("XPORT", "5062"), ("RUNDIR", "/run"),
            ("FILES", "/files"),
        ] {
            text = text.replacing("%\(name)%", with: value)
        }
        return text
    }
}

/// The configuration that comes with Kamailio, where it is installed.
@Suite struct StockConfigurationTests {
    private static let bytes = FileManager.default.contents(atPath: "/etc/kamailio/kamailio.cfg").map { Array($0) }

    @Test(.enabled(if: bytes != nil, "Kamailio's configuration is not installed"))
    func `it parses without a word, whatever is switched on`() throws {
        let bytes = try #require(Self.bytes)
        let words = String(decoding: bytes, as: UTF8.self).split { !($0.isLetter || $0.isNumber || $0 == "_") }
        let features = Set(words.filter { $0.hasPrefix("WITH_") }.map(String.init)).sorted()
        #expect(features.count > 10)
        for var definitions in features.map({ [$0] }) + [[], features] {
            if !definitions.contains("WITH_MYSQL") { definitions.append("DBURL=\"x\"") }
            #expect(Reading.parse(bytes, definitions: definitions).diagnostics == [])
        }
    }
}
