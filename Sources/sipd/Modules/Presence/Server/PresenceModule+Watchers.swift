import ControlProtocol
import ModuleInterface
import SIPMessage
import ScriptEngine

extension PresenceModule {
    /// Functions about watchers.
    static var watcherFunctions: [Function] {
        [
            Function(
                "pres_auth_status", [.format, .format],
                summary: "What the rules of a presentity say about a watcher: 1 active, 2 pending, 3 refused.",
                example: "if (pres_auth_status(\"$fu\", \"$ru\") == 1) { … }"
            ) { module, arguments in
                { context in
                    let watcher = arguments[0].text(in: context)
                    guard let key = PresentityKey(uri: arguments[1].text(in: context), event: "presence"),
                        let package = module.presence.package("presence")
                    else { return .failure }
                    guard let decide = package.decide else { return .code(Subscription.Status.active.rawValue) }
                    return context.waiting({ try decide(key, watcher) }) { result in
                        (try? result.get())?.status.rawValue ?? -1
                    }
                }
            },
            Function(
                "pres_has_subscribers", [.format, .format], summary: "Whether somebody watches a presentity.",
                example: "if (pres_has_subscribers(\"$ru\", \"presence\")) { … }"
            ) { module, arguments in
                { context in
                    let event = arguments[1].text(in: context).string
                    guard let key = PresentityKey(uri: arguments[0].text(in: context), event: event) else {
                        return .failure
                    }
                    return module.presence.state.subscriptions(to: key).isEmpty ? .failure : .success
                }
            },
            Function(
                "pres_update_watchers", [.format, .format],
                summary: "Asks the rules of a presentity again, and tells the watchers whose status changed.",
                example: "pres_update_watchers(\"$ru\", \"presence\");"
            ) { module, arguments in
                { context in
                    let event = arguments[1].text(in: context).string
                    guard let key = PresentityKey(uri: arguments[0].text(in: context), event: event) else {
                        return .failure
                    }
                    return context.waiting({ [presence = module.presence] in try presence.decideAgain(key) }) {
                        result in
                        guard let changed = try? result.get() else { return -1 }
                        module.presence.announce(changed, context.worker)
                        return 1
                    }
                }
            },
            Function(
                "pres_refresh_watchers", [.format, .format, .integer],
                summary: "Tells all watchers the state; with type 0 after asking the rules again.",
                example: "pres_refresh_watchers(\"$ru\", \"presence\", \"1\");"
            ) { module, arguments in
                { context in
                    let event = arguments[1].text(in: context).string
                    guard let key = PresentityKey(uri: arguments[0].text(in: context), event: event),
                        let type = arguments[2].integer(in: context), (0...1).contains(type)
                    else { return .failure }
                    return module.presence.working(
                        context,
                        { [presence = module.presence] in
                            try presence.refresh(key)
                            return type == 0 ? try presence.decideAgain(key) : []
                        }
                    ) { result in
                        guard let changed = try? result.get() else { return -1 }
                        module.presence.announce(changed, context.worker)
                        if type != 0 { module.presence.notifyAll(key, context.worker) }
                        return 1
                    }
                }
            },
        ]
    }

    // MARK: - Methods

    private typealias Method = ModuleMethod<PresenceModule>
    private typealias Parameter = MethodDescription.Parameter

    static var presenceMethods: [ModuleMethod<PresenceModule>] {
        [cleanupMethod, listMethod, updateMethod, refreshMethod]
    }

    private static var cleanupMethod: Method {
        Method(
            MethodDescription(
                "presence.cleanup", summary: "Ends what has run out, and writes what is not saved.",
                doc: "The text `Reload OK`.", example: "sipcmd presence.cleanup", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                module.presence.server.onWorker(0) { module.presence.sweep($0) }
                do {
                    try await module.presence.server.databases.run { [presence = module.presence] in
                        try presence.flush()
                    }
                } catch {
                    throw MethodFault(500, "The database failed: \(error)")
                }
                return .value("Reload OK")
            }
        }
    }

    private static var listMethod: Method {
        Method(
            MethodDescription(
                "presence.presentity_list",
                parameters: [Parameter("omode", .string, optional: true, doc: "`full` shows the bodies")],
                summary: "What is published.",
                doc: "An array of uri, event, etag, expires, received, sender, and body when asked for.",
                example: "sipcmd presence.presentity_list", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let isFull = try call.optionalString(0, named: "omode") == "full"
                var rows: [JSONValue] = []
                for (key, publications) in module.presence.state.presentities {
                    for publication in publications { rows.append(row(key, publication, isFull: isFull)) }
                }
                return .value(.array(rows))
            }
        }
    }

