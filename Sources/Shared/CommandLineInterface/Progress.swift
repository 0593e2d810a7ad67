import Glibc

/// Shows on standard error how far long work is; only on a terminal.
package struct Progress {
    private static let interval: Duration = .milliseconds(200)

    private let console: Console
    private let words: String
    private let isShown: Bool
    private var last = ContinuousClock.now

    /// Starts work that is shown as `1234 WORDS`.
    package init(_ words: String, console: Console) {
        self.words = words
        self.console = console
        isShown = console.messagesAreOnTerminal && !console.isQuiet
    }

    /// Shows a number, at most a few times a second.
    package mutating func show(_ count: Int) {
        guard isShown, count % 256 == 0 else { return }
        let now = ContinuousClock.now
        guard now - last >= Self.interval else { return }
        last = now
        console.message("\r\(count) \(words)")
    }

    /// Takes the line away.
    package func finish() {
        if isShown { console.message("\r\u{1B}[K") }
    }
}
