import ControlProtocol
import Testing

@Suite struct JSONParserTests {
    struct Accepted: Sendable, CustomTestStringConvertible {
        let text: String
        let value: JSONValue
        var testDescription: String { text }

        init(_ text: String, _ value: JSONValue) {
            self.text = text
            self.value = value
        }
    }

    @Test(arguments: [
        Accepted("null", .null), Accepted(" true ", true), Accepted("\t\r\n false", false), Accepted("0", 0),
        Accepted("-1", -1), Accepted("9223372036854775807", .integer(.max)),
        Accepted("-9223372036854775808", .integer(.min)),
        Accepted("9223372036854775808", .number(9.223372036854775808e18)),
        Accepted("-0", .number(-0.0)), Accepted("1.5", 1.5), Accepted("1e3", .number(1000)), Accepted("1E-2", 0.01),
        Accepted("0.1e+1", .number(1)), Accepted("[]", []), Accepted("{}", [:]), Accepted("[[],{}]", [[], [:]]),
        Accepted(#"{"a":1,"a":2}"#, ["a": 1, "a": 2]), Accepted(#"{"":[1,"x",null]}"#, ["": [1, "x", .null]]),
        Accepted(#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), Accepted(#""\u0041\u00e9\ud83d\ude00""#, "Aé😀"),
        Accepted("\"é😀\u{7f}\"", "é😀\u{7f}"), Accepted(#""\u0000""#, "\0"), Accepted(#""a\u0301""#, "a\u{301}"),
    ])
    func `what RFC 8259 allows is parsed`(accepted: Accepted) throws {
        #expect(try JSONParser.parse(accepted.text) == accepted.value)
    }

    @Test(arguments: [
        ("", "the text ends at byte 0, expected a value"), ("   ", "the text ends at byte 3, expected a value"),
        ("nul", "the text ends at byte 3, expected 'null'"), ("nuLl", "'L' at byte 2, expected 'null'"),
        ("01", "invalid number at byte 0"), ("-", "invalid number at byte 0"), ("1.", "invalid number at byte 0"),
        (".5", "'.' at byte 0, expected a value"), ("1e", "invalid number at byte 0"),
        ("-01", "invalid number at byte 0"),
        ("1e400", "invalid number at byte 0"), ("+1", "'+' at byte 0, expected a value"),
        ("0x10", "'x' at byte 1, expected the end"), ("NaN", "'N' at byte 0, expected a value"),
        ("[1,]", "']' at byte 3, expected a value"), ("[1 2]", "'2' at byte 3, expected ',' or ']'"),
        ("[1", "the text ends at byte 2, expected ',' or ']'"),
        ("{", "the text ends at byte 1, expected a member name"),
        (#"{"a"}"#, "'}' at byte 4, expected ':'"), (#"{"a":1,}"#, "'}' at byte 7, expected a member name"),
        ("{a:1}", "'a' at byte 1, expected a member name"), (#"{"a":1]"#, "']' at byte 6, expected ',' or '}'"),
        ("\"a", "the text ends at byte 2, expected '\"'"),
        ("\"a\nb\"", "byte 0x0a inside a string at byte 2 is not escaped"),
        (#""\x""#, "invalid escape at byte 1"), (#""\u12g4""#, "invalid escape at byte 1"),
        (#""\ud800""#, "invalid escape at byte 1"), (#""\ud800\u0041""#, "invalid escape at byte 1"),
        (#""\udc00""#, "invalid escape at byte 1"), (#""\"#, "the text ends at byte 2, expected an escape"),
        ("1 2", "'2' at byte 2, expected the end"), ("{}x", "'x' at byte 2, expected the end"),
        ("'a'", "''' at byte 0, expected a value"), ("\u{feff}1", "byte 0xef at byte 0, expected a value"),
    ])
    func `anything else is refused with its place`(text: String, message: String) {
        let error = #expect(throws: JSONParseError.self) { try JSONParser.parse(text) }
        #expect(error?.description == message)
    }

    @Test(
        arguments: [
            [0x22, 0xff, 0x22], [0x22, 0x61, 0xc3, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
            [0x22, 0x5c, 0x6e, 0xf4, 0x90, 0x80, 0x80, 0x22],
        ] as [[UInt8]])
    func `invalid UTF-8 is refused`(bytes: [UInt8]) {
        let error = #expect(throws: JSONParseError.self) { try JSONParser.parse(bytes) }
        #expect(error?.reason == .invalidUTF8)
    }

    @Test func `nesting is bounded`() throws {
        let limits = JSONParser.Limits(depth: 64)
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONParser.parse(deepest, limits: limits)
        let error = #expect(throws: JSONParseError.self) {
            try JSONParser.parse(String(repeating: "[", count: 10_000), limits: limits)
        }
        #expect(error?.reason == .tooDeep(limit: 64))
        #expect(error?.offset == 64)
        #expect(throws: JSONParseError.self) {
            try JSONParser.parse(String(repeating: #"{"a":"#, count: 100_000), limits: limits)
        }
    }

    @Test func `the number of values and of bytes is bounded`() {
        let many = "[" + String(repeating: "0,", count: 1000) + "0]"
        let tooMany = #expect(throws: JSONParseError.self) {
            try JSONParser.parse(many, limits: JSONParser.Limits(values: 100))
        }
        #expect(tooMany?.reason == .tooManyValues(limit: 100))
        let tooLong = #expect(throws: JSONParseError.self) {
            try JSONParser.parse(many, limits: JSONParser.Limits(bytes: 100))
        }
        #expect(tooLong?.description == "longer than 100 bytes")
    }

    @Test(arguments: 0..<200)
    func `what is printed is parsed back`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = Self.randomValue(depth: 0, using: &generator)
        #expect(try JSONParser.parse(value.text(.compact)) == value)
        #expect(try JSONParser.parse(value.text(.pretty)) == value)
        #expect(!value.text(.compact).utf8.contains(UInt8(ascii: "\n")))
    }

    @Test(arguments: 0..<200)
    func `a damaged text gives a value or an error, never a crash`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(Self.randomValue(depth: 0, using: &generator).text().utf8)
        for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            if Bool.random(using: &generator) {
                bytes[position] = UInt8.random(in: 0...255, using: &generator)
            } else {
                bytes.removeSubrange(position...)
            }
        }
        _ = try? JSONParser.parse(bytes)
    }

    static func randomValue(depth: Int, using generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth < 5 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64(bitPattern: generator.next()))
        case 3:
            let number = Double(bitPattern: generator.next())
            return number.isFinite ? .number(number) : 0.5
        case 4, 5: return .string(randomText(using: &generator))
        case 6:
            let count = Int.random(in: 0..<6, using: &generator)
            return .array((0..<count).map { _ in randomValue(depth: depth + 1, using: &generator) })
        default:
            let count = Int.random(in: 0..<6, using: &generator)
            return .object(
                (0..<count).map { _ in
                    JSONMember(randomText(using: &generator), randomValue(depth: depth + 1, using: &generator))
                })
        }
    }

    private static func randomText(using generator: inout SeededGenerator) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "Z", "\"", "\\", "\n", "\0", "\u{1f}", "é", "😀", "\u{7f}", "\u{301}", "/",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            text.append(alphabet.randomElement(using: &generator) ?? "a")
        }
        return String(text)
    }
}
