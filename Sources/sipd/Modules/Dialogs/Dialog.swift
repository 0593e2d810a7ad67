import ModuleInterface
import SIPMessage
import Transport

/// One side of a dialog.
struct DialogLeg: Sendable, Equatable {
    var tag: ByteString = ""
    /// The URI of its Contact.
    var contact: ByteString = ""
    /// The number of its last request.
    var sequenceNumber = 0
    /// The Route headers' value that leads to it from here; empty for none.
    var routeSet: ByteString = ""
    /// The socket that it is reached from, as `udp:127.0.0.1:5060`.
    var socket: ByteString = ""
}

/// Which side of a dialog.
enum DialogSide: Sendable {
    case caller, callee

    var other: DialogSide { self == .caller ? .callee : .caller }
}

/// A profile that a dialog is counted in.
struct ProfileMembership: Hashable, Sendable {
    var profile: ByteString
    /// nil for profiles without value.
    var value: ByteString?
}

/// What there is to know about a dialog; copied for the control socket and the database.
struct DialogRecord: Sendable, Equatable {
    var identifier: DialogIdentifier
    var callID: ByteString
    var fromURI: ByteString
    var toURI: ByteString
    var requestURI: ByteString
    var state = DialogState.unconfirmed
    var caller = DialogLeg()
    var callee: DialogLeg?
    /// Seconds since 1970: of the INVITE, the 2xx and the end; 0 for not yet.
    var createdAt = 0
    var startedAt = 0
    var endedAt = 0
    /// When its lifetime is over, seconds since 1970; 0 while it rings.
    var timeout = 0
    /// How many seconds it may last.
    var lifetime = 0
    /// Flags of the script.
    var flags: UInt32 = 0
    var sendsByeOnTimeout = false
    var keepsCallerAlive = false
    var keepsCalleeAlive = false
    var keepsTimeout = false
    /// The route that runs when it lasts too long; empty for none.
    var timeoutRoute: ByteString = ""
    var profiles: [ProfileMembership] = []
    var variables: [ByteString: ByteString] = [:]

    /// Seconds that the call has lasted.
    func duration(at now: Int) -> Int {
        guard startedAt > 0 else { return 0 }
        return max(0, (endedAt > 0 ? endedAt : now) - startedAt)
    }

    /// One of both sides.
    subscript(side: DialogSide) -> DialogLeg {
        get { side == .caller ? caller : callee ?? DialogLeg() }
        set { if side == .caller { caller = newValue } else { callee = newValue } }
    }

    /// Kamailio's bits: 1 BYE on timeout, 2 and 4 keep-alive of caller and callee, 8 no new timeout.
    var internalFlags: Int {
        get {
            (sendsByeOnTimeout ? 1 : 0) | (keepsCallerAlive ? 2 : 0) | (keepsCalleeAlive ? 4 : 0)
                | (keepsTimeout ? 8 : 0)
        }
        set {
            sendsByeOnTimeout = newValue & 1 != 0
            keepsCallerAlive = newValue & 2 != 0
            keepsCalleeAlive = newValue & 4 != 0
            keepsTimeout = newValue & 8 != 0
        }
    }
}

/// A dialog that is followed.
///
/// Confined to the worker that owns its Call-ID.
final class Dialog: ObservedDialog {
    /// Variables that one dialog may have.
    static let variableCountMax = 128

    var record: DialogRecord
    /// The bucket of timers it stands in, seconds since 1970; 0 for none.
    var deadline = 0
    /// Whether the last record was given to the database.
    var isStored = false
    /// OPTIONS in a row that nobody has answered.
    var keepAliveFailures = 0
    /// Whether a transaction carries it on.
    var hasTransaction = false

    init(_ record: DialogRecord) {
        self.record = record
    }

    var callID: ByteString { record.callID }

    subscript(variable name: ByteString) -> ByteString? {
        get { record.variables[name] }
        set {
            if let newValue {
                guard record.variables[name] != nil || record.variables.count < Self.variableCountMax else { return }
                record.variables[name.compacted()] = newValue.compacted()
            } else {
                record.variables[name] = nil
            }
        }
    }

    /// The side that sent a message with these tags, or nil when they are not of this dialog.
    func sender(fromTag: ByteString, toTag: ByteString?) -> DialogSide? {
        let callee = record.callee?.tag
        if fromTag == record.caller.tag {
            // While it rings every To-tag may come.
            guard let toTag, let callee, !callee.isEmpty else { return .caller }
            return toTag == callee ? .caller : nil
        }
        return fromTag == callee && toTag == record.caller.tag ? .callee : nil
    }
}
