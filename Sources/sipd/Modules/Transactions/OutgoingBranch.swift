import SIPMessage
import ScriptEngine
import Transport

/// What is kept of one branch of a transaction besides its state: the request as it was sent, and how to go on.
final class OutgoingBranch {
    /// Where the request goes and under which Request-URI.
    let target: RequestTarget
    /// The request as it was sent.
    var request: [UInt8]
    /// The address it was sent to.
    var destination: Destination?
    /// Addresses to try when that one does not answer (RFC 3263 §4.3).
    var alternatives: [Destination] = []
    /// The context in which the request was built, to build it again for another address.
    let context: ScriptContext
    /// `t_on_reply()` of the branch.
    var onReply: String?
    /// The failure route that was armed when the branch was made.
    var onFailure: String?
    /// The branch-failure route that was armed when the branch was made.
    var onBranchFailure: String?
    /// The final response, with the edits of the reply routes.
    var response: ScriptContext?
    /// The status of that response, as changed by the reply routes.
    var responseCode = 0
    /// The CANCEL that was sent.
    var cancelRequest: [UInt8] = []
    /// The To header line of the last final response, for the ACK.
    var responseTo: ByteString = ""

    init(target: RequestTarget, context: ScriptContext, request: [UInt8] = [], destination: Destination? = nil) {
        self.target = target
        self.context = context
        self.request = request
        self.destination = destination
    }
}
