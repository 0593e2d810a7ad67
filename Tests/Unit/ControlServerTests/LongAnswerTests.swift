import ControlProtocol
import ControlServer
import Testing

@Suite struct LongAnswerTests {
    /// What a result prints as a whole, and as it comes.
    private func texts(_ result: JSONValue) async throws -> (whole: String, coming: String) {
        var bytes: [UInt8] = []
        ResultText.write(ResultRecord.records(of: result), to: &bytes)
        let coming = try await TestServer.answer(result) { client in
            guard case .long(let answer) = try client.call("test.answer", .positional([]), wholeBytesMax: 0) else {
                return "whole"
            }
            var text: [UInt8] = []
            var writer = ResultTextWriter(answer) { text += $0 }
            try writer.run()
            return String(decoding: text, as: UTF8.self)
        }
        return (String(decoding: bytes, as: UTF8.self), coming)
    }

    @Test(
        arguments: [
            "x", 5, [:], [], ["a": 1], ["hello", 5], [["IDX": 0, "PID": 7], ["IDX": 1, "PID": 8]],
            [["socket": ["proto": "udp"]], ["socket": ["proto": "tcp"]]],
            [
                "Domains": [
                    ["Domain": ["Size": 2, "AoRs": [["Info": ["AoR": "a", "Contacts": []]], ["Info": ["AoR": "b"]]]]]
                ]
            ],
            [["entry": 1, "slot": [["name": "k4", "value": .null]]], ["entry": 2, "slot": []]],
            ["profiles": ["all", ["caller": "x"]], "deep": [[[1], []], ["y"]]], [[["a": 1]], [["b": 2]]], [[1]],
        ] as [JSONValue])
    func `a long answer prints as a whole one does`(result: JSONValue) async throws {
        let (whole, coming) = try await texts(result)
        #expect(coming == whole)
    }

    @Test func `the document of a long answer is the result`() async throws {
        let result: JSONValue = ["a": [1, ["b": .null]], "c": "d"]
        let document = try await TestServer.answer(result) { client in
            let answer = try client.call("test.answer", .positional([]), wholeBytesMax: 0)
            guard case .long(let long) = answer else { return JSONValue.null }
            let document = try long.document()
            // The connection is at the end of the answer, and can be used again.
            return [document, try client.call("core.echo", .positional(["x"]))]
        }
        #expect(document == [result, ["x"]])
    }
}
