import ModuleInterface
import SIPMessage
import ScriptEngine

/// What is accounted of a request.
struct AccountingRecord: Sendable {
    /// What happened: `transaction answered`, `call missed`.
    var title: String
    var method: ByteString
    var fromTag: ByteString
    var toTag: ByteString
    var callID: ByteString
    /// The status as text; empty when a comment has none.
    var status: ByteString
    var reason: ByteString
    var time = AccountingTime.now

    /// What is told of a transaction.
    init(
        _ title: String, of transaction: any ObservedTransaction, _ status: Int, _ reason: ByteString,
        _ response: SIPMessage?, swapsTags: Bool
    ) {
        let request = transaction.context.message
        self.title = title
        method = request.method?.bytes ?? ""
        fromTag = request.from?.tag ?? ""
        toTag = response?.to?.tag ?? request.to?.tag ?? transaction.toTag
        callID = request.callID ?? ""
        self.status = ByteString(integer: status)
        self.reason = reason
        if swapsTags { swap(&fromTag, &toTag) }
    }

    /// What is told of a request that the script accounts, with a comment `code reason`.
    init(accounting message: SIPMessage, comment: ByteString, swapsTags: Bool) {
        title = "request accounted"
        method = message.method?.bytes ?? ""
        fromTag = message.from?.tag ?? ""
        toTag = message.to?.tag ?? ""
        callID = message.callID ?? ""
        (status, reason) = Self.split(comment)
        if swapsTags { swap(&fromTag, &toTag) }
    }

    /// Cuts `404 Not Found`; a comment that does not begin with three digits is all reason.
    static func split(_ comment: ByteString) -> (status: ByteString, reason: ByteString) {
        let code = comment.prefix(3)
        guard code.count == 3, code.bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return ("", comment) }
        let rest = comment.dropFirst(3)
        return (code, rest.first == UInt8(ascii: " ") ? rest.trimmed() : rest)
    }
}
