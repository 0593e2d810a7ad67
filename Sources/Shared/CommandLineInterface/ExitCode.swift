/// How a program ended, as the shell sees it: the codes of `sysexits.h`, so that a runbook can branch on them.
package enum ExitCode: Int32, Sendable, CaseIterable {
    /// Done.
    case success = 0
    /// The question was answered with no: `address check` found no row, `diff` found differences.
    case negative = 1
    /// The command line is wrong.
    case usage = 64
    /// A value was refused; nothing was written.
    case badData = 65
    /// An input file is missing or unreadable.
    case noInput = 66
    /// The record that was named does not exist.
    case noSuchRecord = 67
    /// The daemon or the database cannot be reached.
    case unavailable = 69
    /// A bug in this program.
    case softwareFault = 70
    /// The record, file or table to be created exists already.
    case alreadyExists = 73
    /// Standard output or a file could not be written.
    case inputOutput = 74
    /// A lock or a time-out: the same command may succeed later.
    case tryLater = 75
    /// The other side broke the protocol or answered with a fault.
    case protocolViolation = 76
    /// The operating system, the database or the daemon refuses this user.
    case permissionDenied = 77
    /// The configuration, or the schema of the database, is not what this program needs.
    case configuration = 78

    /// One line for `help exit-codes`, lower-case start, no full stop.
    package var meaning: String {
        switch self {
        case .success: "done"
        case .negative: "the answer is no, or differences were found"
        case .usage: "wrong command line"
        case .badData: "a value was refused; nothing was written"
        case .noInput: "an input file is missing or unreadable"
        case .noSuchRecord: "no such record"
        case .unavailable: "the daemon or the database cannot be reached"
        case .softwareFault: "a bug in this program"
        case .alreadyExists: "it exists already"
        case .inputOutput: "the output could not be written"
        case .tryLater: "locked or timed out: try again later"
        case .protocolViolation: "the other side broke the protocol or answered with a fault"
        case .permissionDenied: "permission denied"
        case .configuration: "the configuration or the database schema is not usable"
        }
    }
}
