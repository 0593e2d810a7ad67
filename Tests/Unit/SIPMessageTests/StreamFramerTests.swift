import SIPMessage
import Testing

@Suite struct StreamFramerTests {
    private static let first = "OPTIONS sip:a SIP/2.0\r\nVia: x\r\nContent-Length : 5\r\nX: y\r\n z\r\n\r\nab\r\nc"
    private static let second = "BYE sip:a SIP/2.0\nl:\n 0\n\n"

    private func frames(
        _ pieces: [ArraySlice<UInt8>], limits: MessageLimits = .default
    ) throws(StreamFramingError) -> [StreamFramer.Frame] {
        var framer = StreamFramer(limits: limits)
        var frames: [StreamFramer.Frame] = []
        for piece in pieces {
            framer.append(piece)
            while let frame = try framer.next() { frames.append(frame) }
        }
        return frames
    }

    private let stream = Array(("\r\n\r\n" + first + "\r\n\r\n\r\n" + second + first).utf8)
    private let expected: [StreamFramer.Frame] = [
        .ping, .message(Array(first.utf8)), .ping, .pong, .message(Array(second.utf8)), .message(Array(first.utf8)),
    ]

    @Test func `messages and keepalives are found however the stream is cut`() throws {
        #expect(try frames([stream[...]]) == expected)
        for cut in 0...stream.count {
            #expect(try frames([stream[..<cut], stream[cut...]]) == expected, "cut at \(cut)")
        }
        #expect(try frames(stream.indices.map { stream[$0...$0] }) == expected)
    }

    @Test func `a collection without storage of its own is taken like an array`() throws {
        var framer = StreamFramer()
        framer.append(stream.lazy.map { $0 })
        #expect(try framer.next() == .ping)
        #expect(framer.isInsideMessage)
        #expect(framer.bufferedCount == stream.count - 4)
    }

    @Test(arguments: [
        ("OPTIONS sip:a SIP/2.0\r\n\r\n", StreamFramingError.missingContentLength),
        ("OPTIONS sip:a SIP/2.0\r\nl: -1\r\n\r\n", .badContentLength("-1")),
        ("OPTIONS sip:a SIP/2.0\r\nl:\r\n\r\n", .badContentLength("")),
        ("OPTIONS sip:a SIP/2.0\r\nl: 99999999999999999999999\r\n\r\n", .badContentLength("99999999999999999999999")),
        ("OPTIONS sip:a SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n", .contradictoryContentLength),
        ("OPTIONS sip:a SIP/2.0\r\nl: 262144\r\n\r\n", .messageTooLong(length: 262_180, limit: 262_144)),
    ])
    func `a stream without a usable length is refused`(text: String, error: StreamFramingError) {
        #expect(throws: error) { try frames([Array(text.utf8)[...]]) }
    }

    @Test func `the same length twice is accepted`() throws {
        let text = Array("A b SIP/2.0\r\nl: 1\r\nl:1\r\n\r\nx".utf8)
        #expect(try frames([text[...]]) == [.message(text)])
    }

    @Test func `headers longer than the limit are refused before they end`() {
        var limits = MessageLimits()
        limits.streamLengthMax = 100
        let line = Array("X: 0123456789\r\n".utf8)
        #expect(throws: StreamFramingError.headersTooLong(limit: 100)) {
            try frames(Array(repeating: line[...], count: 7), limits: limits)
        }
    }

    @Test func `a message of exactly the limit passes`() throws {
        var limits = MessageLimits()
        limits.streamLengthMax = 100
        let head = "A b SIP/2.0\r\nl: 80\r\n\r\n"
        let fitting = Array((head + String(repeating: "x", count: 80)).utf8)
        #expect(fitting.count == 102)
        limits.streamLengthMax = 102
        #expect(try frames([fitting[...]], limits: limits) == [.message(fitting)])
        limits.streamLengthMax = 101
        #expect(throws: StreamFramingError.messageTooLong(length: 102, limit: 101)) {
            try frames([fitting[...]], limits: limits)
        }
    }

    @Test func `stray line ends between messages are passed over`() throws {
        let text = Array("\n\r\r\n\nA b SIP/2.0\nl:0\n\n".utf8)
        #expect(try frames([text[...]]) == [.pong, .message(Array("A b SIP/2.0\nl:0\n\n".utf8))])
        #expect(try frames(text.indices.map { text[$0...$0] }) == (try frames([text[...]])))
    }

    @Test func `many small messages do not grow the buffer`() throws {
        var framer = StreamFramer()
        let text = Array(Self.second.utf8)
        for _ in 0..<10_000 {
            framer.append(text)
            #expect(try framer.next() == .message(text))
        }
        #expect(framer.bufferedCount == 0)
        #expect(!framer.isInsideMessage)
    }

    @Test func `errors say what is wrong`() {
        #expect(StreamFramingError.badContentLength("-1").description == "Content-Length '-1' is not a number in range")
        #expect(
            StreamFramingError.messageTooLong(length: 3, limit: 2).description
                == "message of 3 bytes exceeds the limit of 2")
    }
}
