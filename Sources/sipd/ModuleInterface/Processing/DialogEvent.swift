package import SIPMessage
package import ScriptEngine

/// What other modules see of a dialog (accounting).
package protocol ObservedDialog: AnyObject {
    /// The Call-ID of its INVITE.
    var callID: ByteString { get }
    /// A variable of the dialog, which lives as long as it (`$dlg_var(name)`); nil removes it.
    subscript(variable name: ByteString) -> ByteString? { get set }
}

/// A moment in the life of a dialog (Kamailio: `DLGCB_*`).
package enum DialogEvent: Sendable, Equatable {
    /// An INVITE is followed from here on (`DLGCB_CREATED`).
    case created
    /// The ACK of the 2xx came (`DLGCB_CONFIRMED`).
    case confirmed
    /// There was no 2xx (`DLGCB_FAILED`).
    case failed
    /// A BYE came (`DLGCB_TERMINATED`).
    case terminated
    /// It lasted longer than it may (`DLGCB_EXPIRED`).
    case expired
}

/// Takes notice of dialogs; called on the worker's loop with a context in which the dialog's variables can be read.
package typealias DialogObserver = (DialogEvent, any ObservedDialog, ScriptContext) -> Void

/// Says that there is a module which follows dialogs (`server.interface(DialogTracking.self)`).
package struct DialogTracking: Sendable {
    /// Follows dialogs.
    package init() {}
}
