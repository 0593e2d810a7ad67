import ControlProtocol
import ModuleInterface
import SIPMessage

extension ControlModule {
    static var subscribe: ModuleMethod<ControlModule> {
        method(
            MethodDescription(
                "events.subscribe",
                parameters: [
                    .init("since", .string, optional: true, doc: "id of the last event seen, to go on behind it"),
                    .init(
                        "events", .string, optional: true,
                        doc: "names or beginnings of names, separated by commas: `contact.*,reload`; all without it"),
                    .init(
                        "wait", .number, optional: true,
                        doc: "without `stream`: for how many seconds to wait for an event, 0 to 60; 0 without it"),
                ],
                summary: "Tells what happens, as it happens.",
                doc: """
                    Each row has id, time (milliseconds since 1970), event, and what it happened to: contact.added, \
                    contact.updated, contact.removed, contact.expired, call.started, call.ended, reload, \
                    destination.up, destination.down, auth.failed. With `stream` it goes on until the connection is \
                    closed: the first row is `subscribed`, `heartbeat` comes after 15 s of silence, and `gap` tells \
                    that events were lost (the last 50,000 are kept, from the first call on). Without it, what there \
                    is behind `since`.
                    """,
                example: "sipcmd events.subscribe", lists: true)
        ) { server, call throws(MethodFault) in
            let last = server.events.begin()
            var rows = EventRows(server: server, position: last)
            rows.isLive = call.listing?.streams == true
            if let names = try call.optionalString(1, named: "events") {
                rows.patterns = names.split(separator: ",").map { MethodAccess.Pattern(String($0)) }
            }
            let wait = try call.optionalNumber(2, named: "wait") ?? 0
            guard (0...60).contains(wait) else {
                throw .wrongParameter(2, "wait", .number(wait), wanted: "0 to 60 seconds")
            }
            rows.deadline = .now + .milliseconds(Int(wait * 1000))
            try rows.resume(since: try call.optionalString(0, named: "since"), last: last)
            return .rows(rows)
        }
    }
}

/// The events behind a number, for as long as somebody reads.
private struct EventRows: RowSource {
    // So often the other side, if it is gone, is noticed.
    private static let heartbeat = Duration.seconds(15)
    private static let batch = 256

    let server: Server
    var position: UInt64
    var isLive = false
    var patterns: [MethodAccess.Pattern] = []
    var deadline = ContinuousClock.now
    private var queue: [JSONValue] = []

    init(server: Server, position: UInt64) {
        self.server = server
        self.position = position
    }

    /// Goes on where somebody was.
    mutating func resume(since: String?, last: UInt64) throws(MethodFault) {
        if let since {
            let parts = since.split(separator: "-", maxSplits: 1)
            guard parts.count == 2, let number = UInt64(parts[1]) else {
                throw .wrongParameter(0, "since", .string(since), wanted: "the id of an event")
            }
            if parts[0] == server.events.run, number <= last {
                position = number
            } else {
                position = 0
                queue.append(["id": id(0), "event": "gap", "reason": "the daemon was restarted"])
            }
        }
        if isLive { queue.insert(["id": id(position), "event": "subscribed"], at: 0) }
        queue.reverse()
    }

    mutating func next() async throws(MethodFault) -> JSONValue? {
        while !Task.isCancelled {
            if let row = queue.popLast() { return row }
            let (events, missed) = server.events.events(after: position, max: Self.batch)
            if missed > 0 {
                position += missed
                queue.append(["id": id(position), "event": "gap", "missed": JSONValue(missed)])
            }
            for event in events { take(event) }
            queue.reverse()
            guard events.isEmpty, missed == 0 else { continue }
            guard isLive || ContinuousClock.now < deadline else { return nil }
            let limit = isLive ? Self.heartbeat : min(deadline - ContinuousClock.now, Self.heartbeat)
            let start = ContinuousClock.now
            await server.events.wait(after: position, for: limit)
            if isLive, ContinuousClock.now - start >= Self.heartbeat {
                return ["id": id(position), "event": "heartbeat"]
            }
        }
        return nil
    }

    private mutating func take(_ event: ServerEvent) {
        position = event.number
        guard patterns.isEmpty || patterns.contains(where: { $0.matches(event.name) }) else { return }
        let values = event.values.map { JSONMember($0.name, .string($0.value.string)) }
        queue.append(
            .object(
                [
                    JSONMember("id", id(event.number)), JSONMember("time", JSONValue(event.time)),
                    JSONMember("event", .string(event.name)),
                ] + values))
    }

    private func id(_ number: UInt64) -> JSONValue { .string("\(server.events.run)-\(number)") }
}
