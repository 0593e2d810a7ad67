import Database
import NetworkAddress
import SIPMessage
import ScriptEngine
import TestSupport
import Testing

@testable import DispatcherModule

@Suite struct DestinationListTests {
    private static let table = DestinationTable(
        table: "dispatcher", columns: ["setid", "destination", "flags", "priority", "attrs"],
        extraColumns: ["description"])

    private func load(_ text: String) -> (list: DestinationList, problems: [String]) {
        var problems: [String] = []
        var rows: [(set: Int, destination: Destination)] = []
        for row in DestinationFile.rows(Array(text.utf8)) {
            do throws(DestinationRow.Problem) {
                rows.append(try row.destination(socket: { _ in nil }, default: nil))
            } catch {
                problems.append("\(error)")
            }
        }
        return (DestinationList(rows, hasDefault: false), problems)
    }

    private func names(_ set: DestinationSet?) -> [String] { set?.destinations.map(\.uri.string) ?? [] }

    @Test func `greater priorities come first, of equal ones the later row`() {
        let (list, problems) = load(
            "1 sip:a 0 10\n1 sip:b 0 10\n1 sip:c 0 30\n1 sip:d\n# no row\n\n2 sip:e 1 0 x=y # z\n")
        #expect(problems.isEmpty)
        #expect(names(list.sets[1]) == ["sip:c", "sip:b", "sip:a", "sip:d"])
        #expect(list.sets[2]?.runtime.first?.state == .inactive)
        #expect(list.sets[2]?.destinations.first?.attributes.body == "x=y")
    }

    @Test(arguments: [
        ("x sip:a", "row 1: set 'x' is not a number from 0 on"),
        ("-1 sip:a", "row 1: set '-1' is not a number from 0 on"),
        ("1 nonsense", "row 1: destination 'nonsense' is not a SIP URI"),
        ("1 tel:+12", "row 1: destination 'tel:+12' is not a SIP URI"), ("1", "row 1: destination '' is not a SIP URI"),
        ("1 sip:a x", "row 1: flags 'x' are not a number"), ("1 sip:a 0 x", "row 1: priority 'x' is not a number"),
        ("1 sip:a 99999999999", "row 1: flags '99999999999' are not a number"),
        ("1 sip:a 0 0 socket=udp:192.0.2.1:5060", "row 1: 'udp:192.0.2.1:5060' is not a socket of this server"),
    ])
    func `a row that cannot be used is refused with the reason`(line: String, problem: String) {
        #expect(load(line).problems == [problem])
    }

    @Test func `attributes that do not count are left alone`() {
        let attributes = DestinationAttributes("weight=500;rweight=0;maxload=-1;name=x;duid=gw;;")
        #expect(attributes.weight == 0)
        #expect(attributes.relativeWeight == 0)
        #expect(attributes.loadMax == 0)
        #expect(attributes.identifier == "gw")
        #expect(attributes.body == "weight=500;rweight=0;maxload=-1;name=x;duid=gw")
    }

    @Test func `a destination is added and removed without touching the states of the others`() throws {
        var (list, _) = load("1 sip:a 0 10\n1 sip:b 0 5\n")
        try #require(list.sets[1]).withState { state, generator in state.override(1, .inactive, using: &generator) }
        let added = try DestinationRow(set: "1", uri: "sip:c", priority: "7").destination(
            socket: { _ in nil }, default: nil)
        list = list.adding(added.destination, to: 1, hasDefault: false)
        #expect(names(list.sets[1]) == ["sip:a", "sip:c", "sip:b"])
        #expect(list.sets[1]?.runtime.map(\.state.letters) == ["AX", "AX", "IX"])
        list = try #require(list.removing("sip:a", from: 1, hasDefault: false))
        #expect(names(list.sets[1]) == ["sip:c", "sip:b"])
        #expect(list.removing("sip:a", from: 9, hasDefault: false) == nil)
    }

    @Test(arguments: DatabaseUnderTest.available)
    func `a table is read with further columns as attributes`(engine: DatabaseUnderTest) throws {
        let place = try engine.database()
        defer { withExtendedLifetime(place) {} }
        let connection = try place.open()
        _ = try connection.execute(
            "INSERT INTO dispatcher (setid, destination, flags, priority, attrs, description) VALUES (?, ?, ?, ?, ?, ?)",
            [3, "sip:192.0.2.1:5070;transport=tcp", 8, 5, "weight=50", "first"])
        let row = try #require(try Self.table.rows(connection).first)
        let (set, destination) = try row.destination(socket: { _ in nil }, default: nil)
        #expect(set == 3)
        #expect(destination.port == 5070)
        #expect(destination.transport == .tcp)
        #expect(destination.initialState == .probing)
        #expect(destination.attributes.body == "weight=50;description=first")
    }

    // MARK: - Smaller parts

    @Test func `hashes are those of Kamailio`() {
        #expect(MessageHash.of(["abc"]) == 7_167_810)
        #expect(MessageHash.of(["abc", "def"]) == 14_047_601)
        let hash = MessageHash(usesUserOnly: false)
        #expect(hash.of(uri: "sip:x@y:5060") == hash.of(uri: "sip:x@y"))
        #expect(hash.of(uri: "sip:x@y:5061") != hash.of(uri: "sip:x@y"))
        #expect(hash.of(uri: "nonsense") == nil)
    }

    @Test func `calls move, are confirmed and forgotten`() {
        let loads = CallLoads(initialSeconds: 10, answeredSeconds: 100)
        let a = CallLoads.Key(set: 1, identifier: "a")
        let b = CallLoads.Key(set: 1, identifier: "b")
        loads.put("call-1", a, now: 0)
        loads.put("call-2", a, now: 0)
        loads.put("call-2", b, now: 5)
        #expect((loads.count(a), loads.count(b)) == (1, 1))
        #expect(loads.confirm("call-1", now: 9))
        #expect(!loads.confirm("call-9", now: 9))
        loads.expire(now: 20)
        #expect((loads.count(a), loads.count(b)) == (1, 0))
        #expect(loads.remove("call-1"))
        #expect(loads.count(a) == 0)
    }

    @Test func `latencies have mean, deviation and estimate`() {
        var latency = LatencyStatistics()
        for value in [10, 20, 30] { latency.add(value, weight: 0.5) }
        latency.addTimeout()
        #expect(latency.average == 20)
        #expect(latency.deviation == 10)
        #expect(latency.estimate == 22.5)
        #expect(latency.max == 30)
        #expect(latency.timeouts == 1)
        #expect(latency.congestion == 2)
    }

    @Test func `reply codes are numbers, classes and codes`() throws {
        let codes = try ReplyCodes("class=4;code=503,501")
        #expect([200, 404, 486, 503, 501].allSatisfy(codes.contains))
        #expect(![202, 301, 500, 603].contains(where: codes.contains))
        for text in ["class=9", "code=x", "5", "code=200=1"] as [ByteString] {
            #expect(throws: ScriptError.self) { try ReplyCodes(text) }
        }
    }

    @Test(
        arguments: [
            (true, [.probing], .all, [.probing]), (true, [.probing], .flagged, []),
            (true, [.probing], .onlyFlagged, [.probing]), (true, [.inactive, .probing], .inactive, []),
            (false, [.probing], .flagged, [.trying]), (false, [], .all, [.trying, .probing]),
        ] as [(Bool, DestinationState, DispatcherSettings.Probing, DestinationState)])
    func `the probing mode says what an answer asks for`(
        isGood: Bool, old: DestinationState, mode: DispatcherSettings.Probing, new: DestinationState
    ) {
        #expect(Prober.state(after: isGood, old, mode) == new)
    }
}
