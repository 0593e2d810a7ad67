import ControlProtocol
import Testing

@Suite struct JSONPartReaderTests {
    /// A reader of a text that comes in pieces.
    private func reader(_ text: String, pieceBytes: Int) -> JSONPartReader {
        var rest = Array(text.utf8)[...]
        return JSONPartReader([]) { bytes throws(ControlClientError) in
            guard !rest.isEmpty else { return false }
            bytes += rest.prefix(pieceBytes)
            rest = rest.dropFirst(pieceBytes)
            return true
        }
    }

    private func document(_ text: String, pieceBytes: Int) throws -> JSONValue? {
        var reader = reader(text, pieceBytes: pieceBytes)
        var builder = DocumentBuilder()
        while let part = try reader.next() {
            let isWellFormed = builder.append(part)
            #expect(isWellFormed)
        }
        return builder.finished
    }

    @Test(arguments: 0..<100)
    func `parts make the document, however the bytes come`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = JSONParserTests.randomValue(depth: 0, using: &generator)
        for layout in [JSONValue.Layout.compact, .pretty] {
            for pieceBytes in [1, 3, 64, 100_000] {
                #expect(try document(value.text(layout), pieceBytes: pieceBytes) == value)
            }
        }
    }

    @Test(arguments: [
        "", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{1:2}", "[", "{\"a\":", "\"x", "nul", "[01]", "{\"a\" 1}",
        "[,1]",
        String(repeating: "[", count: 200),
    ])
    func `what is malformed is refused`(text: String) {
        for pieceBytes in [1, 100_000] {
            #expect(throws: ControlClientError.self) { try document(text, pieceBytes: pieceBytes) }
        }
    }

    @Test(arguments: 0..<200)
    func `a damaged text gives parts or an error, never a crash`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(JSONParserTests.randomValue(depth: 0, using: &generator).text().utf8)
        for _ in 0..<3 where !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        var reader = JSONPartReader(bytes) { _ throws(ControlClientError) in false }
        while let part = try? reader.next() { _ = part }
    }
}
