/// How long a destination takes to answer, in milliseconds.
struct LatencyStatistics: Sendable, Equatable {
    /// The arithmetic mean.
    private(set) var average = 0.0
    /// The moving mean, which follows a change.
    private(set) var estimate = 0.0
    private(set) var max = 0
    /// Requests that were not answered.
    private(set) var timeouts = 0
    private var count = 0
    private var squares = 0.0

    /// The standard deviation.
    var deviation: Double { count > 1 ? (squares / Double(count - 1)).squareRoot() : 0 }

    /// How much slower than usual it answers at present.
    var congestion: Int { Swift.max(0, Int(estimate - average)) }

    /// Takes an answer into account; `weight`, 0...1, is what the present estimate keeps of itself.
    mutating func add(_ milliseconds: Int, weight: Double) {
        let value = Double(milliseconds)
        count += 1
        max = Swift.max(max, milliseconds)
        let before = value - average
        average += before / Double(count)
        squares += before * (value - average)
        estimate = count == 1 ? value : estimate * weight + value * (1 - weight)
    }

    /// Takes a missing answer into account.
    mutating func addTimeout() {
        timeouts += 1
    }
}
