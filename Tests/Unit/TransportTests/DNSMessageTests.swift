import NIOCore
import NetworkAddress
import Testing
import Transport

@Suite struct DNSMessageTests {
    private func decode(_ bytes: [UInt8]) -> Result<DNSMessage, DNSDecodingError> {
        do {
            return .success(try DNSMessage(decoding: bytes))
        } catch {
            return .failure(error)
        }
    }

    private let sample = DNSMessage(
        identifier: 0x1234, question: question("Example.Test", .srv), isResponse: true, responseCode: .noError,
        answers: [
            srv("example.test", 1, 2, 5060, "a.test"), alias("b.test", "c.test"), a("a.test", "192.0.2.1"),
            a("a.test", "2001:db8::1"), naptr("n.test", 1, 2, "SIP+D2U", "x.test"),
            record("t.test", .txt, .text(Array("hello".utf8))), record("p.test", .ptr, .pointer(name("q.test"))),
        ],
        authorities: [record("test", .soa, .startOfAuthority(minimum: 77))])

    @Test func `what is written is read again`() {
        #expect(decode(sample.encoded()) == .success(sample))
    }

    @Test func `every beginning of a message is refused or read, never more`() {
        let bytes = sample.encoded()
        for count in 0..<bytes.count {
            guard case .failure = decode(Array(bytes.prefix(count))) else {
                Issue.record("the first \(count) bytes were accepted")
                continue
            }
        }
    }

    @Test func `random changes never crash the reader`() {
        var generator = SeededGenerator(state: 20_261_122)
        let bytes = sample.encoded()
        for _ in 0..<20_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                changed[Int.random(in: 0..<changed.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = decode(changed)
        }
    }

    private let header: [UInt8] = [0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    @Test func `compressed names are read`() {
        // The question 1.test, an answer whose name is a pointer to it, and a CNAME to a.1.test.
        let bytes: [UInt8] =
            [0, 1, 0x80, 0, 0, 1, 0, 1, 0, 0, 0, 0] + [1, 0x31, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 5, 0, 1]
            + [0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4] + [1, 0x61, 0xc0, 12]
        guard case .success(let message) = decode(bytes) else {
            Issue.record("not read")
            return
        }
        #expect(
            message.answers == [
                DNSRecord(
                    name: name("1.test"), type: .cname, timeToLiveSeconds: 9, data: .canonicalName(name("a.1.test")))
            ])
    }

    @Test(
        arguments: [
            [0xc0, 12], [0xc0, 14], [0xff, 0xff], [1, 0x61, 0xc0, 12], [0x40, 1], [0x80], [0xc0], [63, 1],
        ] as [[UInt8]])
    func `names that loop or leave the message are refused`(bytes: [UInt8]) {
        guard case .failure = decode(header + bytes + [0, 1, 0, 1]) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `names longer than 255 bytes are refused`() {
        let label: [UInt8] = [3, 0x61, 0x62, 0x63]
        let long: [UInt8] = Array(repeating: label, count: 64).joined() + [0, 0, 1, 0, 1]
        #expect(decode(header + long) == .failure(.nameTooLong(offset: 12 + 63 * 4)))
        #expect(DNSName(String(repeating: "a", count: 64)) == nil)
        #expect(DNSName(String(repeating: "abc.", count: 64)) == nil)
        #expect(DNSName(String(repeating: "abc.", count: 63)) != nil)
    }

    @Test func `a count that lies is noticed, a large one is not trusted with memory`() {
        #expect(decode([0, 1, 0x80, 0, 0, 0, 0x10, 0, 0, 0, 0, 0]) == .failure(.truncated(offset: 12)))
        #expect(
            decode([0, 1, 0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0]) == .failure(.tooManyRecords(count: 131_070)))
    }

    @Test func `names are compared without regard to case, and printed with escapes`() {
        #expect(DNSName("Example.COM.") == DNSName("example.com"))
        #expect(DNSName("") == nil)
        #expect(DNSName("a..b") == nil)
        #expect(DNSName(".") == nil)
        #expect(name("_sip._udp.a b\u{7f}.test").description == "_sip._udp.a\\032b\\127.test")
        #expect(name("a.b.c").dotCount == 2)
        #expect(DNSName(root: ()).description == ".")
    }

    @Test func `resolv.conf is read as the C library reads it`() {
        let text = """
            # comment
            domain old.test
            nameserver 192.0.2.53 # first
            nameserver 2001:db8::53
            nameserver not-an-address
            search a.test b.test
            options ndots:2 timeout:3 attempts:9 rotate ndots:x
            unknown word
            """
        let configuration = ResolverConfiguration(parsing: text)
        #expect(
            configuration
                == ResolverConfiguration(
                    servers: [endpoint("192.0.2.53:53"), endpoint("[2001:db8::53]:53")],
                    searchList: [name("a.test"), name("b.test")], dotsMin: 2, timeoutSeconds: 3, attempts: 5))
        #expect(ResolverConfiguration(parsing: "") == ResolverConfiguration())
    }

    @Test func `a full cache makes room and keeps what is permanent`() {
        let cache = DNSCache(countMax: 8)
        let now = NIODeadline.uptimeNanoseconds(1_000_000_000)
        func key(_ number: Int) -> DNSCache.Key { DNSCache.Key(name: name("n\(number).test"), type: .a) }
        cache.insert(.success([]), for: key(0), expires: nil, at: now)
        cache.insert(.success([]), for: key(1), expires: now + .seconds(1), at: now)
        #expect(cache.find(key(1), at: now) == .success([]))
        #expect(cache.find(key(1), at: now + .seconds(1)) == nil)
        for number in 2..<100 {
            cache.insert(.failure(.noRecords), for: key(number), expires: now + .hours(1), at: now)
        }
        let kept = cache.snapshot(at: now)
        #expect(kept.count <= 8)
        #expect(kept[key(0)] != nil)
        #expect(kept[key(99)] != nil)
        cache.removeAll()
        #expect(cache.snapshot(at: now).count == 1)
        cache.removeAll(includingPermanent: true)
        #expect(cache.snapshot(at: now).isEmpty)
    }
}

/// A generator that gives the same numbers in each run (xorshift64*).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
