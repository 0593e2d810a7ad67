package import SIPMessage

/// How far a call has come.
package enum CallState: Int, Sendable, CaseIterable {
    case initial = 1
    case progress
    case answered
    case confirmed
    case terminated
    case notAnswered

    /// The word in counters and listings.
    package var name: String {
        switch self {
        case .initial: "init"
        case .progress: "progress"
        case .answered: "answered"
        case .confirmed: "confirmed"
        case .terminated: "terminated"
        case .notAnswered: "notanswered"
        }
    }
}

/// A call that `dlgs_init()` counts.
package struct CallRecord: Sendable, Hashable {
    /// Who calls, as the script names it.
    package var source: ByteString
    /// Who is called.
    package var destination: ByteString
    /// What the script notes besides.
    package var data: ByteString
    /// The user agent of the caller, from the INVITE.
    package var userAgent: ByteString
    /// How far it has come.
    package var state: CallState
    /// When it began, in seconds since 1970.
    package var start: Int
    /// When it was answered; 0 before.
    package var answered = 0
    /// When the last message was seen.
    package var updated: Int

    /// A call that begins.
    package init(
        source: ByteString, destination: ByteString, data: ByteString, userAgent: ByteString, state: CallState,
        start: Int, updated: Int
    ) {
        self.source = source
        self.destination = destination
        self.data = data
        self.userAgent = userAgent
        self.state = state
        self.start = start
        self.updated = updated
    }
}
