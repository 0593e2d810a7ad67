import ControlProtocol
import Testing

@Suite struct FrameScannerTests {
    private func frames(_ text: String, pieceBytes: Int, limit: Int = 100) throws -> [String] {
        var scanner = FrameScanner(limitBytes: limit)
        var found: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            scanner.append(rest.prefix(pieceBytes))
            rest = rest.dropFirst(pieceBytes)
            while let frame = try scanner.next() {
                found.append((frame.hasHeader ? "H" : "L") + String(decoding: frame.bytes, as: UTF8.self))
            }
        }
        return found
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `documents are cut however the bytes come`(pieceBytes: Int) throws {
        let text = "{1}\n\r\n\n{2}\r\nContent-Length: 3\r\n\r\n{3}Content-Type: x\r\ncontent-length:4\r\n\r\n{\n4}{5}\n"
        #expect(try frames(text, pieceBytes: pieceBytes) == ["L{1}", "L{2}", "H{3}", "H{\n4}", "L{5}"])
    }

    @Test func `half a line waits`() throws {
        var scanner = FrameScanner(limitBytes: 100)
        scanner.append(Array("{1".utf8))
        #expect(try scanner.next() == nil)
        #expect(scanner.pendingBytes == 2)
        scanner.append(Array("}\n".utf8))
        #expect(try scanner.next()?.bytes == Array("{1}".utf8))
    }

    @Test(arguments: [1, 64])
    func `a document may be as long as the limit and no longer`(pieceBytes: Int) throws {
        let fits = String(repeating: "x", count: 100)
        #expect(try frames(fits + "\n", pieceBytes: pieceBytes) == ["L" + fits])
        #expect(throws: FrameScanner.Failure.tooLong(limitBytes: 100)) {
            try frames(fits + "x\n", pieceBytes: pieceBytes)
        }
        #expect(throws: FrameScanner.Failure.tooLong(limitBytes: 100)) {
            try frames(fits + "x", pieceBytes: pieceBytes)
        }
        #expect(throws: FrameScanner.Failure.tooLong(limitBytes: 100)) {
            try frames("Content-Length: 101\r\n\r\n", pieceBytes: pieceBytes)
        }
    }

    @Test(arguments: [
        "Content-Length: x\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n",
        "Content-Length:\r\n\r\n", "Content-Type: a\r\n\r\n{}",
    ])
    func `a header without a length is refused`(text: String) {
        #expect(throws: FrameScanner.Failure.badHeader) { try frames(text, pieceBytes: 1000) }
    }

    @Test func `a header does not go on for ever`() {
        let text = "Content-Length: 5\r\n" + String(repeating: "X: y\r\n", count: 10_000)
        #expect(throws: FrameScanner.Failure.badHeader) { try frames(text, pieceBytes: 1000) }
    }
}
