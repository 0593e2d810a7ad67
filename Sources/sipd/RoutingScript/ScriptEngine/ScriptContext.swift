package import NetworkAddress
package import SIPMessage
package import Transport

/// Everything the routing script works on while it processes one message.
///
/// Confined to one worker's event loop; made for a message (or an event), handed to `Program.run`, and kept by the
/// transaction when there is one. Functions of modules read and change it; the edits to headers and body are collected
/// in `edits` and applied when the message is forwarded (Kamailio's lumps).
package final class ScriptContext {
    /// The message.
    ///
    /// Replaced only by `msg_apply_changes()` and by the routes of a transaction.
    package var message: SIPMessage
    /// Where the message came from, or nil for one made here (event routes, local requests).
    package let received: ReceivedFrom?
    /// The worker and server this runs in.
    package let host: any ScriptHost
    /// Pending edits of the message, applied when it is sent on.
    package var edits = MessageEdits()
    /// Request-URI, next hop and what else decides where the request goes: branch 0 of the destination set.
    package var target: RequestTarget
    /// Further branches of the destination set (`append_branch`, `lookup` with several contacts).
    package var branches: [RequestTarget] = []
    /// Message flags 0...31 (`setflag`); copied to the transaction.
    package var flags: UInt32 = 0
    /// Script flags 0...31 (`setsflag`).
    package var scriptFlags: UInt32 = 0
    /// The Record-Route headers that forwarding adds; the outgoing socket decides their number and addresses.
    package var recordRoute = RecordRoute()
    /// How replies to this request travel (`force_rport()`, `set_reply_close()`).
    package var replyRouting = ReplyRouting()
    /// Header lines, each ending in CRLF, to add to replies made here (`append_to_reply`).
    package var replyHeaders: ByteString = ""
    /// `$avp`, `$xavp`; replaced by the transaction's when one exists.
    package var attributes: AttributeStore {
        get {
            if let store { return store }
            let made = AttributeStore()
            store = made
            return made
        }
        set { store = newValue }
    }
    /// Made when the first attribute is looked at: most messages have none.
    private var store: AttributeStore?
    /// `$var` by the slot the compiler gave each name; 0 at the start of each message.
    package var variables: [ScriptValue] = []
    /// The code of the last function or route (`$rc`).
    package var returnCode = 0
    /// The kind of the route that runs (`.request`, `.failure`, …).
    package var routeKind: RouteMask = .request
    /// Index of the route that runs now.
    var currentRoute: Int32 = -1
    /// Index of the position of the call that runs now.
    var currentSite: Int32 = -1
    /// Where the request is being sent, while `onsend_route` runs.
    package var sending: SendingAddresses?
    /// Index of the branch that a branch route, reply route or failed branch concerns; 0 elsewhere.
    package var branchIndex = 0
    /// The internal error of the call that runs (Kamailio's `ser_error`): negative class code, 0 for none.
    package var lastError = 0
    /// The internal error of the call before that one, for `sl_reply_error()` (Kamailio's `prev_ser_error`).
    package internal(set) var previousError = 0
    /// Which statements ended processing: set by `drop`.
    package var isDropped = false
    /// Running number of the message in this worker, for `$mi`.
    package let messageNumber: UInt64
    /// When processing began, for timing (`core` monotonic nanoseconds).
    package var startedAt: UInt64 = 0
    /// The running virtual machine, innermost last; engine's own.
    var execution: Execution?
    /// Per-message data of modules, by `ContextKey`.
    private var slots: [AnyObject?] = []

    /// Makes the context of one message.
    package init(
        message: SIPMessage, received: ReceivedFrom?, host: any ScriptHost, target: RequestTarget,
        messageNumber: UInt64 = 0
    ) {
        self.message = message
        self.received = received
        self.host = host
        self.target = target
        self.messageNumber = messageNumber
    }

    /// A module's data for this message, or nil when it was not set.
    package subscript<Value: AnyObject>(key: ContextKey<Value>) -> Value? {
        get { key.index < slots.count ? slots[key.index] as? Value : nil }
        set {
            while slots.count <= key.index { slots.append(nil) }
            slots[key.index] = newValue
        }
    }

    /// Compiles texts with the names of the running script, for functions that evaluate texts of a message.
    package var formats: FormatCompiler? { execution?.program.formats }
    /// The name of the route that runs now, for `$cfg(route)`: empty outside of a script.
    package var routeName: String { execution?.program.routeName(currentRoute) ?? "" }
    /// Line of the call that runs now, for `$cfg(line)` and logs; 0 outside of a script.
    package var currentLine: Int { currentLocation?.line ?? 0 }
    /// File of the call that runs now, for `$cfg(name)` and logs.
    package var currentFile: String { currentLocation?.file ?? "" }

    private var currentLocation: (file: String, line: Int)? { execution?.program.location(currentSite) }

    /// Continues the script after a function answered `.suspended`.
    ///
    /// Called once per suspension, on the worker's event loop, and never before that function returned.
    package func resume(returning code: Int) {
        execution?.resume(returning: code)
    }
}

