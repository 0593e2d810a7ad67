import Testing

@testable import JSONRPCModule

@Suite struct JSONObjectScannerTests {
    private func objects(_ text: String, pieces: Int = 10_000, max: Int = 1000) -> [String] {
        var scanner = JSONObjectScanner(bytesMax: max)
        var found: [[UInt8]] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            found += scanner.append(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return found.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [1, 3, 100])
    func `objects are found however they come`(pieces: Int) {
        let text = "  {\"a\": \"}\\\"{\"}\n{\n \"b\":\n {\"c\": [{}, {}]}\n}{}"
        #expect(
            objects(text, pieces: pieces)
                == ["{\"a\": \"}\\\"{\"}", "{\n \"b\":\n {\"c\": [{}, {}]}\n}", "{}"])
    }

    @Test(arguments: ["{\"a\":\"x\"y\"}", "{\"a\":\"", "{\"a\":1", "{", "}}]]", "\"\"\"", "\0\u{1}", "[1,2", "{\"a\\"])
    func `what does not end takes only its own line`(broken: String) {
        #expect(objects(broken + "\n{\"good\":1}\n").last == "{\"good\":1}")
    }

    @Test func `line ends inside a text are escaped`() {
        #expect(objects("{\"a\":\"x\r\ny\tz\"}") == ["{\"a\":\"x\\r\\ny\\tz\"}"])
    }

    @Test func `an object that is too long is given up`() {
        var scanner = JSONObjectScanner(bytesMax: 10)
        #expect(scanner.append("{\"aaaaaaaaaaaaaaaa".utf8).isEmpty)
        #expect(scanner.takeBrokenCount() == 1)
        #expect(!scanner.isInsideObject)
    }
}
