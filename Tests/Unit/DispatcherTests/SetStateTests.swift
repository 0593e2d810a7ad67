import SIPMessage
import Testing

@testable import DispatcherModule

/// The same numbers in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

@Suite struct SetStateTests {
    private static func destination(_ name: String, priority: Int = 0, _ attributes: ByteString = "") -> Destination {
        Destination(
            uri: ByteString("sip:\(name).test"), host: ByteString("\(name).test"), port: 0, transport: nil,
            priority: priority, initialState: [], attributes: DestinationAttributes(attributes), socket: nil)
    }

    private var generator = SeededGenerator(state: 7)

    private mutating func set(_ destinations: [Destination], hasDefault: Bool = false) -> SetState {
        SetState(destinations, hasDefault: hasDefault, using: &generator)
    }

    private mutating func three(_ attributes: [ByteString] = ["", "", ""], hasDefault: Bool = false) -> SetState {
        set(zip(["a", "b", "c"], attributes).map { Self.destination($0, $1) }, hasDefault: hasDefault)
    }

    private mutating func firsts(
        _ set: inout SetState, _ choice: SetState.Choice, _ count: Int, loads: [Int] = [0, 0, 0]
    ) -> [Int] {
        (0..<count).map { _ in set.choose(choice, loads: loads, using: &generator).first ?? -1 }
    }

    // MARK: - Algorithms

    @Test mutating func `a hash names a place and the others follow in turn`() {
        var set = three()
        #expect(set.choose(.hash(4), loads: [], using: &generator) == [1, 2, 0])
        #expect(set.choose(.hash(3), loads: [], using: &generator) == [0, 1, 2])
        #expect(set.choose(.first, loads: [], using: &generator) == [0, 1, 2])
    }

    @Test mutating func `a destination that is out is passed over`() {
        var set = three()
        set.override(1, .inactive, using: &generator)
        #expect(set.choose(.hash(1), loads: [], using: &generator) == [2, 0])
        set.override(2, .disabled, using: &generator)
        #expect(set.choose(.hash(1), loads: [], using: &generator) == [0])
        set.override(0, .inactive, using: &generator)
        #expect(set.choose(.hash(1), loads: [], using: &generator) == [])
    }

    @Test mutating func `the default destination is for when the others are out`() {
        var set = three(hasDefault: true)
        #expect(firsts(&set, .roundRobin, 4) == [0, 1, 0, 1])
        #expect(set.choose(.hash(2), loads: [], using: &generator) == [0, 1, 2])
        set.override(0, .inactive, using: &generator)
        set.override(1, .inactive, using: &generator)
        #expect(set.choose(.hash(2), loads: [], using: &generator) == [2])
    }

    @Test mutating func `round robin goes on behind the one that was taken`() {
        var set = three()
        #expect(firsts(&set, .roundRobin, 4) == [0, 1, 2, 0])
        set.override(1, .inactive, using: &generator)
        #expect(firsts(&set, .roundRobin, 4) == [2, 0, 2, 0])
    }

    @Test mutating func `random takes each about as often`() {
        var set = three()
        let counts = Dictionary(firsts(&set, .random, 3000).map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.count == 3)
        #expect(counts.values.allSatisfy { (900...1100).contains($0) })
    }

    @Test mutating func `weights are percents, and the rest belongs to the last`() {
        var set = three(["weight=50", "weight=20", "weight=10"])
        let counts = Dictionary(firsts(&set, .weight, 100).map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts == [0: 50, 1: 20, 2: 30])
    }

    @Test mutating func `without a weight of the first destination the first is taken`() {
        var set = three(["", "weight=100", ""])
        #expect(firsts(&set, .weight, 3) == [0, 0, 0])
    }

