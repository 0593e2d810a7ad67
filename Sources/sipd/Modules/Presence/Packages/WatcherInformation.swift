import SIPMessage
import XMLDocuments

/// Documents about watchers (RFC 3857, RFC 3858).
enum WatcherInformation {
    private static let suffix = ".winfo"

    /// The package whose watchers a package is about: `presence` for `presence.winfo`.
    static func package(of name: String) -> String {
        name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
    }

    /// The document for a subscription: all watchers, or the one that has changed.
    static func document(
        for subscription: Subscription, changed: Subscription?, watchers: [Subscription]
    ) -> ByteString {
        var list = XMLElement(
            "watcher-list",
            [
                .init("resource", subscription.key.uri.string),
                .init("package", package(of: subscription.key.event)),
            ])
        let shown = changed.map { [$0] } ?? watchers
        list.children = shown.sorted { $0.id.callID < $1.id.callID }.map { .element(element($0)) }
        let root = XMLElement(
            "watcherinfo",
            [
                .init("xmlns", "urn:ietf:params:xml:ns:watcherinfo"), .init("version", "\(subscription.version - 1)"),
                .init("state", changed == nil ? "full" : "partial"),
            ], [.element(list)])
        return ByteString(root.document)
    }

    private static func element(_ watcher: Subscription) -> XMLElement {
        let event =
            switch watcher.status {
            case .active, .pending: watcher.localSequence <= 1 ? "subscribe" : "approved"
            case .terminated: watcher.reason.isEmpty ? "timeout" : watcher.reason.string
            case .waiting: "probation"
            }
        let known = [
            "subscribe", "approved", "deactivated", "probation", "rejected", "timeout", "giveup", "noresource",
        ]
        return XMLElement(
            "watcher",
            [
                .init("id", watcher.id.callID.string), .init("event", known.contains(event) ? event : "timeout"),
                .init("status", watcher.status.word),
            ], [.text(watcher.watcher.string)])
    }
}
