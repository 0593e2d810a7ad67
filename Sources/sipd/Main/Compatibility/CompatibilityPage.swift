import ModuleInterface

/// `docs/compatibility.md`: every name of Kamailio's in the table, and whether it works here.
struct CompatibilityPage {
    private let provided = ProvidedNames()

    /// The page in Markdown.
    var text: String {
        var text = """
            # What of Kamailio works in sipd

            Written by the program from its own descriptions: `yes` works, `accepted` is taken without effect, `no` stops
            the start with the place in the configuration. `sipd -c --report -f FILE` tells the same of one configuration.

            ## Modules

            | module | here |
            | --- | --- |

            """
        for name in Set(KamailioNames.modules + provided.moduleNames).sorted() {
            text += "| `\(name)` | \(Self.word(provided.verdict(module: name))) |\n"
        }
        text += section("Functions", KamailioNames.functions, \.functionNames) { name, _ in
            provided.provider(ofFunction: name) == nil ? .refused : .supported
        }
        text += section("Parameters", KamailioNames.parameters, { $0.parameters.map(\.name) }) { name, module in
            provided.verdict(parameter: name, of: module)
        }
        text += section("Pseudo-variables", KamailioNames.variables, \.variableNames, prefix: "$") { name, _ in
            provided.provider(ofVariable: name) != nil ? .supported : .refused
        }
        return text + eventRoutes
    }

    private func section(
        _ title: String, _ names: [String: [String]], _ own: (LoadableModule) -> [String], prefix: String = "",
        _ verdict: (String, String) -> Verdict
    ) -> String {
        var text = "\n## \(title)\n\n| module | yes | accepted | no |\n| --- | --- | --- | --- |\n"
        for module in Set(Array(names.keys) + provided.moduleNames + ["core"]).sorted() {
            let all = Set((names[module] ?? []) + (provided.module(module).map(own) ?? []))
                .filter { $0.first.map { $0.isLetter || $0 == "_" } ?? false }.sorted()
            guard !all.isEmpty else { continue }
            let columns = Verdict.allCases.map { wanted in
                all.filter { verdict($0, module) == wanted }.map { "`\(prefix)\($0)`" }.joined(separator: " ")
            }
            text += "| \(module) | \(columns.joined(separator: " | ")) |\n"
        }
        return text
    }

    private var eventRoutes: String {
        var text = "\n## Event routes\n\n| event route | here |\n| --- | --- |\n"
        for name in KamailioNames.eventRoutes.sorted() {
            text += "| `\(name)` | \(provided.runs(eventRoute: name) ? "yes" : "accepted") |\n"
        }
        return text
    }

    private static func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .supported: "yes"
        case .accepted: "accepted"
        case .refused: "no"
        }
    }
}
