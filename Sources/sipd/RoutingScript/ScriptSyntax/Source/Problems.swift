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
    private(set) var omittedCount = 0

    mutating func add(
        _ severity: Diagnostic.Severity, _ position: SourcePosition, _ code: String, _ message: String,
        hint: String? = nil, definition: Int32 = -1
    ) {
        guard all.count < ScriptLimits.diagnosticsMax else {
            omittedCount += 1
            return
        }
        all.append(
            Problem(
                position: position, severity: severity, code: code, message: message, hint: hint,
                definition: definition))
    }
}
