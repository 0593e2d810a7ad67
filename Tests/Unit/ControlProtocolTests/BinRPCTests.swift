import ControlProtocol
import Testing

@Suite struct BinRPCTests {
    private func bytes(_ hexadecimal: String) -> [UInt8] {
        hexadecimal.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }

    private func encoded(_ records: [ResultRecord]) -> [UInt8] {
        var encoder = BinRPCEncoder()
        for record in records { encoder.append(record) }
        return encoder.bytes
    }

    // As seen on the wire of Kamailio 5.6.3.
    @Test(
        arguments: [
            ("00", .integer(0)), ("10 05", .integer(5)), ("20 01 2c", .integer(300)), ("40 ff ff ff fb", .integer(-5)),
            ("40 80 00 00 00", .integer(-2_147_483_648)), ("21 78 00", .text("x")), ("11 00", .text("")),
            ("91 09 61 62 63 64 65 66 67 68 00", .text("abcdefgh")), ("22 05 dc", .number(1.5)),
            ("82 ff ff ff ff ff ff fa 24", .number(-1.5)), ("02", .number(0)), ("32 0f 42 40", .number(1000)),
            ("22 3e 80", .number(16)),
            (
                "03 25 6b 00 10 03 25 73 00 03 31 69 6e 00 83 83",
                .structure([.init("k", .integer(3)), .init("s", .structure([.init(nil, .text("in"))]))])
            ),
            ("04 10 01 21 61 00 84", .array([.integer(1), .text("a")])),
        ] as [(String, ResultRecord)])
    func `records have the bytes that Kamailio sends`(hexadecimal: String, record: ResultRecord) throws {
        #expect(encoded([record]) == bytes(hexadecimal))
        #expect(try BinRPCDecoder.records(in: bytes(hexadecimal)) == [record])
    }

    @Test func `a long text has a longer length`() throws {
        let record = ResultRecord.text(String(repeating: "A", count: 300))
        let body = encoded([record])
        #expect(Array(body.prefix(4)) == bytes("a1 01 2d 41"))
        #expect(try BinRPCDecoder.records(in: body) == [record])
    }

    @Test func `integers beyond 32 bits lose what is above, as in Kamailio`() throws {
        #expect(try BinRPCDecoder.records(in: encoded([.integer(2_814_147_082)])) == [.integer(-1_480_820_214)])
    }

