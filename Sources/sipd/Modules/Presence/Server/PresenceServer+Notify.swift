import Logging
import ModuleInterface
import SIPMessage
import ScriptEngine
import Transport

/// Sends NOTIFY requests (RFC 6665 §4.2.2).
extension PresenceServer {
    /// Tells all watchers of a presentity its state; on a worker's loop.
    func notifyAll(_ key: PresentityKey, withdrawn: ByteString? = nil, _ worker: Worker) {
        let watchers = state.subscriptions(to: key)
        guard let package = package(key.event), !watchers.isEmpty else { return }
        // What is the same for all is put together once.
        let isShared = !package.isVersioned && !package.isWatcherInformation
        let shared = isShared ? package.compose(presentState(of: key, withdrawn: withdrawn)) : nil
        for subscription in watchers {
            notify(subscription.id, withdrawn: withdrawn, shared: isShared ? .some(shared) : nil, worker)
        }
    }

    private func presentState(of key: PresentityKey, withdrawn: ByteString?, version: Int = 0) -> PackageState {
        let bodies = state.publications(of: key, at: now).map(\.body)
        return PackageState(key: key, bodies: bodies, withdrawn: withdrawn, version: version)
    }

    /// Tells the watchers of a package's watchers that one has changed.
    func notifyWatcherInformation(about subscription: Subscription, _ worker: Worker) {
        let name = subscription.key.event + ".winfo"
        guard package(name) != nil else { return }
        for watcher in state.subscriptions(to: subscription.key.with(event: name)) {
            notify(watcher.id, changed: subscription, worker)
        }
    }

    /// Sends a NOTIFY with the present state of a subscription; `shared` is the body for those who may see all.
    func notify(
        _ id: SubscriptionID, withdrawn: ByteString? = nil, changed: Subscription? = nil, shared: ByteString?? = nil,
        _ worker: Worker
    ) {
        let next = state.update(id) {
            $0.localSequence &+= 1
            $0.version += 1
        }
        guard let next else { return }
        send(next, body: body(of: next, withdrawn: withdrawn, changed: changed, shared: shared), worker)
        inBackground(worker, "subscription") { [self] in try save(next) }
    }

    /// Sends the last NOTIFY of a subscription that is over.
    func notifyEnd(_ subscription: Subscription, reason: ByteString, _ worker: Worker) {
        var last = subscription
        last.localSequence &+= 1
        last.status = .terminated
        last.reason = reason
        send(last, body: nil, worker)
    }

    /// Answers a fetch: a NOTIFY with the state for a subscription that is over already.
    func notifyOnce(_ subscription: Subscription, _ worker: Worker) {
        var only = subscription
        only.localSequence &+= 1
        only.version += 1
        let body = body(of: only, withdrawn: nil, changed: nil)
        only.status = .terminated
        only.reason = "timeout"
        send(only, body: body, worker)
    }

    // MARK: - Bodies

    private func body(
        of subscription: Subscription, withdrawn: ByteString?, changed: Subscription?, shared: ByteString?? = nil
    ) -> ByteString? {
        guard let package = package(subscription.key.event), subscription.status == .active else { return nil }
        if package.isWatcherInformation {
            return WatcherInformation.document(
                for: subscription, changed: changed,
                watchers: state.subscriptions(
                    to: subscription.key.with(event: WatcherInformation.package(of: package.name))))
        }
        let isBlocked = subscription.reason == RuleDecision.politeBlockReason
        if !isBlocked, let shared { return shared }
        let present = presentState(of: subscription.key, withdrawn: withdrawn, version: subscription.version)
        return isBlocked ? package.composeBlocked(present) : package.compose(present)
    }

    // MARK: - Sending

    private func send(_ subscription: Subscription, body: ByteString?, _ worker: Worker) {
        guard let sender = server.interface((any LocalRequestSender).self) else { return }
        var request = LocalRequest(Method("NOTIFY"), uri: subscription.contact)
        request.from = "<" + subscription.toURI + ">;tag=" + subscription.id.localTag
        request.to = "<" + subscription.fromURI + ">;tag=" + subscription.id.remoteTag
        request.callID = subscription.id.callID
        request.sequenceNumber = subscription.localSequence
        request.headers = headers(of: subscription)
        if !subscription.routes.isEmpty {
            request.headers += "Route: " + subscription.routes + "\r\n"
            var values = HeaderValues(subscription.routes).makeIterator()
            request.nextHop = values.next().flatMap { try? NameAddress.parse($0) }?.uri
        }
        if let body, let package = package(subscription.key.event) {
            request.body = body
            request.headers += "Content-Type: " + package.contentType + "\r\n"
        }
        request.socket = server.transport.sockets.first { ByteString($0.description) == subscription.socket }
        let id = subscription.id
        let index = worker.index
        sender.send(request) { [self] outcome in
            let status = outcome.status
            guard status == 481 || status == 408 && settings.forgetsSilentWatchers else { return }
            server.onWorker(index) { [self] worker in forget(id, status: status, worker) }
        }
    }

    private func headers(of subscription: Subscription) -> ByteString {
        var event: ByteString = "Event: " + ByteString(subscription.key.event)
        if let id = subscription.eventID, !id.isEmpty { event += ";id=" + id }
        var text = event + "\r\nContact: <" + subscription.localContact + ">\r\nSubscription-State: "
        text += ByteString(subscription.status.word)
        if subscription.status == .terminated {
            text += ";reason=" + (subscription.reason.isEmpty ? "timeout" : subscription.reason)
        } else {
            text += ByteString(";expires=\(subscription.remaining(at: now))")
        }
        return text + "\r\n"
    }

    /// A watcher that does not know its subscription, or is not there any more.
    private func forget(_ id: SubscriptionID, status: Int, _ worker: Worker) {
        guard var gone = state.remove(id) else { return }
        server.logger.debug(
            "a watcher is forgotten", metadata: ["watcher": "\(gone.watcher)", "status": "\(status)"])
        inBackground(worker, "end of a subscription") { [self] in try erase(id) }
        gone.status = .terminated
        notifyWatcherInformation(about: gone, worker)
    }

    // MARK: - Ends

    /// Ends what has run out, once a second.
    func sweep(_ worker: Worker) {
        let (publications, subscriptions) = state.removeEnded(at: now)
        if !publications.isEmpty {
            if writesPublications, let database {
                inBackground(worker, "ended publications") { try database.delete(publications) }
            }
            for (key, publication) in publications { notifyAll(key, withdrawn: publication.body, worker) }
        }
        for subscription in subscriptions {
            notifyEnd(subscription, reason: "timeout", worker)
            inBackground(worker, "ended subscription") { [self] in try erase(subscription.id) }
            var gone = subscription
            gone.status = .terminated
            notifyWatcherInformation(about: gone, worker)
        }
    }
}
