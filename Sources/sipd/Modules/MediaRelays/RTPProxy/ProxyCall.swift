import SIPMessage
import ScriptEngine

/// The call of a message as rtpproxy names it.
struct ProxyCall {
    let callID: ByteString
    /// The Call-ID with the branch, where the flags want one.
    let name: ByteString
    let fromTag: ByteString
    let toTag: ByteString?

    /// Takes the call from a message; nil when it lacks something, or a text would break the protocol's lines.
    ///
    /// `isSwapped` exchanges the tags: the called side sends what is relayed.
    init?(_ message: SIPMessage, _ flags: ProxyFlags, extra: ByteString?, isSwapped: Bool) {
        guard let callID = message.callID, let from = message.from?.tag else { return nil }
        let to = message.to?.tag
        var branch: ByteString?
        switch flags.branch {
        case .none: break
        case .first: branch = message.topVia?.branch
        case .second: branch = Self.secondBranch(message)
        case .byDirection: branch = message.isRequest ? message.topVia?.branch : Self.secondBranch(message)
        case .extra: branch = extra
        }
        if flags.branch != .none, branch == nil { return nil }
        guard !isSwapped || to != nil else { return nil }
        self.callID = callID
        name = branch.map { callID + ";" + $0 } ?? callID
        fromTag = isSwapped ? to ?? "" : from
        toTag = isSwapped ? from : to
        guard [name, fromTag, toTag ?? "x"].allSatisfy(Self.isWord) else { return nil }
    }

    private static func secondBranch(_ message: SIPMessage) -> ByteString? {
        guard let vias = try? message.vias(), vias.count > 1 else { return nil }
        return vias[1].branch
    }

    private static func isWord(_ text: ByteString) -> Bool {
        !text.isEmpty && text.bytes.allSatisfy { $0 > 0x20 }
    }

    /// The tags behind a command: `from;1 to;1`, or without numbers.
    func tags(medium: Int?, withTo: Bool) -> ByteString {
        let suffix = medium.map { ByteString(";\($0)") } ?? ""
        guard withTo, let toTag else { return fromTag + suffix }
        return fromTag + suffix + " " + toTag + suffix
    }
}
