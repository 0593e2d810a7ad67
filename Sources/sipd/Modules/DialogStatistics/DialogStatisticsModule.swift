package import ModuleInterface
import NIOCore
import OperatingSystem
import SIPMessage
package import ScriptEngine

/// Module `dlgs`: counts calls by what the script tells of them, without keeping their state machines.
///
/// The script calls `dlgs_init()` for an INVITE, and `dlgs_update()` for its responses and for the requests within the
/// call; the module learns from them how far the call has come.
package final class DialogStatisticsModule: ScriptModule {
    let calls: CallTable
    private let sweepSeconds: Int

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        calls = CallTable(
            lifetimes: CallTable.Lifetimes(
                initial: parameters.integer("init_lifetime"), active: parameters.integer("active_lifetime"),
                finished: parameters.integer("finish_lifetime")))
        sweepSeconds = parameters.integer("timer_interval")
    }

    /// Starts the timer, on the first worker.
    package func start(on worker: Worker) {
        guard worker.index == 0 else { return }
        let pause = TimeAmount.seconds(Int64(sweepSeconds))
        worker.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { [calls] _ in
            calls.sweep(now: WallClock.now.seconds)
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<DialogStatisticsModule> {
        ModuleDescription(
            name: "dlgs", summary: "Counts calls by what the script tells of them.",
            parameters: [
                .integer("init_lifetime", 180, in: 1...86_400, "seconds for which a call without answer is kept"),
                .integer("active_lifetime", 10_800, in: 1...604_800, "seconds for which an answered call is kept"),
                .integer("finish_lifetime", 10, in: 1...86_400, "seconds for which an ended call is kept"),
                .integer("timer_interval", 30, in: 1...3600, "seconds between two passes over the calls"),
                .ignored("hash_size", because: "the table grows by itself"),
            ],
            functions: functions, methods: methods,
            statistics: CallState.allCases.map { state in
                StatisticDescription("dlgs", "c_\(state.name)", summary: "calls that have become \(state.name)") {
                    $0.calls.total(state)
                }
            })
    }
}

// MARK: - Functions

extension DialogStatisticsModule {
    private typealias Function = FunctionDescription<DialogStatisticsModule>

    private static var functions: [Function] {
        [
            Function(
                "dlgs_init", [.format, .format, .format],
                routes: [.request, .branch, .onReply, .coreReply, .onSend, .failure],
                summary: "Counts the call of an INVITE under a source, a destination and further data.",
                example: "dlgs_init(\"$fu\", \"$tu\", \"srcip=$si\");"
            ) { module, arguments in
                { context in
                    let message = context.message
                    guard message.isRequest, message.method == .invite, let id = message.callID else { return .failure }
                    let now = WallClock.now.seconds
                    let call = CallRecord(
                        source: arguments[0].text(in: context).compacted(),
                        destination: arguments[1].text(in: context).compacted(),
                        data: arguments[2].text(in: context).compacted(),
                        userAgent: (message.firstText(.userAgent) ?? "").compacted(), state: .initial, start: now,
                        updated: now)
                    return module.calls.add(call, id: id) ? .success : .failure
                }
            },
            Function(
                "dlgs_update", routes: [.request, .branch, .onReply, .coreReply, .onSend, .failure],
                summary: "Learns from a message of a call how far the call has come.", example: "dlgs_update();"
            ) { module, _ in
                { context in
                    let message = context.message
                    guard let id = message.callID, let event = event(of: message) else { return .failure }
                    return module.calls.update(id, event, now: WallClock.now.seconds) ? .success : .failure
                }
            },
            Function(
                "dlgs_count", [.text, .text, .format],
                summary: "Returns the number of calls whose field (src, dst, data, ua, any) meets eq, sw or re.",
                example: "if (dlgs_count(\"src\", \"eq\", \"$fu\") && $rc > 5) { … }"
            ) { module, arguments throws(ScriptError) in
                let (field, operation) = (arguments[0].source, arguments[1].source)
                _ = try CallFilter(field: field, operation: operation, value: "")
                return { context in
                    do {
                        let filter = try CallFilter(
                            field: field, operation: operation, value: arguments[2].text(in: context))
                        let count = module.calls.count(where: filter.matches)
                        return count == 0 ? .failure : .code(count)
                    } catch {
                        return .failure
                    }
                }
            },
        ]
    }

    /// What a message tells of its call; nil when it tells nothing.
    private static func event(of message: SIPMessage) -> CallTable.Event? {
        if let status = message.status { return message.method == .invite ? .response(status) : nil }
        switch message.method {
        case .ack: return .acknowledged
        case .bye, .cancel: return .ended
        default: return nil
        }
    }
}
