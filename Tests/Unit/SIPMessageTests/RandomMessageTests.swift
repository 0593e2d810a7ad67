import SIPMessage
import Testing

/// A generator whose seed can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Suite struct RandomMessageTests {
    private static let seeds: [Message] = [
        SIPMessageTests.invite, MessageEditsTests.text,
        "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/TLS [::1]:5061;branch=z9hG4bK\r\nWWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\nl:0\r\n\r\n",
        "REGISTER sips:x SIP/2.0\nAuthorization: Digest username=\"a\\\"\", uri=\"sip:x\",nc=1\nm: *\nk: \n path,gruu\n\n",
    ].map { Message(bytes: Array($0.utf8)) }

    struct Message: Sendable { let bytes: [UInt8] }

    /// Calls everything that reads a message, so that a bad range would end the test.
    private func readAll(_ message: SIPMessage) {
        let count = message.buffer.count
        var behind = message.headersStart
        for field in message.headers {
            #expect(field.range.lowerBound >= behind && field.range.upperBound <= count)
            #expect(field.nameRange.upperBound <= field.bodyRange.lowerBound)
            #expect(field.bodyRange.upperBound <= field.range.upperBound)
            behind = field.range.upperBound
            for value in message.values(of: field) {
                _ = try? Via.parse(value)
                _ = try? NameAddress.parse(value).parsedURI?.parameter(named: "lr")
                _ = ParameterList(value).map(\.unquotedValue)
            }
            _ = try? Credentials.parse(message.text(of: field)).username
            _ = message.removalRange(ofValue: 0, in: field)
        }
        #expect(message.bodyRange.upperBound <= count)
        _ = message.requestURI.flatMap { try? SIPURI.parse($0) }?.isEquivalent(to: SIPURI(host: "x"))
        var reply = ReplyBuilder(to: message, status: 400, reason: "Bad Request")
        reply.toTag = "t"
        reply.received = "192.0.2.1"
        reply.rport = 5060
        #expect(throws: Never.self) { try SIPMessage.parse(reply.bytes()) }
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let special = Array("\r\n \t:;,<>\"\\@?=/[]*%\u{0}0A".utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.remove(at: place)
            case 1: bytes[place] = special.randomElement(using: &generator) ?? 0
            case 2: bytes.insert(special.randomElement(using: &generator) ?? 0, at: place)
            case 3: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            default: bytes.removeLast(min(bytes.count, Int.random(in: 0...20, using: &generator)))
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `damaged messages are read or refused without harm`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var bytes = Self.seeds.randomElement(using: &generator)?.bytes ?? []
            mutate(&bytes, &generator)
            guard let message = try? SIPMessage.parse(bytes) else { continue }
            readAll(message)
            // Without edits the message comes out as it went in, from its start line to the end of its body.
            let start = message.startLineRange.lowerBound
            #expect(MessageEdits().apply(to: message) == Array(bytes[start..<message.bodyRange.upperBound]))
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `random edits do what a plain model of them does`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let message = try SIPMessage.parse(Self.seeds[1].bytes)
        for _ in 0..<100 {
            var edits = MessageEdits()
            var isDeleted = [Bool](repeating: false, count: message.buffer.count + 1)
            var inserted = [[UInt8]](repeating: [], count: message.buffer.count + 1)
            let bounds = message.headersStart...message.headersEnd
            for number in 0..<Int.random(in: 0...6, using: &generator) {
                let start = Int.random(in: bounds, using: &generator)
                let end = Int.random(in: start...message.headersEnd, using: &generator)
                if Bool.random(using: &generator) {
                    edits.delete(start..<end)
                    for index in start..<end { isDeleted[index] = true }
                } else {
                    edits.insert(ByteString(integer: number), before: start)
                    inserted[start].append(contentsOf: ByteString(integer: number).bytes)
                }
            }
            var expected: [UInt8] = []
            for index in 0...message.buffer.count {
                expected.append(contentsOf: inserted[index])
                if index < message.buffer.count, !isDeleted[index] { expected.append(message.buffer[index]) }
            }
            #expect(edits.apply(to: message) == expected, "seed \(seed)")
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a composed URI is read as it was composed`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        func word(_ alphabet: String) -> ByteString {
            let letters = Array(alphabet.utf8)
            return ByteString(
                (0..<Int.random(in: 1...12, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? 0x61
                })
        }
        for _ in 0..<100 {
            var uri = SIPURI(host: word("abcXYZ019.-"))
            if Bool.random(using: &generator) { uri.user = word("abcXYZ019-_.!~*'();?/&=+$,%") }
            if uri.user != nil, Bool.random(using: &generator) { uri.password = word("abc&=+$,") }
            if Bool.random(using: &generator) { uri.port = UInt16.random(in: 0...65_535, using: &generator) }
            if Bool.random(using: &generator) { uri.parameters = word("abc=;[]/:&+$") }
            if Bool.random(using: &generator) { uri.headers = word("abc=&[]/?:+$") }
            let read = try SIPURI.parse(uri.raw)
            #expect(read.user == uri.user && read.password == uri.password, "seed \(seed): \(uri)")
            #expect(read.host == uri.host && read.port == uri.port, "seed \(seed): \(uri)")
            #expect(read.parameters == uri.parameters && read.headers == uri.headers, "seed \(seed): \(uri)")
            #expect(read.isEquivalent(to: uri))
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `a framer takes damaged streams without harm`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var bytes = Self.seeds.flatMap(\.bytes)
            mutate(&bytes, &generator)
            var framer = StreamFramer()
            var rest = bytes[...]
            while !rest.isEmpty {
                framer.append(rest.prefix(Int.random(in: 1...50, using: &generator)))
                rest = rest.dropFirst(50)
                do {
                    while try framer.next() != nil {}
                } catch {
                    rest = []
                }
            }
        }
    }
}
