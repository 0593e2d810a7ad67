/// Collects what is wrong with a configuration while it is read.
struct Problems {
    struct Problem {
        var position: SourcePosition
        var severity: Diagnostic.Severity
        var code: String
        var message: String
        var hint: String?
        /// The definition that the text came out of; -1 for none.
        var definition: Int32
    }

    private(set) var all: [Problem] = []
    private(set) var errorCount = 0
    private(set) var warningCount = 0

    /// Problems that were too many to be kept.
    var omittedCount: Int { errorCount + warningCount - all.count }

    mutating func add(
        _ severity: Diagnostic.Severity, _ position: SourcePosition, _ code: String, _ message: String,
        hint: String? = nil, definition: Int32 = -1
    ) {
        let count: Int
        switch severity {
        case .error:
            errorCount += 1
            count = errorCount
        case .warning:
            warningCount += 1
            count = warningCount
        }
        guard count <= ScriptLimits.diagnosticsMax else { return }
        all.append(
            Problem(
                position: position, severity: severity, code: code, message: message, hint: hint,
                definition: definition))
    }

    /// Whether a problem of this kind was reported, for those that need to be said once only.
    func contains(_ code: String) -> Bool {
        all.contains { $0.code == code }
    }
}
