/// An error or a warning about a configuration, with the place that caused it.
///
/// Printed it looks like this; hint and note are there when they help:
///
///     kamailio.cfg:12:1: error: unknown global parameter 'childre'
///       hint: did you mean 'children'?
///       note: expanded from 'WORKERS', defined at kamailio.cfg:3:10
package struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    /// Whether the configuration can be used all the same.
    package enum Severity: String, Sendable, Hashable {
        case error
        case warning
    }

    /// The first byte of what is wrong.
    package var location: SourceLocation
    /// Errors refuse the configuration, warnings do not.
    package var severity: Severity
    /// A stable name of the kind of problem, like `unknown-global`; `syntax-error` for what no rule of the grammar takes.
    package var code: String
    /// Lower-case start, no full stop, found and expected things quoted.
    package var message: String
    /// What to do about it, or the nearest known name.
    package var hint: String?
    /// Where the text came from when it is not what stands in the file: the definition or the including line.
    package var note: String?

    package init(
        at location: SourceLocation, _ severity: Severity = .error, code: String, _ message: String,
        hint: String? = nil, note: String? = nil
    ) {
        self.location = location
        self.severity = severity
        self.code = code
        self.message = message
        self.hint = hint
        self.note = note
    }

    package var description: String {
        var text = "\(location): \(severity.rawValue): \(message)"
        if let hint { text += "\n  hint: \(hint)" }
        if let note { text += "\n  note: \(note)" }
        return text
    }
}
