import CommandLineInterface

/// Builds the failure for a value that breaks a rule: field, value, rule, and how to put it right.
enum ValueRefusal {
    static func failure(_ field: String, _ value: String, _ rule: String, fix: String? = nil) -> CommandFailure {
        CommandFailure(.badData, "\(field) '\(value)' \(rule)", hint: fix)
    }
}
