package import NIOCore
package import NetworkAddress
import OperatingSystem
package import SIPMessage
package import ScriptEngine
package import Transport

/// One of the server's event loops with what belongs to it alone.
///
/// Every message of a call is processed by the worker that owns the Call-ID, so what is kept here needs no lock.
/// Reach a worker only on its loop.
package final class Worker: ScriptHost {
    /// 0 ..< number of workers.
    package let index: Int
    /// The loop this worker is confined to.
    package let eventLoop: any EventLoop
    /// The server, shared by all workers.
    package let server: Server
    /// The compiled script.
    package let program: Program
    /// Offers for replies, asked in order (the transaction layer): true when it took the reply over.
    package var replyHandlers: [(ScriptContext) -> Bool] = []
    /// What runs before a request meets `request_route`; false ends its processing.
    package var requestFilters: [(ScriptContext) -> Bool] = []
    /// What runs after `request_route` ended (tm releases what the script left behind).
    package var requestEndHandlers: [(ScriptContext) -> Void] = []
    /// Told what happens to transactions (module tm tells it); added by modules before the first message.
    package var transactionObservers: [TransactionObserver] = []
    /// Told what happens to dialogs (module dialog tells it); added by modules before the first message.
    package var dialogObservers: [DialogObserver] = []
    /// Told the parameters of this server's Route, with a semicolon in front, when `loose_route()` has followed it
    /// (Kamailio: callbacks of rr).
    package var looseRouteHandlers: [(ScriptContext, ByteString) -> Void] = []
    /// Told when a connection this worker may have used is gone.
    package var connectionClosedHandlers: [(ConnectionID) -> Void] = []
    /// Told when a WebSocket connection is gone, with where its messages came from.
    package var webSocketClosedHandlers: [(ReceivedFrom) -> Void] = []
    /// Takes requests of HTTP that come over SIP connections (module xhttp).
    package var httpRequestHandler: ((ScriptContext) -> Void)?
    /// Number of messages seen, for `$mi`.
    package var messageNumber: UInt64 = 0
    private var slots: [AnyObject?] = []

    /// Makes the worker of one loop.
    package init(index: Int, eventLoop: any EventLoop, server: Server, program: Program) {
        self.index = index
        self.eventLoop = eventLoop
        self.server = server
        self.program = program
    }

    /// A module's state in this worker, or nil when it was not set.
    package subscript<Value: AnyObject>(key: WorkerKey<Value>) -> Value? {
        get { key.index < slots.count ? slots[key.index] as? Value : nil }
        set {
            while slots.count <= key.index { slots.append(nil) }
            slots[key.index] = newValue
        }
    }

    /// The context of an event route or a request made here, with a message of its own.
    package func makeContext(
        message: SIPMessage, received: ReceivedFrom?, target: RequestTarget = RequestTarget()
    ) -> ScriptContext {
        messageNumber &+= 1
        return ScriptContext(
            message: message, received: received, host: self, target: target, messageNumber: messageNumber)
    }

    // MARK: - ScriptHost

    /// The index, for `$pp`-like values.
    package var workerIndex: Int { index }

    /// The local sockets.
    package var sockets: [ListenSocket] { server.transport.sockets }

    /// Whether host and port name this server.
    package func isLocal(host: ByteString, port: UInt16, transport: TransportProtocol?) -> Bool {
        server.isLocal(host: host, port: port, transport: transport)
    }

    /// Writes a line of the script to the log.
    package func log(level: Int, _ text: ByteString, in context: ScriptContext?) {
        server.scriptLog.write(level: level, text, in: context)
    }

    /// Whether a line at that level would be written.
    package func isLogged(level: Int) -> Bool {
        if let own = server.scriptLogLevel.value { return level <= own }
        return server.scriptLog.isLogged(level: level)
    }

    /// Wall clock.
    package var wallClock: (seconds: Int, microseconds: Int) { WallClock.now }

    /// A variable of the configuration framework.
    package func configurationValue(group: String, name: String) -> ScriptValue? {
        server.configurationValue(group: group, name: name)
    }
}

/// Names a slot of `Worker` for one module's per-worker state; make it once, as a `static let`.
package struct WorkerKey<Value: AnyObject>: Sendable {
    fileprivate let index: Int

    /// Takes the next free slot.
    package init() {
        index = workerKeys.next()
    }
}

extension ScriptContext {
    /// The worker that processes this message.
    package var worker: Worker {
        guard let worker = host as? Worker else {
            preconditionFailure("modules run in workers of a server only")
        }
        return worker
    }
}
