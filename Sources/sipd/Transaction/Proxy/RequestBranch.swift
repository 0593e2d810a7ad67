/// One branch of a forked request: a client transaction and what the choice of the best response needs to know.
package struct RequestBranch: Hashable, Sendable {
    /// How a branch takes part in failure handling.
    package struct Options: OptionSet, Hashable, Sendable {
        /// The set's bits.
        package let rawValue: UInt8

        /// Makes the set with these bits.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// A failure route is to run if this branch's response is the best one.
        package static let failureRoute = Options(rawValue: 1 << 0)
        /// A branch-failure route is to run as soon as this branch fails.
        package static let branchFailureRoute = Options(rawValue: 1 << 1)
        /// Another address can be tried if this one does not answer (RFC 3263 §4.3).
        package static let moreDestinations = Options(rawValue: 1 << 2)
    }

    /// The client transaction; nil for a blind branch, which only holds a suspended request open.
    package internal(set) var transaction: ClientTransaction?
    /// The last response that was accepted, or the failure made up for it; 0 before.
    package internal(set) var status = 0
    /// Whether `status` was made up here because of a time-out or an error.
    package internal(set) var isStatusLocal = false
    /// Whether any response has come.
    package internal(set) var hasReplied = false
    /// Whether its response no longer takes part in the choice.
    package internal(set) var isDropped = false
    /// The leg of serial forking it belongs to, counted from 0.
    package let leg: Int
    /// How it takes part in failure handling.
    package internal(set) var options: Options
    var blindDeadline: MonotonicInstant = .never
    var cancelCause: Int?
    var isCancelSent = false

    /// Whether no final status is known yet.
    package var isUnfinished: Bool { status < 200 }

    /// Whether it ended without any answer in time (Kamailio: tm `t_branch_timeout()`).
    package var hasTimedOut: Bool { status == 408 && isStatusLocal }

    var deadline: MonotonicInstant {
        transaction?.deadlineOfWork ?? (isUnfinished ? blindDeadline : .never)
    }
}