    private static func row(_ key: PresentityKey, _ publication: Publication, isFull: Bool) -> JSONValue {
        var members = [
            JSONMember("uri", .string(key.uri.string)), JSONMember("event", .string(key.event)),
            JSONMember("etag", .string(publication.etag.string)),
            JSONMember("expires", .integer(Int64(publication.expires))),
            JSONMember("received", .integer(Int64(publication.received))),
            JSONMember("sender", .string(publication.sender.string)),
        ]
        if isFull { members.append(JSONMember("body", .string(publication.body.string))) }
        return .object(members)
    }

    private static let presentityParameters = [
        Parameter("pres_uri", .string, doc: "URI of the presentity"),
        Parameter("event", .string, doc: "event package"),
    ]

    private func key(_ call: MethodCall) throws(MethodFault) -> PresentityKey {
        guard let uri = try? call.optionalString(0, named: "pres_uri"),
            let event = try? call.optionalString(1, named: "event")
        else { throw MethodFault(500, "Not enough parameters") }
        guard !uri.isEmpty else { throw MethodFault(500, "Empty presentity URI") }
        guard !event.isEmpty else { throw MethodFault(500, "Empty event parameter") }
        guard let key = PresentityKey(uri: ByteString(uri), event: event), presence.package(event) != nil else {
            throw MethodFault(500, "Processing error")
        }
        return key
    }

    private func decideAgain(_ key: PresentityKey) async throws(MethodFault) {
        do {
            let presence = presence
            let changed = try await presence.server.databases.run { try presence.decideAgain(key) }
            presence.server.onWorker(0) { presence.announce(changed, $0) }
        } catch {
            throw MethodFault(500, "Processing error: \(error)")
        }
    }

    private static var updateMethod: Method {
        Method(
            MethodDescription(
                "presence.updateWatchers", parameters: presentityParameters,
                summary: "Asks the rules of a presentity again, and tells the watchers whose status changed.",
                doc: "An empty object.", example: "sipcmd presence.updateWatchers sip:bob@pbx.test presence",
                mutates: true)
        ) { module in
            { call throws(MethodFault) in
                try await module.decideAgain(try module.key(call))
                return .value([:])
            }
        }
    }

    private static var refreshMethod: Method {
        Method(
            MethodDescription(
                "presence.refreshWatchers",
                parameters: presentityParameters + [
                    Parameter("refresh_type", .integer, doc: "0 asks the rules again, 1 tells the state")
                ],
                summary: "Tells all watchers of a presentity its state, or asks the rules again.",
                doc: "An empty object.", example: "sipcmd presence.refreshWatchers sip:bob@pbx.test presence 1",
                mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let key = try module.key(call)
                guard let type = try? call.optionalInteger(2, named: "refresh_type") else {
                    throw MethodFault(500, "Not enough parameters")
                }
                if type == 0 {
                    try await module.decideAgain(key)
                } else {
                    module.presence.server.onWorker(0) { module.presence.notifyAll(key, $0) }
                }
                return .value([:])
            }
        }
    }
}

extension PresenceServer {
    /// Asks the rules about all watchers again, and answers those whose status changed; blocking.
    func decideAgain(_ key: PresentityKey) throws -> [Subscription] {
        try refresh(key)
        guard let decide = package(key.event)?.decide else { return [] }
        var changed: [Subscription] = []
        for subscription in state.subscriptions(to: key) {
            let decision = try decide(key, subscription.watcher)
            guard decision.status != subscription.status || decision.reason != subscription.reason else { continue }
            var next = subscription
            next.status = decision.status
            next.reason = decision.reason
            if settings.subscriptionStorage != .memory { try database?.writeDecision(next, at: now) }
            if decision.status == .terminated {
                try erase(next.id)
                state.remove(next.id)
            } else {
                _ = state.update(next.id) {
                    $0.status = decision.status
                    $0.reason = decision.reason
                }
            }
            changed.append(next)
        }
        return changed
    }

    /// Tells the watchers whose status changed, and those who watch them.
    func announce(_ changed: [Subscription], _ worker: Worker) {
        for subscription in changed {
            if subscription.status == .terminated {
                notifyEnd(subscription, reason: subscription.reason, worker)
            } else {
                notify(subscription.id, worker)
            }
            notifyWatcherInformation(about: subscription, worker)
        }
    }
}
