import SIPMessage
import ScriptEngine
import Testing

@testable import TimersModule

@Suite struct RouteTimerTests {
    @Test(arguments: [
        ("name=a;interval=10;mode=1;", 10_000_000), ("name=a;interval=250000u", 250_000), ("name=a", 120_000_000),
    ])
    func `an interval is in seconds or microseconds`(text: String, microseconds: Int) throws {
        #expect(try RouteTimer(ByteString(text), defaultSeconds: 120).microseconds == microseconds)
    }

    @Test(arguments: ["interval=3", "name=a;interval=0", "name=a;interval=x", "name=a;interval=1u", "name=a;x=1", "a"])
    func `a bad timer is refused`(text: String) {
        #expect(throws: ScriptError.self) { _ = try RouteTimer(ByteString(text), defaultSeconds: 120) }
    }

    @Test func `a timer runs a route`() throws {
        let execution = try RouteTimer.execution("timer=t;route=CHECK")
        #expect(execution.timer == "t" && execution.route == "CHECK")
        #expect(throws: ScriptError.self) { _ = try RouteTimer.execution("timer=t") }
    }
}
