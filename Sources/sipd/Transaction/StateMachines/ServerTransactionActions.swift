/// What a server transaction asks its owner to do after an event.
package struct ServerTransactionActions: OptionSet, Hashable, Sendable {
    /// The set's bits.
    package let rawValue: UInt8

    /// Makes the set with these bits.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Send the reply just given.
    package static let sendReply = ServerTransactionActions(rawValue: 1 << 0)
    /// Send the last reply again, if there is one.
    package static let resendReply = ServerTransactionActions(rawValue: 1 << 1)
    /// Tell the user that no ACK came for the final reply (timer H).
    package static let reportMissingAck = ServerTransactionActions(rawValue: 1 << 2)
    /// Forget the transaction.
    package static let terminate = ServerTransactionActions(rawValue: 1 << 3)
}

/// What happens to a server transaction.
package enum ServerTransactionEvent: Hashable, Sendable {
    /// The request came again.
    case retransmission
    /// An ACK came: of the same transaction for 300 and above, of the dialog for a 2xx of our own.
    case ack
    /// The user answers with this status code.
    ///
    /// `isOwn` tells a reply made here from one that was passed on: only a 2xx of our own is sent again until its
    /// ACK comes (RFC 3261 §13.3.1.4), a forwarded one is repeated by the callee.
    case reply(code: Int, isOwn: Bool)
    /// The user gives up without a reply; the transaction stays for a while to absorb retransmissions.
    case release
    /// The transaction's deadline came.
    case timer
}