/// Names a slot of `ScriptContext` for one module's per-message data; make it once, as a `static let`.
package struct ContextKey<Value: AnyObject>: Sendable {
    /// The slot.
    let index: Int

    /// Takes the next free slot.
    package init() {
        index = contextKeys.next()
    }
}

/// What the script needs of the worker and the server it runs in.
package protocol ScriptHost: AnyObject {
    /// Index of the worker, for `$pp`-like values.
    var workerIndex: Int { get }
    /// Whether host and port name this server: its sockets, aliases and what modules add (domains).
    /// `port` 0 and `transport` nil match any (Kamailio: `check_self()`).
    func isLocal(host: ByteString, port: UInt16, transport: TransportProtocol?) -> Bool
    /// The local sockets, in order of the configuration.
    var sockets: [ListenSocket] { get }
    /// Writes a line of the script (`xlog`, `log`, run-time errors) to the log.
    /// Level: Kamailio's, -5 (alert) ... 3 (debug).
    func log(level: Int, _ text: ByteString, in context: ScriptContext?)
    /// Whether a line at that level would be written, so that its text need not be built.
    func isLogged(level: Int) -> Bool
    /// Wall clock, whole seconds and microseconds since 1970.
    var wallClock: (seconds: Int, microseconds: Int) { get }
    /// Reads a variable of the `group.name` configuration framework (`$sel(cfg_get.group.name)`), or nil.
    func configurationValue(group: String, name: String) -> ScriptValue?
}

/// The addresses of a request that is being sent, for `onsend_route` (`snd_ip`, `to_port`, `$sndfrom`, `$sndto`).
package struct SendingAddresses: Sendable {
    /// The transport it is sent over.
    package var transport: TransportProtocol
    /// The local address and port.
    package var source: Endpoint
    /// Where it is sent.
    package var destination: Endpoint

    /// Makes the addresses.
    package init(transport: TransportProtocol, source: Endpoint, destination: Endpoint) {
        self.transport = transport
        self.source = source
        self.destination = destination
    }
}

/// Where a request goes: one entry of the destination set (Kamailio's branch).
package struct RequestTarget: Sendable {
    /// The Request-URI text; nil means that of the message.
    package var uri: ByteString?
    /// The next hop (`$du`), or nil for the Request-URI's own host.
    package var destination: ByteString?
    /// The path vector set by `lookup` (comma-separated Route values), or nil.
    package var path: ByteString?
    /// The socket to send from (`$fs`), or nil for the default.
    package var socket: ListenSocket?
    /// The connection to prefer (a registered TCP contact), or nil.
    package var connection: ConnectionID?
    /// q value in thousandths, or nil when unspecified.
    package var q: Int?
    /// Branch flags 0...31 (`setbflag`).
    package var flags: UInt32 = 0
    /// Instance of the contact (`+sip.instance`), or nil.
    package var instance: ByteString?
    /// reg-id of the contact, 0 for none.
    package var registrationID = 0
    /// usrloc's id of the contact (`$ruid`), or nil.
    package var ruid: ByteString?
    /// User-Agent of the contact, or nil (`$branch(ua)`).
    package var userAgent: ByteString?
    /// Do not open a connection for it (`set_forward_no_connect()`).
    package var reuseOnly = false
    /// Close the connection after sending (`set_forward_close()`).
    package var closeAfter = false

    /// A target that sends the message to its own Request-URI.
    package init() {}
}

/// How replies to the request being processed travel.
package struct ReplyRouting: Sendable {
    /// Reply to the source port (`force_rport()`), as if `rport` stood in the Via.
    package var forcesRport = false
    /// Also ask for rport in the Via that is added (`add_local_rport()`).
    package var addsLocalRport = false
    /// Only over an existing connection (`set_reply_no_connect()`).
    package var reuseOnly = false
    /// Close the connection after the reply (`set_reply_close()`).
    package var closeAfter = false

    /// The default: as the Via says.
    package init() {}
}
