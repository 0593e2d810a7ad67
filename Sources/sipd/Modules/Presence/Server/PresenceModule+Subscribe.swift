import Logging
import ModuleInterface
import SIPMessage
import ScriptEngine

extension PresenceModule {
    /// What came of a SUBSCRIBE.
    private enum Outcome: Sendable {
        case active(Subscription)
        /// It is over: unsubscribed, or asked once.
        case ended(Subscription)
        case rejected
        case unknown
        case outOfOrder
        case full
    }

    func subscribe(_ context: ScriptContext, watcher: ByteString?) -> FunctionResult {
        let message = context.message
        guard let (package, id) = package(of: context) else { return refuseEvent(context) }
        guard let seconds = expires(context, package) else { return refuseExpires(context) }
        let isWithin = message.to?.tag != nil
        guard
            let new = subscription(
                context, package.name, eventID: id, seconds: seconds, watcher: watcher)
        else { return .code(answer(400, "Bad Request", context, because: "a header is missing or cannot be read")) }
        let presence = presence
        return presence.working(
            context,
            { () throws -> Outcome in
                isWithin
                    ? try Self.renew(new, seconds: seconds, presence)
                    : try Self.begin(new, seconds: seconds, package, presence)
            }
        ) { result in
            switch result {
            case .success(let outcome): return finish(outcome, seconds, context)
            case .failure(let error):
                return answer(500, "Server Internal Error", context, because: "the database failed: \(error)")
            }
        }
    }

    /// The subscription that a SUBSCRIBE describes.
    private func subscription(
        _ context: ScriptContext, _ event: String, eventID: ByteString?, seconds: Int, watcher: ByteString?
    ) -> Subscription? {
        let message = context.message
        guard let from = message.from, let to = message.to, let remoteTag = from.tag, let callID = message.callID,
            let sequence = message.cseq?.number,
            let key = PresentityKey(uri: context.target.uri ?? message.requestURI ?? "", event: event),
            let seen = PresentityKey(uri: watcher ?? from.uri, event: event)
        else { return nil }
        var contact: ByteString?
        if let address = try? message.contacts().first, !address.isWildcard, address.parsedURI != nil {
            contact = address.uri
        }
        let routes = message.values(.recordRoute)
        let local = to.tag ?? context[DialogTag.key]?.text ?? presence.server.statelessTag(of: message)
        return Subscription(
            id: SubscriptionID(
                callID: callID.compacted(), localTag: local.compacted(), remoteTag: remoteTag.compacted()),
            key: key, watcherUser: seen.username, watcherDomain: seen.domain, fromURI: from.uri.compacted(),
            toURI: to.uri.compacted(), eventID: eventID?.compacted(), localSequence: 0, remoteSequence: sequence,
            contact: (contact ?? "").compacted(),
            routes: routes.dropFirst().reduce(routes.first ?? "") { $0 + ", " + $1 }.compacted(),
            expires: presence.now + (seconds == 0 ? 0 : seconds + presence.settings.expiresOffset),
            socket: ByteString(context.received?.socket.description ?? ""), localContact: localContact(context),
            userAgent: (message.firstHeader(named: "User-Agent").map { message.text(of: $0) } ?? "").compacted())
    }

    private func localContact(_ context: ScriptContext) -> ByteString {
        if let address = presence.settings.serverAddress { return address }
        guard let socket = context.received?.socket else { return "sip:localhost" }
        return "sip:" + ByteString(socket.viaHostPort) + ";transport=" + ByteString(socket.transport.name)
    }

    // MARK: - On a database thread

    private static func begin(
        _ new: Subscription, seconds: Int, _ package: EventPackage, _ presence: PresenceServer
    ) throws -> Outcome {
        guard !new.contact.isEmpty else { return .unknown }
        try presence.refresh(new.key)
        var subscription = new
        if let decide = package.decide {
            let decision = try decide(new.key, new.watcher)
            subscription.status = decision.status
            subscription.reason = decision.reason
            if presence.settings.subscriptionStorage != .memory, let database = presence.database {
                try database.writeDecision(subscription, at: presence.now)
            }
        }
        if subscription.status == .terminated { return .rejected }
        if seconds == 0 { return .ended(subscription) }
        guard presence.state.store(subscription) else { return .full }
        do {
            try presence.save(subscription)
        } catch {
            presence.state.remove(subscription.id)
            throw error
        }
        return .active(subscription)
    }

    private static func renew(_ new: Subscription, seconds: Int, _ presence: PresenceServer) throws -> Outcome {
        if presence.settings.subscriptionStorage == .databaseOnly, let database = presence.database {
            for stored in try database.subscriptions(dialog: new.id) { presence.state.store(stored) }
        }
        guard let known = presence.state.subscription(new.id), known.key.event == new.key.event,
            known.expires > presence.now
        else { return .unknown }
        guard new.remoteSequence > known.remoteSequence else { return .outOfOrder }
        if seconds == 0 {
            try presence.erase(new.id)
            return presence.state.remove(new.id).map { .ended($0) } ?? .unknown
        }
        let renewed = presence.state.update(new.id) { subscription in
            subscription.remoteSequence = new.remoteSequence
            subscription.expires = new.expires
            if !new.contact.isEmpty { subscription.contact = new.contact }
        }
        guard let renewed else { return .unknown }
        try presence.save(renewed)
        return .active(renewed)
    }

    // MARK: - On the loop

    private func finish(_ outcome: Outcome, _ seconds: Int, _ context: ScriptContext) -> Int {
        switch outcome {
        case .active(let subscription):
            let code = accept(subscription, seconds, context)
            presence.notifyWatcherInformation(about: subscription, context.worker)
            presence.notify(subscription.id, context.worker)
            return code
        case .ended(var subscription):
            let code = accept(subscription, 0, context)
            if context.message.to?.tag == nil {
                // A fetch: the state is told once, and the subscription is over with it.
                presence.notifyOnce(subscription, context.worker)
            } else {
                presence.notifyEnd(subscription, reason: "timeout", context.worker)
                subscription.status = .terminated
                presence.notifyWatcherInformation(about: subscription, context.worker)
            }
            return code
        case .rejected: return answer(403, "Forbidden", context)
        case .unknown where context.message.to?.tag == nil:
            return answer(400, "Bad Request", context, because: "there is no Contact")
        case .unknown: return answer(481, "Subscription does not exist", context)
        case .outOfOrder: return answer(500, "CSeq Out Of Order", context)
        case .full: return answer(503, "Service Unavailable", context, because: "there are too many subscriptions")
        }
    }

    private func accept(_ subscription: Subscription, _ seconds: Int, _ context: ScriptContext) -> Int {
        let headers = ByteString("Expires: \(seconds)\r\nContact: <") + subscription.localContact + ">\r\n"
        let isPending = subscription.status == .pending
        return answer(isPending ? 202 : 200, isPending ? "Accepted" : "OK", context, headers: headers)
    }
}
