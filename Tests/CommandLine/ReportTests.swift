import Foundation
import TestSupport
import Testing

/// `sipd -c --report`, and the page that is written from the same descriptions.
@Suite struct ReportTests {
    private static let repository = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    private func sipd(_ arguments: String...) throws -> ChildProcess.Result {
        ChildProcess.run(try #require(BuiltProgram.path("sipd")), arguments)
    }

    private func report(_ configuration: String, _ options: [String] = []) throws -> (exitCode: Int32, output: String) {
        let folder = TemporaryFolder("report")
        let file = "\(folder.path)/sipd.cfg"
        try configuration.write(toFile: file, atomically: true, encoding: .utf8)
        let result = ChildProcess.run(
            try #require(BuiltProgram.path("sipd")), ["-c", "--report", "-f", file] + options)
        return (result.exitCode, result.output.replacingOccurrences(of: "\(file):", with: ""))
    }

    @Test func `what works is listed with its place and the exit code is 0`() throws {
        let result = try report(
            """
            fork=yes
            loadmodule "pv.so"
            loadmodule "sl.so"
            modparam("sl", "bind_tm", 1)
            request_route { sl_send_reply("200", "$rU"); }
            """)
        #expect(result.exitCode == 0)
        #expect(
            result.output == """
                1:1: accepted: global fork
                2:1: supported: module pv
                3:1: supported: module sl
                4:16: supported: parameter sl/bind_tm
                5:17: supported: function sl_send_reply
                5:38: supported: variable $rU
                5 supported, 1 accepted, 0 refused

                """)
    }

    @Test func `what does not work is told apart and the exit code is 78`() throws {
        let result = try report(
            """
            loadmodule "tm.so"
            loadmodule "carrierroute.so"
            loadmodule "nosuchthing.so"
            modparam("tm", "nosuchthing", 1)
            request_route { t_relay(); cr_route("a", "b", "c", "d", "e"); nosuchthing(); sl_reply("200", "OK"); }
            event_route[nosuch:thing] { exit; }
            """)
        #expect(result.exitCode == 78)
        #expect(
            result.output == """
                1:1: supported: module tm
                2:1: refused: module carrierroute (known to Kamailio 5.6 or 6, not here)
                3:1: refused: module nosuchthing (unknown)
                4:16: refused: parameter tm/nosuchthing (unknown)
                5:17: supported: function t_relay
                5:28: refused: function cr_route (known to Kamailio 5.6 or 6, not here)
                5:63: refused: function nosuchthing (unknown)
                5:78: refused: function sl_reply (it is in module sl, which is not loaded)
                6:12: accepted: event_route nosuch:thing (nothing runs it here)
                2 supported, 1 accepted, 6 refused

                """)
    }

    @Test func `the report as JSON holds the same`() throws {
        let result = try report("request_route { foo(); }", ["--output", "json"])
        #expect(result.exitCode == 78)
        #expect(result.output.contains(#""line":1,"column":17,"kind":"function","name":"foo","verdict":"refused""#))
        #expect(result.output.contains(#""totals":{"supported":0,"accepted":0,"refused":1}"#))
    }

    @Test func `what the development version of Kamailio adds is known`() throws {
        let file = "\(Self.repository)/Tests/Integration/configurations/development.cfg"
        let result = try sipd("-c", "--report", "-f", file)
        #expect(result.exitCode == 0)
        #expect(result.output.hasSuffix(" 0 refused\n"))
    }

    @Test func `the page of what is compatible is current`() throws {
        let page = "\(Self.repository)/docs/compatibility.md"
        let written = try sipd("--compatibility").output
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try written.write(toFile: page, atomically: true, encoding: .utf8)
        }
        let current = try String(contentsOfFile: page, encoding: .utf8)
        #expect(current == written, "write it anew: UPDATE_GOLDEN=1 swift test --filter ReportTests")
    }
}
