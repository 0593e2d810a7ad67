import SIPMessage
import Testing

@Suite struct ByteStringTests {
    @Test func `equality and hash are those of the content`() {
        let message: ByteString = "abc:def:abc"
        let parts = message.split(on: 0x3A)
        #expect(parts == ["abc", "def", "abc"])
        #expect(parts[0].hashValue == parts[2].hashValue)
        #expect(parts[0].hashValue == ByteString("abc").hashValue)
        #expect(parts[2].range == 8..<11)
        #expect(parts[2] == "abc")
        #expect(parts[2] != "abd")
        #expect(parts[1].compacted().range == 0..<3)
        #expect(ByteString("a") < ByteString("ab"))
        #expect(!(ByteString("b") < ByteString("ab")))
    }

    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 40])
    func `texts of every length around a word are compared whole`(count: Int) {
        let text = ByteString(Array(repeating: UInt8(0x61), count: count))
        #expect(text == ByteString(Array(repeating: UInt8(0x61), count: count)))
        #expect(text.equalsIgnoringCase(text.uppercased()))
        for index in 0..<count {
            var other = text.array
            other[index] = 0x62
            #expect(text != ByteString(other))
            #expect(!text.equalsIgnoringCase(ByteString(other)))
            #expect(ByteString(other).firstIndex(of: 0x62) == index)
        }
    }

    @Test func `only ASCII letters have a case`() {
        for one in UInt8.min...UInt8.max {
            for other in UInt8.min...UInt8.max {
                let isLetter = (0x41...0x5A).contains(one & 0xDF)
                let expected = one == other || isLetter && one & 0xDF == other & 0xDF
                let left = ByteString(Array(repeating: one, count: 9))
                #expect(left.equalsIgnoringCase(ByteString(Array(repeating: other, count: 9))) == expected)
            }
        }
        #expect(ByteString("aZ[@\u{e4}").uppercased() == "AZ[@\u{e4}")
        #expect(ByteString("aZ[@\u{c4}").lowercased() == "az[@\u{c4}")
    }

    @Test func `prefixes and suffixes longer than the text do not match`() {
        let text: ByteString = "sip:x"
        #expect(text.hasPrefix("sip:"))
        #expect(!text.hasPrefix("SIP:"))
        #expect(text.hasPrefixIgnoringCase("SIP:"))
        #expect(text.hasSuffix("x"))
        #expect(!text.hasPrefix("sip:xy"))
        #expect(!text.hasSuffix("asip:x"))
        #expect(text.hasPrefix("") && text.hasSuffix(""))
        #expect(text.dropFirst(9).isEmpty && text.dropLast(-1) == text)
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("+7", 7), ("007", 7), ("9223372036854775807", Int.max),
        ("-9223372036854775808", Int.min),
    ])
    func `a decimal number is read`(text: String, value: Int) {
        #expect(ByteString(text).integerValue == value)
    }

    @Test(arguments: ["", "+", "-", " 1", "1 ", "0x1", "1.0", "9223372036854775808", "-9223372036854775809", "--1"])
    func `what is no decimal number gives nil`(text: String) {
        #expect(ByteString(text).integerValue == nil)
    }

    @Test(arguments: [0, 1, -1, 10, 99, 100, 12345, Int.max, Int.min])
    func `a number is printed in decimal`(value: Int) {
        #expect(ByteString(integer: value).string == String(value))
        #expect(ByteString(integer: value).integerValue == value)
    }

    @Test func `a text is found at its first place`() {
        let text: ByteString = "xx aab aaab"
        #expect(text.range(of: "aaab") == 7..<11)
        #expect(text.range(of: "xx") == 0..<2)
        #expect(text.range(of: "b ") == 5..<7)
        #expect(text.range(of: "c") == nil)
        #expect(text.range(of: text + "x") == nil)
        #expect(text.range(of: "") == 0..<0)
        #expect(text.dropFirst(3).range(of: "a") == 3..<4)
    }

    @Test func `white space of all four kinds is trimmed`() {
        #expect(ByteString(" \t\r\n a b \r\n\t ").trimmed() == "a b")
        #expect(ByteString(" \r\n").trimmed().isEmpty)
    }

    @Test func `text that is not UTF-8 is repaired when shown`() {
        #expect(ByteString([0x61, 0xFF, 0x62]).string == "a\u{FFFD}b")
    }

    @Test func `appending leaves other values alone`() {
        let original: ByteString = "ab"
        var copy = original
        copy.append("cd")
        copy.append(0x65)
        copy += "f"
        #expect(original == "ab")
        #expect(copy == "abcdef")
    }

    @Test func `quoting and unquoting are inverse`() {
        let text: ByteString = #"a"b\c"#
        #expect(text.quoted() == ByteString(#""a\"b\\c""#))
        #expect(text.quoted().unquoted() == text)
        #expect(ByteString("plain").unquoted() == "plain")
        #expect(ByteString("\"").unquoted() == "\"")
    }

    @Test func `escapes stand for bytes`() {
        #expect(ByteString("%41%zz%4").unescaped() == "A%zz%4")
        #expect(ByteString("a%00b").unescaped() == ByteString([0x61, 0, 0x62]))
    }
}
