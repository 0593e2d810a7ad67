/// What to do with a branch that is to be cancelled but has not answered at all yet (Kamailio: tm `cancel_b_method`).
package enum CancelMethod: Int, Hashable, Sendable {
    /// Give the branch up at once, as if it had answered 487.
    case giveUp = 0
    /// Go on sending the request and cancel it once a provisional response comes (RFC 3261 §9.1).
    case waitForProvisional = 1
    /// Send the CANCEL although nothing came.
    case sendAnyway = 2
}
