package import SIPMessage
package import ScriptEngine

/// What other modules see of a transaction (accounting, dialogs).
package protocol ObservedTransaction: AnyObject {
    /// The request, with the attributes and flags that all routes of the transaction share.
    var context: ScriptContext { get }
    /// The last status sent upstream, 0 before the first.
    var sentStatus: Int { get }
    /// Whether the caller cancelled the request.
    var isCancelled: Bool { get }
    /// The To-tag of replies made here.
    var toTag: ByteString { get }
    /// The target of a branch, or nil when there is no such branch.
    func target(ofBranch index: Int) -> RequestTarget?
}

/// A moment in the life of a transaction (Kamailio: `TMCB_*`).
package enum TransactionEvent {
    /// It was made for a request that came in; nothing was sent yet (`TMCB_REQUEST_IN`).
    case created
    /// A response of a branch came in and its reply routes have run (`TMCB_RESPONSE_IN`).
    case responseReceived(ScriptContext, branch: Int)
    /// All branches have failed and this one's response is the best; its failure route, if any, runs next
    /// (`TMCB_ON_FAILURE`). The response is nil when the failure was made up here.
    case failed(branch: Int, status: Int, response: SIPMessage?)
    /// A reply was sent upstream; the response is nil when it was made here (`TMCB_RESPONSE_OUT`).
    case replied(status: Int, reason: ByteString, response: SIPMessage?)
    /// The ACK of a 2xx came (`TMCB_E2EACK_IN`).
    case acknowledged(ScriptContext)
    /// It is about to be forgotten (`TMCB_DESTROY`).
    case ended
}

/// Takes notice of transactions; called on the worker's loop.
package typealias TransactionObserver = (TransactionEvent, any ObservedTransaction) -> Void
