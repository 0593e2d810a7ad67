import Testing
import Transaction

@Suite struct TimerWheelTests {
    private func instant(_ milliseconds: UInt64) -> MonotonicInstant { MonotonicInstant(milliseconds: milliseconds) }

    @Test func `a timer fires at the first tick at or after its deadline`() {
        var wheel = TimerWheel(at: instant(1_005))
        _ = wheel.schedule(7, at: instant(1_031))
        var fired: [UInt64] = []
        wheel.advance(to: instant(1_039), into: &fired)
        #expect(fired.isEmpty)
        wheel.advance(to: instant(1_040), into: &fired)
        #expect(fired == [7])
        #expect(wheel.isEmpty)
    }

    @Test func `a deadline in the past fires at the next tick`() {
        var wheel = TimerWheel(at: instant(5_000))
        _ = wheel.schedule(1, at: instant(10))
        var fired: [UInt64] = []
        wheel.advance(to: instant(5_010), into: &fired)
        #expect(fired == [1])
    }

    @Test func `a cancelled timer does not fire and its token stays dead`() {
        var wheel = TimerWheel(at: .zero)
        let token = wheel.schedule(1, at: instant(100))
        var cancelled = [wheel.cancel(token), wheel.cancel(token)]
        let next = wheel.schedule(2, at: instant(100))
        cancelled.append(wheel.cancel(token))
        #expect(wheel.count == 1)
        cancelled += [wheel.cancel(next), wheel.cancel(.none)]
        #expect(cancelled == [true, false, false, true, false])
    }

    @Test func `a wheel that was idle for long does not lose its place`() {
        var wheel = TimerWheel(at: .zero)
        var fired: [UInt64] = []
        wheel.advance(to: instant(1_000_000_000_000), into: &fired)
        _ = wheel.schedule(3, at: instant(1_000_000_000_500))
        wheel.advance(to: instant(1_000_000_000_490), into: &fired)
        #expect(fired.isEmpty)
        wheel.advance(to: instant(1_000_000_000_500), into: &fired)
        #expect(fired == [3])
    }

    @Test func `a deadline beyond the reach is clamped`() {
        var wheel = TimerWheel(at: .zero)
        _ = wheel.schedule(1, at: .never)
        var fired: [UInt64] = []
        wheel.advance(to: instant(100_000), into: &fired)
        #expect(fired.isEmpty)
        #expect(wheel.count == 1)
    }

    /// 20,000 timers over ten hours, some cancelled, checked against a sorted list.
    @Test(arguments: [UInt64(1), 2, 3])
    func `timers of all levels fire in their tick`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var wheel = TimerWheel(at: .zero)
        var expected: [UInt64: UInt64] = [:]
        for payload in 0..<UInt64(20_000) {
            let scale = [UInt64(2_000), 60_000, 1_000_000, 36_000_000][Int(random.next() % 4)]
            let deadline = 1 + random.next() % scale
            let token = wheel.schedule(payload, at: instant(deadline))
            if random.next() % 5 == 0 {
                wheel.cancel(token)
            } else {
                expected[payload] = (deadline + 9) / 10 * 10
            }
        }
        #expect(wheel.count == expected.count)
        var now: UInt64 = 0
        while now < 36_000_010 {
            now += 10
            var fired: [UInt64] = []
            wheel.advance(to: instant(now), into: &fired)
            for payload in fired where expected.removeValue(forKey: payload) != now {
                Issue.record("timer \(payload) fired at \(now), seed \(seed)")
            }
        }
        #expect(expected.isEmpty)
        #expect(wheel.isEmpty)
    }
}

/// SplitMix64, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
