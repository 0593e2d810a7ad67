import Transaction

/// What stands in the table of transactions: a request that came in, or one made here.
enum TransactionEntry {
    /// A request that came in.
    case request(RequestTransaction)
    /// A request made here.
    case local(LocalTransaction)

    /// The request that came in, if it is one.
    var request: RequestTransaction? {
        if case .request(let transaction) = self { transaction } else { nil }
    }

    /// Its place in the table.
    var slot: UInt32 {
        switch self {
        case .request(let transaction): transaction.slot
        case .local(let transaction): transaction.slot
        }
    }

    /// When it wants to be called back.
    var deadline: MonotonicInstant {
        switch self {
        case .request(let transaction): transaction.request.deadline
        case .local(let transaction): transaction.deadline
        }
    }

    /// Its timer in the wheel, and when that fires.
    var timer: (token: TimerWheel.Token, deadline: MonotonicInstant) {
        get {
            switch self {
            case .request(let transaction): (transaction.timer, transaction.scheduled)
            case .local(let transaction): (transaction.timer, transaction.scheduled)
            }
        }
        nonmutating set {
            switch self {
            case .request(let transaction): (transaction.timer, transaction.scheduled) = newValue
            case .local(let transaction): (transaction.timer, transaction.scheduled) = newValue
            }
        }
    }

    /// The deadline has come.
    func expire() {
        switch self {
        case .request(let transaction): transaction.expire()
        case .local(let transaction): transaction.expire()
        }
    }
}
