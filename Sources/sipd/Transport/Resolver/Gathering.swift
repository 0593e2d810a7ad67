import NIOCore

/// Collects the results of several lookups and joins them in the order in which they were asked for.
///
/// Once there is something good to deliver, the lookups that are missing get a short while only: a name server that
/// does not answer for the last resort must not delay the first choice.
/// Confined to the event loop of those who set the results.
final class Gathering<Element> {
    /// Which part is good enough to stop waiting for the others.
    enum Patience {
        /// The first one asked for, since the others come after it.
        case untilFirst
        /// Any that is not empty, since all are equal.
        case untilAny
    }

    private let loop: any EventLoop
    private let patience: Patience
    private let time: TimeAmount
    private var parts: [[Element]?]
    private var missing: Int
    private var completion: (([Element]) -> Void)?
    private var timer: Scheduled<Void>?

    init(
        count: Int, loop: any EventLoop, patience: Patience, time: TimeAmount,
        completion: @escaping ([Element]) -> Void
    ) {
        self.loop = loop
        self.patience = patience
        self.time = time
        parts = Array(repeating: nil, count: count)
        missing = count
        self.completion = completion
    }

    /// Takes the result of one lookup; a second one for the same place, or a late one, is ignored.
    func set(_ index: Int, _ part: [Element]) {
        guard parts[index] == nil, completion != nil else { return }
        parts[index] = part
        missing -= 1
        if missing == 0 {
            finish()
        } else if timer == nil, !part.isEmpty, patience == .untilAny || index == 0 {
            timer = loop.assumeIsolated().scheduleTask(in: time) { self.finish() }
        }
    }

    private func finish() {
        guard let completion else { return }
        self.completion = nil
        timer?.cancel()
        completion(parts.flatMap { $0 ?? [] })
    }
}
