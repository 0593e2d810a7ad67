/// The lengths of all transaction timers, in milliseconds, under Kamailio's names and with its defaults.
///
/// | RFC 3261, RFC 6026 | runs for | taken from |
/// | --- | --- | --- |
/// | A, E, G | retransmission of INVITE, other requests, final INVITE replies | `retransmissionInitial`, doubling up to `retransmissionLongest` |
/// | B, F | no response to INVITE, other requests | `finalResponse` |
/// | C | no final response to a ringing INVITE | `inviteFinalResponse` |
/// | H | no ACK for a final INVITE reply | `finalResponse` |
/// | D, M | a client INVITE transaction after its final response | 64 times `retransmissionInitial` |
/// | I, J, K, L | absorbing what is still in flight | `wait` |
package struct TransactionTimers: Hashable, Sendable {
    /// T1, the first retransmission interval (`retr_timer1`).
    package var retransmissionInitial: UInt32 = 500
    /// T2, the longest retransmission interval (`retr_timer2`).
    package var retransmissionLongest: UInt32 = 4_000
    /// How long a request may stay without any response, or a final INVITE reply without ACK (`fr_timer`).
    package var finalResponse: UInt32 = 30_000
    /// How long an INVITE may stay without final response after a provisional one (`fr_inv_timer`).
    package var inviteFinalResponse: UInt32 = 120_000
    /// How long a finished transaction is kept to absorb retransmissions (`wt_timer`).
    package var wait: UInt32 = 5_000
    /// Age after which an INVITE branch is no longer extended by provisional responses (`max_inv_lifetime`).
    package var inviteLifetime: UInt32 = 180_000
    /// Age after which any other branch is no longer extended (`max_noninv_lifetime`).
    package var nonInviteLifetime: UInt32 = 32_000
    /// Whether every provisional response restarts `inviteFinalResponse` (`restart_fr_on_each_reply`).
    package var restartsOnEachReply = true

    /// Makes the timers with Kamailio's defaults.
    package init() {}

    /// Timer D and timer M: 64*T1 (RFC 3261 §17.1.1.2, RFC 6026 §8.4).
    package var lateResponse: UInt32 {
        let (product, overflow) = retransmissionInitial.multipliedReportingOverflow(by: 64)
        return overflow ? .max : product
    }

    /// The retransmission interval that follows `interval`: twice as long, at most T2.
    package func interval(after interval: UInt32) -> UInt32 {
        let (doubled, overflow) = interval.multipliedReportingOverflow(by: 2)
        return overflow ? retransmissionLongest : min(doubled, max(retransmissionLongest, retransmissionInitial))
    }
}
