package import ModuleInterface
import NIOCore
import SIPMessage
package import ScriptEngine

/// Module `rtimer`: runs routes again and again.
///
/// All timers run on the first worker. A route that has not ended when its timer is due again is left to end; there is
/// no second run beside it.
package struct TimersModule: ScriptModule {
    private let timers: [RouteTimer]
    private let routes: [ByteString: [ByteString]]

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let seconds = parameters.integer("default_interval")
        var timers: [RouteTimer] = []
        for text in parameters.list("timer") {
            let timer = try RouteTimer(text, defaultSeconds: seconds)
            guard !timers.contains(where: { $0.name == timer.name }) else {
                throw ScriptError("timer '\(timer.name)' is defined twice")
            }
            timers.append(timer)
        }
        var routes: [ByteString: [ByteString]] = [:]
        for text in parameters.list("exec") {
            let (timer, route) = try RouteTimer.execution(text)
            guard timers.contains(where: { $0.name == timer }) else {
                throw ScriptError("there is no timer '\(timer)' to run route '\(route)'")
            }
            routes[timer, default: []].append(route)
        }
        self.timers = timers
        self.routes = routes
    }

    /// Starts the timers on the first worker.
    package func start(on worker: Worker) {
        guard worker.index == 0 else { return }
        for timer in timers {
            for name in routes[timer.name] ?? [] {
                guard let route = worker.program.route(kind: .request, name: name.string) else {
                    // DIFFERS: Kamailio starts without a word.
                    worker.log(level: -1, "ERROR: rtimer: there is no route[" + name + "]", in: nil)
                    continue
                }
                start(route, every: .microseconds(Int64(timer.microseconds)), on: worker)
            }
        }
    }

    private func start(_ route: RouteID, every interval: TimeAmount, on worker: Worker) {
        let run = NIOLoopBound(TimedRun(route, worker), eventLoop: worker.eventLoop)
        worker.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in run.value.fire() }
    }

    /// What the module offers.
    package static var description: ModuleDescription<TimersModule> {
        ModuleDescription(
            name: "rtimer", summary: "Runs routes again and again.",
            parameters: [
                .list("timer", "a timer: name=t;interval=10;mode=1, in seconds, or microseconds with a u"),
                .list("exec", "what a timer runs: timer=t;route=CHECK"),
                .integer("default_interval", 120, in: 1...86_400, "seconds of timers without an interval"),
            ])
    }
}

/// A route that a timer runs, confined to its worker.
private final class TimedRun {
    private let route: RouteID
    private unowned let worker: Worker
    private var isRunning = false

    /// A request from nowhere: scripts read messages in every route.
    private static let request = """
        OPTIONS sip:you@kamailio.org SIP/2.0\r
        Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK0\r
        From: <sip:you@kamailio.org>;tag=123\r
        To: <sip:you@kamailio.org>\r
        Call-ID: 123\r
        CSeq: 1 OPTIONS\r
        Content-Length: 0\r
        \r

        """

    init(_ route: RouteID, _ worker: Worker) {
        self.route = route
        self.worker = worker
    }

    func fire() {
        guard !isRunning, let message = try? SIPMessage.parse(Array(Self.request.utf8)) else { return }
        isRunning = true
        let context = worker.makeContext(message: message, received: nil)
        worker.program.run(route, in: context) { _ in
            self.isRunning = false
            for handler in self.worker.requestEndHandlers { handler(context) }
        }
    }
}
