import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension DispatcherModule {
    /// What becomes of the chosen destination.
    enum Use: Int, Sendable {
        /// It becomes `$du`.
        case destination = 0
        /// Its host and port become those of the Request-URI.
        case domain = 1
        /// Only the records are made.
        case records = 2
    }

    static var selectionFunctions: [FunctionDescription<DispatcherModule>] {
        [
            select(
                "ds_select_dst", .destination, "Chooses a destination of a set by an algorithm; it becomes $du.",
                "if (!ds_select_dst(\"1\", \"4\")) { send_reply(\"503\", \"No destination\"); exit; }"),
            select(
                "ds_select_domain", .domain, "Chooses a destination; its host becomes that of the Request-URI.",
                "ds_select_domain(\"1\", \"8\");"),
            select(
                "ds_select", .records, "Chooses destinations and only notes them, for ds_set_dst().",
                "ds_select(\"1\", \"9\", \"3\");"), selectRoutes,
        ]
    }

    private static func select(
        _ name: String, _ use: Use, _ summary: String, _ example: String
    ) -> FunctionDescription<DispatcherModule> {
        FunctionDescription(
            name, [.integer, .integer, .integer], required: 2, routes: [.request, .failure, .branch, .event],
            summary: summary + " Set, algorithm 0 to 13, and how many are kept at most.", example: example
        ) { module, arguments in
            { context in
                guard let set = arguments[0].integer(in: context), let algorithm = arguments[1].integer(in: context)
                else { return .failure }
                let limit = arguments.count > 2 ? arguments[2].integer(in: context) ?? 0 : 0
                return module.select([(set, algorithm)], use, limit: limit, context) ? .success : .failure
            }
        }
    }

    private static var selectRoutes: FunctionDescription<DispatcherModule> {
        FunctionDescription(
            "ds_select_routes", [.format, .integer, .integer], required: 2,
            routes: [.request, .failure, .branch, .event],
            summary: "Chooses from several sets, each with its algorithm. Mode 0: $du, 1: domain, 2: records only.",
            example: "ds_select_routes(\"1=4;2=8\", \"0\", \"3\");"
        ) { module, arguments in
            { context in
                guard let mode = arguments[1].integer(in: context), let use = Use(rawValue: mode),
                    let rules = rules(arguments[0].text(in: context))
                else { return .failure }
                let limit = arguments.count > 2 ? arguments[2].integer(in: context) ?? 0 : 0
                return module.select(rules, use, limit: limit, context) ? .success : .failure
            }
        }
    }

    /// Reads `1=4;2=8`; nil when it is malformed.
    private static func rules(_ text: ByteString) -> [(Int, Int)]? {
        var rules: [(Int, Int)] = []
        for rule in text.split(on: UInt8(ascii: ";")).map({ $0.trimmed() }) where !rule.isEmpty {
            let sides = rule.split(on: UInt8(ascii: "="))
            guard sides.count == 2, let set = sides[0].trimmed().integerValue,
                let algorithm = sides[1].trimmed().integerValue
            else { return nil }
            rules.append((set, algorithm))
        }
        return rules.isEmpty ? nil : rules
    }

    // MARK: - Choosing

    private func select(_ rules: [(Int, Int)], _ use: Use, limit: Int, _ context: ScriptContext) -> Bool {
        if use == .destination, !settings.forcesDestination, context.target.destination != nil { return false }
        var chosen: [DestinationRecords.Record] = []
        var isFirst = true
        for (number, algorithm) in rules {
            guard let set = store.list.sets[number], let choice = choice(algorithm, context) else { continue }
            var order = order(of: set, choice)
            guard let first = order.first else { continue }
            if choice == .parallel {
                fork(order.map { set.destinations[$0] }, use, context)
                isFirst = false
                continue
            }
            if limit > 0 { order = Array(order.prefix(Swift.max(limit - chosen.count, 0))) }
            if isFirst { apply(record(set, first, choice), use, context) }
            isFirst = false
            if settings.hasFailover { chosen += order.map { record(set, $0, choice) } }
        }
        guard !isFirst else { return false }
        settings.records.push(chosen, in: context)
        return true
    }

    /// How an algorithm chooses for a message; nil when what it needs is missing.
    private func choice(_ algorithm: Int, _ context: ScriptContext) -> SetState.Choice? {
        let message = context.message
        let hash = MessageHash(usesUserOnly: settings.hashesUserOnly)
        func hashed(_ value: UInt32?) -> SetState.Choice? { value.map { .hash($0) } }
        switch algorithm {
        case 0: return hashed(message.callID.map { MessageHash.of([$0]) })
        case 1: return hashed(hash.of(uri: message.from?.uri))
        case 2: return hashed(hash.of(uri: message.to?.uri))
        case 3: return hashed(hash.of(uri: context.target.uri ?? message.requestURI))
        case 4: return .roundRobin
        case 5: return hashed(MessageHash.ofAuthorization(message)) ?? .roundRobin
        case 6: return .random
        case 7: return hashed(variables.hashed(in: context).map { MessageHash.of([$0]) })
        case 9: return .weight
        case 10: return settings.countsCalls ? .load : .first
        case 11: return .relativeWeight
        case 12: return .parallel
        case 13: return .latency
        default: return .first
        }
    }

    private func order(of set: DestinationSet, _ choice: SetState.Choice) -> [Int] {
        let loads = choice == .load ? set.destinations.map { load(of: $0, in: set.number) } : []
        return set.withState { $0.choose(choice, loads: loads, using: &$1) }
    }

    /// The calls that a destination has.
    func load(of destination: Destination, in set: Int) -> Int {
        destination.attributes.identifier.map { loads.count(CallLoads.Key(set: set, identifier: $0)) } ?? 0
    }

    private func record(
        _ set: DestinationSet, _ index: Int, _ choice: SetState.Choice
    ) -> DestinationRecords.Record {
        let destination = set.destinations[index]
        return DestinationRecords.Record(
            uri: destination.uri, set: set.number, socket: destination.socket.map { ByteString($0.description) },
            attributes: destination.attributes.body,
            identifier: choice == .load ? destination.attributes.identifier : nil)
    }

    // MARK: - Using

    /// Sends the request to a destination, and counts the call for it.
    func apply(_ record: DestinationRecords.Record, _ use: Use, _ context: ScriptContext) {
        push(record.uri, socket: record.socket, use, &context.target, context)
        guard use != .records, let identifier = record.identifier, let callID = context.message.callID else { return }
        loads.put(
            callID, CallLoads.Key(set: record.set, identifier: identifier), now: WallClock.now.seconds)
    }

    /// Sends the request to all of the destinations at once.
    private func fork(_ destinations: [Destination], _ use: Use, _ context: ScriptContext) {
        guard use != .records else { return }
        for (index, destination) in destinations.enumerated() {
            let socket = destination.socket.map { ByteString($0.description) }
            if index == 0 {
                push(destination.uri, socket: socket, use, &context.target, context)
            } else {
                var branch = RequestTarget()
                branch.uri = context.target.uri ?? context.message.requestURI
                push(destination.uri, socket: socket, use, &branch, context)
                context.branches.append(branch)
            }
        }
    }

    private func push(
        _ uri: ByteString, socket: ByteString?, _ use: Use, _ target: inout RequestTarget, _ context: ScriptContext
    ) {
        switch use {
        case .destination: target.destination = uri
        case .domain: target.uri = Self.withDomain(of: uri, target.uri ?? context.message.requestURI ?? "")
        case .records: return
        }
        if let socket, let found = server.socket(named: socket) { target.socket = found }
    }

    /// A Request-URI with its scheme and user, and all behind them from a destination.
    private static func withDomain(of destination: ByteString, _ uri: ByteString) -> ByteString {
        guard let place = try? SIPURI.parse(destination), let request = try? SIPURI.parse(uri) else { return uri }
        let end = place.host.range.lowerBound - destination.range.lowerBound
        let rest = destination.dropFirst(end)
        var result = request.scheme.bytes + ":"
        if let user = request.user {
            result += user + (request.password.map { ":" + $0 } ?? "") + "@"
        }
        return result + rest
    }
}
