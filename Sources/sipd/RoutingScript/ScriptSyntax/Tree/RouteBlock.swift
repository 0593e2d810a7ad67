/// The kinds of routing blocks.
package enum RouteKind: String, Sendable, CaseIterable {
    /// `request_route`, `route`, `route[NAME]`.
    case request = "route"
    /// `reply_route`, `onreply_route` without a name: every reply, before transactions.
    case reply = "reply_route"
    /// `onreply_route[NAME]`, armed by `t_on_reply`.
    case onReply = "onreply_route"
    case failure = "failure_route"
    case branch = "branch_route"
    case onSend = "onsend_route"
    case event = "event_route"
}

/// One routing block; see `Configuration.routes` for repeated ones.
package struct RouteBlock: Sendable {
    /// What the block is for.
    package var kind: RouteKind
    /// Nil for the main block of its kind, which `[0]` and an absent name mean.
    package var name: String?
    /// Never empty.
    package var body: [Statement]
    /// The block from its first word to its closing brace.
    package var range: SourceRange
    /// Where the name stands; the first word when there is none.
    package var nameRange: SourceRange

    package init(kind: RouteKind, name: String?, body: [Statement], range: SourceRange, nameRange: SourceRange) {
        self.kind = kind
        self.name = name
        self.body = body
        self.range = range
        self.nameRange = nameRange
    }

    /// The block as it is written: `failure_route[MANAGE_FAILURE]`.
    package var title: String {
        if let name { return "\(kind.rawValue)[\(name)]" }
        return kind == .request ? "request_route" : kind.rawValue
    }
}
