import NetworkAddress
import SIPMessage
import ScriptEngine
import Synchronization

/// One set of destinations, shared by the workers.
final class DestinationSet: Sendable {
    let number: Int
    /// The destinations in the order in which they are tried.
    let destinations: [Destination]
    private let state: Mutex<SetState>

    init(
        _ number: Int, _ destinations: [Destination], runtime: [DestinationRuntime]? = nil, hasDefault: Bool
    ) {
        var generator = SystemRandomNumberGenerator()
        self.number = number
        self.destinations = destinations
        state = Mutex(SetState(destinations, runtime: runtime, hasDefault: hasDefault, using: &generator))
    }

    /// What changes of the destinations, at this moment.
    var runtime: [DestinationRuntime] { state.withLock { $0.runtime } }

    /// Works on the state under its lock.
    func withState<Result: Sendable>(
        _ work: @Sendable (inout SetState, inout SystemRandomNumberGenerator) -> Result
    ) -> Result {
        var generator = SystemRandomNumberGenerator()
        return state.withLock { work(&$0, &generator) }
    }

    /// The destination with a URI.
    func index(of uri: ByteString) -> Int? { destinations.firstIndex { $0.uri == uri } }

    /// The destination with an id.
    func index(ofIdentifier identifier: ByteString) -> Int? {
        destinations.firstIndex { $0.attributes.identifier == identifier }
    }
}

/// All sets: immutable but for the states inside, built aside and swapped whole.
struct DestinationList: Sendable {
    /// The sets by number.
    let sets: [Int: DestinationSet]

    /// The sets in order of their numbers.
    var ordered: [DestinationSet] { sets.values.sorted { $0.number < $1.number } }

    /// No set.
    init() { sets = [:] }

    private init(_ sets: [Int: DestinationSet]) { self.sets = sets }

    /// Builds the sets; greater priorities come first, and of equal ones the later row, as in Kamailio.
    init(_ rows: [(set: Int, destination: Destination)], hasDefault: Bool) {
        let grouped = Dictionary(grouping: rows.enumerated(), by: \.element.set)
        sets = Dictionary(
            uniqueKeysWithValues: grouped.map { number, rows in
                let order = rows.sorted {
                    ($0.element.destination.priority, $0.offset) > ($1.element.destination.priority, $1.offset)
                }
                return (number, DestinationSet(number, order.map(\.element.destination), hasDefault: hasDefault))
            })
    }

    /// The list with one destination more; the states of the others stay.
    func adding(_ destination: Destination, to number: Int, hasDefault: Bool) -> DestinationList {
        var destinations = sets[number]?.destinations ?? []
        var runtime = sets[number]?.runtime ?? []
        let place = destinations.firstIndex { $0.priority <= destination.priority } ?? destinations.count
        destinations.insert(destination, at: place)
        runtime.insert(DestinationRuntime(state: destination.initialState), at: place)
        return replacing(number, destinations, runtime, hasDefault)
    }

    /// The list without the destinations of a URI; nil when the set does not exist.
    func removing(_ uri: ByteString, from number: Int, hasDefault: Bool) -> DestinationList? {
        guard let set = sets[number] else { return nil }
        let runtime = set.runtime
        let kept = set.destinations.indices.filter { set.destinations[$0].uri != uri }
        return replacing(number, kept.map { set.destinations[$0] }, kept.map { runtime[$0] }, hasDefault)
    }

    private func replacing(
        _ number: Int, _ destinations: [Destination], _ runtime: [DestinationRuntime], _ hasDefault: Bool
    ) -> DestinationList {
        var sets = sets
        sets[number] =
            destinations.isEmpty
            ? nil : DestinationSet(number, destinations, runtime: runtime, hasDefault: hasDefault)
        return DestinationList(sets)
    }
}
