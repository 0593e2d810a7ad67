/// The kinds of route a function may be called from.
///
/// Kamailio's `REQUEST_ROUTE`, `FAILURE_ROUTE`, … masks of a function's export. A call elsewhere is refused at start.
package struct RouteMask: OptionSet, Sendable, Hashable {
    /// The bits, one per kind.
    package let rawValue: UInt16

    /// Makes a mask from its bits.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// `request_route` and `route[…]`.
    package static let request = RouteMask(rawValue: 1 << 0)
    /// `failure_route[…]`.
    package static let failure = RouteMask(rawValue: 1 << 1)
    /// `branch_route[…]`.
    package static let branch = RouteMask(rawValue: 1 << 2)
    /// `onreply_route[…]`: replies of a transaction.
    package static let onReply = RouteMask(rawValue: 1 << 3)
    /// `reply_route`, also `onreply_route` without a name: every reply, before the transaction layer.
    package static let coreReply = RouteMask(rawValue: 1 << 4)
    /// `onsend_route`.
    package static let onSend = RouteMask(rawValue: 1 << 5)
    /// `event_route[…]`.
    package static let event = RouteMask(rawValue: 1 << 6)
    /// `event_route[tm:branch-failure:…]`.
    package static let branchFailure = RouteMask(rawValue: 1 << 7)
    /// `event_route[tm:local-request]`.
    package static let local = RouteMask(rawValue: 1 << 8)
    /// Everywhere.
    package static let any: RouteMask = [
        .request, .failure, .branch, .onReply, .coreReply, .onSend, .event, .branchFailure, .local,
    ]
    /// Everywhere but in `onsend_route`, where the message is already written.
    package static let beforeSending = RouteMask.any.subtracting(.onSend)
}
