import SIPMessage
import ScriptEngine
import Transport

/// A command of the ng protocol.
enum EngineCommand: String, Sendable {
    case offer
    case answer
    case delete
    case query
    case startRecording = "start recording"
    case stopRecording = "stop recording"
    case blockDTMF = "block DTMF"
    case unblockDTMF = "unblock DTMF"
    case blockMedia = "block media"
    case unblockMedia = "unblock media"
    case silenceMedia = "silence media"
    case unsilenceMedia = "unsilence media"
    case startForwarding = "start forwarding"
    case stopForwarding = "stop forwarding"
    case playMedia = "play media"
    case stopMedia = "stop media"
    case playDTMF = "play DTMF"

    /// Whether it carries SDP.
    var hasSession: Bool { self == .offer || self == .answer }

    /// Whether it is about the whole call unless its flags name a side.
    var isAboutCall: Bool {
        switch self {
        case .blockDTMF, .unblockDTMF, .blockMedia, .unblockMedia, .silenceMedia, .unsilenceMedia, .startForwarding,
            .stopForwarding:
            true
        case .offer, .answer, .delete, .query, .startRecording, .stopRecording, .playMedia, .stopMedia, .playDTMF:
            false
        }
    }
}

/// A command with what a message and its flags say about the call.
struct EngineRequest {
    let command: EngineCommand
    let callID: ByteString
    let viaBranch: ByteString?
    private let flags: EngineFlags
    private let fromTag: ByteString?
    private let toTag: ByteString?
    private let received: [ByteString]

    /// Takes the call from the message; nil when it lacks what the command needs.
    ///
    /// `extra` is the value of `extra_id_pv`.
    init?(_ command: EngineCommand, _ flags: EngineFlags, _ context: ScriptContext, extra: ByteString?) {
        let message = context.message
        let command = command == .offer && flags.forcesAnswer ? .answer : command
        guard let callID = flags.callID ?? message.callID, let from = flags.fromTag ?? message.from?.tag else {
            return nil
        }
        let to = flags.toTag ?? message.to?.tag
        self.command = command
        self.flags = flags
        self.callID = callID
        // The side that sends the SDP is "from"; a reply and an ACK come from the called side of an INVITE.
        let isForward = message.isRequest ? command != .answer : command == .delete || command == .answer
        if isForward || !command.hasSession {
            fromTag = from
            toTag = command == .delete ? (flags.wantsToTag ? to : nil) : to
        } else {
            guard let to, !to.isEmpty else { return nil }
            fromTag = to
            toTag = from
        }
        guard command != .answer || toTag != nil else { return nil }
        switch Self.viaBranch(flags.viaBranch, message, extra) {
        case .some(let branch): viaBranch = branch
        case .none:
            guard flags.viaBranch == .none else { return nil }
            viaBranch = nil
        }
        received = flags.receivedFrom ?? Self.source(context)
    }

    private static func source(_ context: ScriptContext) -> [ByteString] {
        guard let address = context.received?.source.address else { return [] }
        return [address.isIPv4 ? "IP4" : "IP6", ByteString(address.description)]
    }

    private static func viaBranch(
        _ wanted: EngineFlags.ViaBranch, _ message: SIPMessage, _ extra: ByteString?
    ) -> ByteString? {
        switch wanted {
        case .none: nil
        case .first: message.topVia?.branch
        case .second: secondBranch(message)
        case .automatic: message.isRequest ? message.topVia?.branch : secondBranch(message)
        case .extra: extra
        case .automaticExtra: message.isRequest ? extra : message.topVia?.branch
        }
    }

    private static func secondBranch(_ message: SIPMessage) -> ByteString? {
        guard let vias = try? message.vias(), vias.count > 1 else { return nil }
        return vias[1].branch
    }

    /// The name of the call in the table of calls.
    var key: ByteString { callID + "\n" + (viaBranch ?? "") }

    /// The bytes without the cookie.
    func bytes(session: ByteString?) -> [UInt8] {
        var members: [BencodeValue.Member] = [.init(key: "command", value: .string(ByteString(command.rawValue)))]
        if let session { members.append(.init(key: "sdp", value: .string(session))) }
        members += flags.members
        members.append(.init(key: "call-id", value: .string(callID)))
        if let viaBranch { members.append(.init(key: "via-branch", value: .string(viaBranch))) }
        if !received.isEmpty {
            members.append(.init(key: "received-from", value: .list(received.map { .string($0) })))
        }
        let namesSide = !command.isAboutCall || flags.isDirectional || flags.fromTag != nil
        if namesSide, let fromTag { members.append(.init(key: "from-tag", value: .string(fromTag))) }
        if !command.isAboutCall, let toTag { members.append(.init(key: "to-tag", value: .string(toTag))) }
        members.append(.init(key: "supports", value: .list([.string("load limit")])))
        var output: [UInt8] = []
        BencodeValue.dictionary(members).append(to: &output)
        return output
    }
}