    @Test mutating func `relative weights are shares of those that are in`() {
        var set = three(["rweight=10", "rweight=10", "rweight=20"])
        #expect(
            Dictionary(firsts(&set, .relativeWeight, 100).map { ($0, 1) }, uniquingKeysWith: +) == [
                0: 25, 1: 25, 2: 50,
            ])
        set.override(2, .inactive, using: &generator)
        #expect(Dictionary(firsts(&set, .relativeWeight, 100).map { ($0, 1) }, uniquingKeysWith: +) == [0: 50, 1: 50])
    }

    @Test mutating func `congestion lowers a relative weight`() {
        var set = three(["rweight=50;cc=1", "rweight=50;cc=1", ""])
        set.runtime[1].latency.add(10, weight: 0)
        set.runtime[1].latency.add(60, weight: 0)
        set.distributeRelatively(using: &generator)
        let counts = Dictionary(firsts(&set, .relativeWeight, 100).map { ($0, 1) }, uniquingKeysWith: +)
        #expect((counts[0] ?? 0) > (counts[1] ?? 0))
        #expect((counts[1] ?? 0) > 0)
    }

    @Test mutating func `the fewest calls win, and full destinations are left out`() {
        var set = three(["duid=a;maxload=2", "duid=b;maxload=1", "duid=c"])
        #expect(set.choose(.load, loads: [0, 0, 0], using: &generator) == [0, 1, 2])
        #expect(set.choose(.load, loads: [1, 1, 0], using: &generator) == [2, 0])
        #expect(set.choose(.load, loads: [2, 1, 9], using: &generator) == [2])
        set.override(2, .inactive, using: &generator)
        #expect(set.choose(.load, loads: [2, 1, 9], using: &generator) == [])
    }

    @Test mutating func `parallel takes all that are in`() {
        var set = three()
        set.override(0, .inactive, using: &generator)
        #expect(set.choose(.parallel, loads: [], using: &generator) == [1, 2])
    }

    @Test mutating func `latency lowers the priority, and equal ones take turns`() {
        var set = set(
            [
                Self.destination("a", priority: 30), Self.destination("b", priority: 30),
                Self.destination("c", priority: 29),
            ])
        #expect(firsts(&set, .latency, 3) == [0, 1, 0])
        set.runtime[0].latency.add(95, weight: 0)
        #expect(firsts(&set, .latency, 2) == [1, 1])
        #expect(set.choose(.latency, loads: [], using: &generator) == [1, 2, 0])
    }

    @Test mutating func `an empty set has nothing to choose`() {
        var set = set([], hasDefault: true)
        for choice: SetState.Choice in [
            .hash(1), .roundRobin, .random, .first, .weight, .load, .relativeWeight, .parallel, .latency,
        ] {
            #expect(set.choose(choice, loads: [], using: &generator) == [])
        }
    }

    // MARK: - States

    @Test mutating func `failures and answers count up to their thresholds`() {
        var set = three()
        let thresholds = SetState.Thresholds(failures: 2, answers: 2)
        let failed: DestinationState = [.trying, .probing]
        #expect(set.update(0, to: failed, thresholds, using: &generator) == nil)
        #expect(set.runtime[0].state.letters == "TP")
        #expect(set.update(0, to: failed, thresholds, using: &generator) == .down)
        #expect(set.runtime[0].state.letters == "IP")
        #expect(set.update(0, to: failed, thresholds, using: &generator) == nil)
        #expect(set.update(0, to: .probing, thresholds, using: &generator) == nil)
        #expect(set.runtime[0].state.letters == "IP")
        #expect(set.update(0, to: .probing, thresholds, using: &generator) == .up)
        #expect(set.runtime[0].state.letters == "AP")
    }

    @Test mutating func `an answer between failures begins the count anew`() {
        var set = three()
        let thresholds = SetState.Thresholds(failures: 2, answers: 1)
        for state: DestinationState in [.trying, [], .trying] {
            #expect(set.update(0, to: state, thresholds, using: &generator) == nil)
        }
        #expect(set.runtime[0].state.letters == "TX")
    }

    @Test mutating func `what the list says beside the state stays`() {
        var set = three()
        set.runtime[0].state = [.notProbed, .unresolved]
        set.override(0, [.inactive, .probing], using: &generator)
        #expect(set.runtime[0].state == [.notProbed, .unresolved, .inactive, .probing])
    }

    @Test(
        arguments: [
            ("a", []), ("ip", [.inactive, .probing]), ("TP", [.trying, .probing]), ("d", [.disabled]),
            ("p", [.probing]),
        ] as [(ByteString, DestinationState)])
    func `letters name states`(letters: ByteString, state: DestinationState) {
        #expect(DestinationState.parse(letters: letters) == state)
    }

    @Test func `unknown letters name no state`() {
        #expect(DestinationState.parse(letters: "x") == nil)
    }
}
