import CommandLineInterface

/// The option that bounds a list.
enum Limit {
    static let option = CommandOption.value("limit", "N", "print at most this many rows")

    static func value(_ invocation: Invocation) throws(CommandFailure) -> Int? {
        guard let text = invocation.value(of: option) else { return nil }
        guard let number = Int(text), number >= 0, text.first != "+" else {
            throw CommandFailure(.usage, "limit '\(text)' is not a whole number from 0")
        }
        return number
    }
}