    @Test func `numbers that thousandths cannot say are clamped`() throws {
        let body = encoded([.number(.nan), .number(.infinity), .number(-1e300)])
        #expect(
            try BinRPCDecoder.records(in: body) == [
                .number(0), .number(9_223_372_036_854_775.807), .number(-9_223_372_036_854_775.808),
            ])
    }

    @Test func `the words of kamcmd are read`() throws {
        let packet = bytes(
            """
            a1 03 49 4d 93 28 86 21 6d 00 10 05 40 ff ff ff fb 00 20 01 2c 22 05 dc 82 ff ff ff ff ff ff fa 24 32 0f 42 \
            40 22 3e 80 82 80 00 00 00 00 00 00 00 82 80 00 00 00 00 00 00 00 40 80 00 00 00 21 35 00 11 00 41 69 3a 35 \
            00 00 10 07 31 37 20 00
            """)
        var scanner = BinRPCScanner(limitBytes: 1000)
        scanner.append(packet)
        let request = try #require(try scanner.next())
        #expect(request.kind == .request)
        #expect(request.cookie == 0x4d93_2886)
        var decoder = BinRPCDecoder(request.body)
        #expect(try decoder.methodName() == "m")
        let minimum = ResultRecord.number(-9_223_372_036_854_775.808)
        #expect(
            try decoder.remainingRecords() == [
                .integer(5), .integer(-5), .integer(0), .integer(300), .number(1.5), .number(-1.5), .number(1000),
                .number(16), minimum, minimum, .integer(-2_147_483_648), .text("5"), .text(""), .text("i:5"),
                .integer(0), .integer(7), .text("7 "),
            ])
        var written: [UInt8] = []
        request.write(to: &written)
        #expect(written == packet)
    }

    @Test func `a fault has the bytes that Kamailio sends`() throws {
        let body = BinRPCEncoder.fault(code: 400, message: "bad request: corrupted packet")
        var packet: [UInt8] = []
        BinRPCPacket(kind: .fault, cookie: 0, body: body).write(to: &packet)
        #expect(
            packet
                == bytes(
                    """
                    a1 30 23 00 20 01 90 91 1e 62 61 64 20 72 65 71 75 65 73 74 3a 20 63 6f 72 72 75 70 74 65 64 20 70 61 \
                    63 6b 65 74 00
                    """))
        #expect(try BinRPCDecoder.fault(in: body) == MethodFault(400, "bad request: corrupted packet"))
    }

    @Test func `a fault's text is cut where clients stop reading`() throws {
        let body = BinRPCEncoder.fault(code: 500, message: String(repeating: "x", count: 1000))
        #expect(try BinRPCDecoder.fault(in: body).message.count == 255)
    }

    @Test(arguments: [1, 3, 100])
    func `packets are cut however the bytes come`(pieceBytes: Int) throws {
        // The second has its length and cookie padded with zeros, which readers have to accept.
        let stream = bytes("a1 10 03 07 21 78 00 a1 1f 00 00 00 03 00 00 00 08 21 79 00")
        var scanner = BinRPCScanner(limitBytes: 100)
        var packets: [BinRPCPacket] = []
        for start in stride(from: 0, to: stream.count, by: pieceBytes) {
            scanner.append(stream[start..<min(start + pieceBytes, stream.count)])
            while let packet = try scanner.next() { packets.append(packet) }
        }
        #expect(packets.map(\.cookie) == [7, 8])
        #expect(try packets.map { try BinRPCDecoder.records(in: $0.body) } == [[.text("x")], [.text("y")]])
    }

    @Test(arguments: [
        ("7b 22", BinRPCError.corruptedPacket), ("a2 10", .corruptedPacket), ("a1 20 00 00", .corruptedPacket),
        ("a1 0c ff ff ff ff 00", .tooLong(limitBytes: 100)),
    ])
    func `what is no packet is refused`(hexadecimal: String, error: BinRPCError) {
        var scanner = BinRPCScanner(limitBytes: 100)
        scanner.append(bytes(hexadecimal))
        #expect(throws: error) { try scanner.next() }
    }

    @Test(arguments: [
        ("21 78", BinRPCError.moreDataNeeded), ("f1 ff ff ff ff ff ff ff", .badRecord),
        ("c1 ff ff ff ff", .moreDataNeeded),
        ("07", .wrongType), ("83", .wrongType), ("84", .wrongType), ("25 73 00", .wrongType), ("03", .endOfPacket),
        ("04 10 01", .endOfPacket), ("70 01", .badRecord), ("21 78 79", .badRecord), ("01", .badRecord),
        ("03 25 6b 00 83", .wrongType), ("40 01", .moreDataNeeded), ("92", .badRecord),
    ])
    func `what is no record is refused`(hexadecimal: String, error: BinRPCError) {
        #expect(throws: error) { try BinRPCDecoder.records(in: bytes(hexadecimal)) }
    }

    @Test func `structures inside each other are bounded`() {
        #expect(throws: BinRPCError.badRecord) {
            try BinRPCDecoder.records(in: [UInt8](repeating: 0x03, count: 100_000))
        }
    }

    @Test(arguments: 0..<300)
    func `random and damaged bodies give records or an error, never a crash`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let value = JSONParserTests.randomValue(depth: 0, using: &generator)
        var body = encoded(ResultRecord.records(of: value))
        for _ in 0..<4 where !body.isEmpty {
            body[Int.random(in: 0..<body.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        }
        _ = try? BinRPCDecoder.records(in: body)
        body = (0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) }
        _ = try? BinRPCDecoder.records(in: body)
        var scanner = BinRPCScanner(limitBytes: 1000)
        scanner.append([0xa1] + body)
        _ = try? scanner.next()
    }
}
