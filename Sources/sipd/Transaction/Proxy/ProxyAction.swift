/// What a forked request asks its owner to do; the owner performs the actions in order.
package enum ProxyAction: Hashable, Sendable {
    /// Send the last reply upstream again.
    case resendReply
    /// Send the response of this branch upstream: the one just accepted, or the final one kept as the best.
    case forwardReply(branch: Int)
    /// Make a reply with this code and send it upstream.
    ///
    /// - branch: the branch whose failure it stands for, if any.
    case sendReply(code: Int, branch: Int?)
    /// Make a 401 or 407 that carries the challenges of all branches, and send it upstream (RFC 3261 §16.7 step 7).
    case sendChallenges(code: Int)
    /// Send the request of this branch again.
    case resendRequest(branch: Int)
    /// Acknowledge the final response of this branch, the one that has just come.
    case sendAck(branch: Int)
    /// Cancel the request of this branch.
    ///
    /// - cause: the status code that made the branch needless, 0 when the caller cancelled or the time was over.
    /// - isDelayed: the wish to cancel is older, a provisional response was awaited.
    case sendCancel(branch: Int, cause: Int, isDelayed: Bool)
    /// Send the CANCEL of this branch again.
    case resendCancel(branch: Int)
    /// Run the reply routes for the response that has just come, then call `accept(_:from:at:into:)` unless they
    /// drop it.
    case processResponse(branch: Int)
    /// This branch failed and there is another address for it: try that, then call `continueAfterFailure`.
    case tryNextDestination(branch: Int)
    /// Run the branch-failure route of this branch, then call `continueAfterFailure`.
    case runBranchFailureRoute(branch: Int)
    /// Run the failure route for the final response of this branch, then call `finishFailureRoute`.
    case runFailureRoute(branch: Int)
    /// No ACK came for the final reply.
    case reportMissingAck
    /// Forget the request and its branches.
    case terminate
}
