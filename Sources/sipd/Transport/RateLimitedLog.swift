package import Logging
import Synchronization

/// A logger for what strangers can provoke: each kind of line appears at most once in a while, with the number of
/// those left out since.
package final class RateLimitedLog: Sendable {
    private struct Kind {
        var nextAllowed: ContinuousClock.Instant
        var suppressed = 0
    }

    private let logger: Logger
    private let interval: Duration
    // The keys are the constant messages of the code, so their number is bounded.
    private let kinds = Mutex<[String: Kind]>([:])

    /// Creates a log that passes one line of each kind in `interval`.
    package init(_ logger: Logger, interval: Duration = .seconds(10)) {
        self.logger = logger
        self.interval = interval
    }

    /// Logs a warning, unless the same one was logged just now.
    package func warning(_ message: StaticString, metadata: @autoclosure () -> Logger.Metadata = [:]) {
        log(.warning, message, metadata: metadata)
    }

    /// Logs for those who look for the cause of something; under the same bound, since strangers provoke it.
    package func info(_ message: StaticString, metadata: @autoclosure () -> Logger.Metadata = [:]) {
        log(.info, message, metadata: metadata)
    }

    private func log(_ level: Logger.Level, _ message: StaticString, metadata: () -> Logger.Metadata) {
        guard level >= logger.logLevel else { return }
        let text = message.description
        guard let suppressed = admit(text) else { return }
        var metadata = metadata()
        if suppressed > 0 { metadata["log.suppressed"] = "\(suppressed)" }
        logger.log(level: level, "\(text)", metadata: metadata)
    }

    /// The number of lines left out before this one, or nil when this one is to be left out too.
    private func admit(_ text: String) -> Int? {
        let now = ContinuousClock.now
        return kinds.withLock { kinds in
            if let kind = kinds[text], now < kind.nextAllowed {
                kinds[text]?.suppressed += 1
                return nil
            }
            let suppressed = kinds[text]?.suppressed ?? 0
            kinds[text] = Kind(nextAllowed: now + interval)
            return suppressed
        }
    }
}
