import NIOCore

/// A worker, for code on other threads.
struct WorkerReference: Sendable {
    let loop: any EventLoop
    private let box: NIOLoopBoundBox<Worker>

    init(_ worker: sending Worker, loop: any EventLoop) {
        self.loop = loop
        box = NIOLoopBoundBox.makeBoxSendingValue(worker, eventLoop: loop)
    }

    /// The worker; only to be asked for on its loop, which is checked.
    var worker: Worker { box.value }

    func execute(_ body: @escaping @Sendable (Worker) -> Void) {
        loop.execute { body(box.value) }
    }

    func submit<Value: Sendable>(_ body: @escaping @Sendable (Worker) throws -> Value) -> EventLoopFuture<Value> {
        loop.submit { try body(box.value) }
    }
}
