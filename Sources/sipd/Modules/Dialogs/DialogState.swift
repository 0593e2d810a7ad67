/// Where a dialog is between its INVITE and its BYE, with Kamailio's numbers.
enum DialogState: Int, Sendable, Equatable {
    /// The INVITE was seen.
    case unconfirmed = 1
    /// A provisional response was sent.
    case early = 2
    /// A 2xx was sent, whose ACK is still to come.
    case answered = 3
    /// The call is up.
    case confirmed = 4
    /// It has failed or ended.
    case deleted = 5

    /// What happens to a dialog.
    enum Event: Sendable {
        case provisional
        case success
        case failure
        case acknowledged
        /// A request inside the dialog that is neither ACK nor BYE.
        case request
        case bye
        case timeout
    }

    /// What follows from an event.
    enum Transition: Sendable, Equatable {
        case none
        case ringing
        case answered
        case confirmed
        case failed
        case ended
    }

    /// Takes note of an event.
    mutating func receive(_ event: Event) -> Transition {
        switch (self, event) {
        case (.deleted, _): return .none
        case (.unconfirmed, .provisional):
            self = .early
            return .ringing
        case (.unconfirmed, .success), (.early, .success):
            self = .answered
            return .answered
        case (.unconfirmed, .failure), (.early, .failure), (.unconfirmed, .timeout), (.early, .timeout):
            self = .deleted
            return .failed
        // Whoever speaks inside the call has got the 2xx, also when its ACK was lost.
        case (.answered, .acknowledged), (.answered, .request):
            self = .confirmed
            return .confirmed
        case (_, .bye):
            self = .deleted
            return .ended
        case (.answered, .timeout), (.confirmed, .timeout):
            self = .deleted
            return .ended
        case (.early, .provisional), (.unconfirmed, .acknowledged), (.unconfirmed, .request), (.early, .acknowledged),
            (.early, .request), (.answered, .provisional), (.answered, .success), (.answered, .failure),
            (.confirmed, .provisional), (.confirmed, .success), (.confirmed, .failure), (.confirmed, .acknowledged),
            (.confirmed, .request):
            return .none
        }
    }

    /// Whether it counts as a call that is going on.
    var isActive: Bool { self == .answered || self == .confirmed }
}
