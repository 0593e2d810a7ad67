/// What a client transaction asks its owner to do after an event; several at once, in the order of declaration.
package struct ClientTransactionActions: OptionSet, Hashable, Sendable {
    /// The set's bits.
    package let rawValue: UInt16

    /// Makes the set with these bits.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Send the request, for the first time or again.
    package static let sendRequest = ClientTransactionActions(rawValue: 1 << 0)
    /// Send the ACK for a final response of 300 and above, for the first time or again.
    package static let sendAck = ClientTransactionActions(rawValue: 1 << 1)
    /// Send a CANCEL for the request, for the first time or again.
    package static let sendCancel = ClientTransactionActions(rawValue: 1 << 2)
    /// Hand the response to the transaction's user.
    package static let passResponse = ClientTransactionActions(rawValue: 1 << 3)
    /// Tell the user that no response came in time: as good as a 408 (RFC 3261 §16.8).
    package static let reportTimeout = ClientTransactionActions(rawValue: 1 << 4)
    /// Tell the user that the request could not be sent: as good as a 503 (RFC 3261 §16.9).
    package static let reportTransportError = ClientTransactionActions(rawValue: 1 << 5)
    /// Tell the user that a cancelled request was given up before any response came: as good as a 487.
    package static let reportCancelled = ClientTransactionActions(rawValue: 1 << 6)
    /// Forget the transaction.
    package static let terminate = ClientTransactionActions(rawValue: 1 << 7)
}

/// What happens to a client transaction.
package enum ClientTransactionEvent: Hashable, Sendable {
    /// A response to the request with this status code.
    case response(Int)
    /// A response to the CANCEL of the request.
    case cancelResponse
    /// The user wants the request cancelled.
    case cancel
    /// The transport could not deliver the request.
    case transportError
    /// The transaction's deadline came.
    case timer
}
