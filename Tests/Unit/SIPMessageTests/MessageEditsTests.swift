import SIPMessage
import Testing

@Suite struct MessageEditsTests {
    static let text = """
        OPTIONS sip:a@example.com SIP/2.0\r
        Via: SIP/2.0/UDP one;branch=z9hG4bK1, SIP/2.0/UDP two\r
        From: <sip:a@b>;tag=1\r
        X-A: 1\r
        X-B: 2\r
        Content-Length: 4\r
        \r
        body
        """

    private func message() throws -> SIPMessage { try SIPMessage.parse(Array(Self.text.utf8)) }

    private func result(
        _ edit: (inout MessageEdits, SIPMessage) throws -> Void, startLine: StartLine? = nil
    ) throws -> String {
        let message = try message()
        var edits = MessageEdits()
        try edit(&edits, message)
        return String(decoding: edits.apply(to: message, startLine: startLine), as: UTF8.self)
    }

    private func field(_ name: ByteString, _ message: SIPMessage) throws -> HeaderField {
        try #require(message.firstHeader(named: name))
    }

    @Test func `a message without edits is the same`() throws {
        #expect(try result { _, _ in } == Self.text)
        #expect(MessageEdits().isEmpty)
    }

    @Test func `headers come out in the order of the calls`() throws {
        let changed = try result { edits, _ in
            edits.appendHeader("A: 1\r\n")
            edits.insertHeader("C: 3\r\n")
            edits.appendHeader("B: 2\r\n")
            edits.insertHeader("D: 4\r\n")
        }
        #expect(changed.hasPrefix("OPTIONS sip:a@example.com SIP/2.0\r\nC: 3\r\nD: 4\r\nVia:"))
        #expect(changed.hasSuffix("Content-Length: 4\r\nA: 1\r\nB: 2\r\n\r\nbody"))
    }

    @Test func `an insert behind a text stands before one in front of the next`() throws {
        let changed = try result { edits, message in
            let offset = try field("X-B", message).range.lowerBound
            edits.insert("2\r\n", before: offset)
            edits.insert("1\r\n", after: offset)
            edits.insert("3\r\n", before: offset)
        }
        #expect(changed.contains("X-A: 1\r\n1\r\n2\r\n3\r\nX-B"))
    }

    @Test func `overlapping deletions are merged and inserts inside them survive`() throws {
        let changed = try result { edits, message in
            let first = try field("X-A", message)
            let second = try field("X-B", message)
            edits.delete(first.range.lowerBound..<second.bodyRange.lowerBound)
            edits.delete(first.bodyRange.lowerBound..<second.range.upperBound)
            edits.delete(first.range)
            edits.insert("X-C: 3\r\n", after: first.range.upperBound)
        }
        #expect(changed == Self.text.replacing("X-A: 1\r\nX-B: 2\r\n", with: "X-C: 3\r\n"))
    }

    @Test func `a replaced value stands in its place`() throws {
        let changed = try result { edits, message in
            edits.replace(try field("X-A", message).bodyRange, with: "long value")
            edits.insert(";received=192.0.2.1", after: try #require(message.topVia).range.upperBound)
        }
        #expect(
            changed
                == Self.text.replacing("X-A: 1", with: "X-A: long value")
                .replacing("z9hG4bK1,", with: "z9hG4bK1;received=192.0.2.1,"))
    }

    @Test func `the start line can be replaced`() throws {
        let changed = try result({ _, _ in }, startLine: .request(.other("FOO"), uri: "sip:x"))
        #expect(changed == Self.text.replacing("OPTIONS sip:a@example.com", with: "FOO sip:x"))
    }

    @Test func `an edit can be taken back`() throws {
        let changed = try result { edits, message in
            let edit = edits.delete(try field("X-A", message).range)
            edits.appendHeader("A: 1\r\n")
            edits.cancel(edit)
        }
        #expect(changed == Self.text.replacing("\r\n\r\n", with: "\r\nA: 1\r\n\r\n"))
    }

    @Test func `a new body changes Content-Length and Content-Type`() throws {
        let changed = try result { edits, _ in edits.setBody("longer body!", contentType: "text/plain") }
        #expect(
            changed
                == Self.text.replacing("Length: 4\r\n", with: "Length: 12\r\nContent-Type: text/plain\r\n")
                .replacing("\r\n\r\nbody", with: "\r\n\r\nlonger body!"))
    }

    @Test func `an edit inside the body changes Content-Length`() throws {
        let changed = try result { edits, message in
            edits.replace(message.bodyRange.lowerBound..<(message.bodyRange.lowerBound + 1), with: "xyz")
            edits.delete(message.bodyRange.lowerBound..<(message.bodyRange.lowerBound + 2))
            edits.insert("!", after: message.bodyRange.upperBound)
        }
        #expect(
            changed
                == Self.text.replacing("Length: 4", with: "Length: 6").replacing("\r\n\r\nbody", with: "\r\n\r\nxyzdy!")
        )
    }

    @Test func `Content-Length is added where the transport needs it`() throws {
        let text = "OPTIONS sip:a SIP/2.0\r\nX: y\r\n\r\n"
        let message = try SIPMessage.parse(Array(text.utf8))
        #expect(
            MessageEdits().apply(to: message, needsContentLength: true)
                == Array("OPTIONS sip:a SIP/2.0\r\nX: y\r\nContent-Length: 0\r\n\r\n".utf8))
        #expect(MessageEdits().apply(to: message) == Array(text.utf8))
    }

    @Test func `a deleted Content-Length is written again when the body changes`() throws {
        let changed = try result { edits, message in
            edits.delete(try field("Content-Length", message).range)
            edits.setBody("")
        }
        #expect(changed.hasSuffix("X-B: 2\r\nContent-Length: 0\r\n\r\n"))
    }

    @Test func `places outside the message are cut to it`() throws {
        let changed = try result { edits, _ in
            edits.delete(-5..<10)
            edits.insert("!", before: 100_000)
        }
        #expect(changed == Self.text.replacing("Length: 4", with: "Length: 5") + "!")
    }

    @Test func `the top Via value is removed alone and with its line`() throws {
        let once = try result { edits, message in edits.delete(try #require(message.topViaRemovalRange)) }
        #expect(once == Self.text.replacing("SIP/2.0/UDP one;branch=z9hG4bK1, ", with: ""))
        let message = try SIPMessage.parse(Array(once.utf8))
        var edits = MessageEdits()
        edits.delete(try #require(message.topViaRemovalRange))
        #expect(edits.apply(to: message) == Array(once.replacing("Via: SIP/2.0/UDP two\r\n", with: "").utf8))
    }

    @Test func `the second of two values is removed with its comma`() throws {
        let changed = try result { edits, message in
            let via = try field("v", message)
            edits.delete(try #require(message.removalRange(ofValue: 1, in: via)))
            #expect(message.removalRange(ofValue: 2, in: via) == nil)
        }
        #expect(changed == Self.text.replacing(", SIP/2.0/UDP two", with: ""))
    }

    @Test func `collections are joined in order`() throws {
        let changed = try result { edits, _ in
            var other = MessageEdits()
            other.appendHeader("B: 2\r\n")
            edits.appendHeader("A: 1\r\n")
            edits.append(other)
        }
        #expect(changed.contains("A: 1\r\nB: 2\r\n\r\n"))
    }
}
