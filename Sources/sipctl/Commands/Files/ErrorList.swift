import CommandLineInterface

/// Collects what is wrong with a file, so that all of it can be put right at once.
struct ErrorList {
    private static let shownMax = 20

    private var failures: [CommandFailure] = []
    private(set) var count = 0

    mutating func add(_ failure: CommandFailure) {
        count += 1
        if failures.count < Self.shownMax { failures.append(failure) }
    }

    /// Throws one failure for all, when there are any.
    func check() throws(CommandFailure) {
        guard let first = failures.first else { return }
        guard count > 1 else { throw first }
        var text = failures.map(\.message).joined(separator: "\n")
        if count > failures.count { text += "\nand \(count - failures.count) more" }
        throw CommandFailure(.badData, text, hint: "nothing was changed")
    }
}
