/// Gives problems the names of their files and the notes about definitions and includes.
struct DiagnosticPrinter {
    private let configuration: Configuration
    private let definitions: [(name: String, position: SourcePosition?)]
    private let includePositions: [SourcePosition?]

    init(configuration: Configuration, preprocessor: Preprocessor) {
        self.configuration = configuration
        definitions = preprocessor.definitions
        includePositions = preprocessor.includePositions
    }

    func diagnostics(of problems: Problems) -> [Diagnostic] {
        let sorted = problems.all.enumerated().sorted { left, right in
            (left.element.position, left.offset) < (right.element.position, right.offset)
        }
        var diagnostics = sorted.map { diagnostic($0.element) }
        if problems.omittedCount > 0, let last = diagnostics.last {
            diagnostics.append(
                Diagnostic(
                    at: last.location, problems.errorCount > ScriptLimits.diagnosticsMax ? .error : .warning,
                    code: "too-many", "\(problems.omittedCount) more problems are not shown"))
        }
        return diagnostics
    }

    private func diagnostic(_ problem: Problems.Problem) -> Diagnostic {
        var notes: [String] = []
        let index = Int(problem.definition)
        if definitions.indices.contains(index) {
            let (name, position) = definitions[index]
            let place = position.map { "at \(configuration.location($0))" } ?? "on the command line"
            notes.append("expanded from '\(name)', defined \(place)")
        }
        let file = Int(problem.position.file)
        if includePositions.indices.contains(file), let position = includePositions[file] {
            notes.append("included at \(configuration.location(position))")
        }
        return Diagnostic(
            at: configuration.location(problem.position), problem.severity, code: problem.code, problem.message,
            hint: problem.hint, note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }
}
