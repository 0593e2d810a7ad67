import ModuleInterface

/// The counters of modules tm and tmx.
final class TransactionStatistics: Sendable {
    /// Transactions of requests that came in.
    let serverTransactions = Counter()
    /// Transactions of requests made here.
    let clientTransactions = Counter()
    /// Transactions that were forgotten.
    let freed = Counter()
    /// Transactions that only absorb retransmissions.
    let waiting = Counter()
    /// Replies that matched a transaction.
    let received = Counter()
    /// Replies forwarded.
    let relayed = Counter()
    /// Replies made here.
    let generated = Counter()
    /// Replies sent, forwarded or made here.
    let sent = Counter()
    /// Transactions by class of their final reply; index 2...6.
    private let classes = (0..<7).map { _ in Counter() }

    /// Transactions that ended with a reply of this class.
    func completed(class number: Int) -> Counter { classes[min(max(number, 0), 6)] }

    /// Transactions that exist.
    var current: Int { serverTransactions.value + clientTransactions.value - freed.value }

    /// Counts a reply that was sent upstream.
    func countReply(_ code: Int, isOwn: Bool) {
        sent.add()
        if isOwn { generated.add() } else { relayed.add() }
        if code >= 200 { completed(class: code / 100).add() }
    }
}
