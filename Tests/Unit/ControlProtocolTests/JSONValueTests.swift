import ControlProtocol
import Testing

@Suite struct JSONValueTests {
    @Test func `a document is printed in one line or indented`() {
        let value: JSONValue = ["a": [1, 2.5, "x\"\n"], "a": .null, "b": [:], "c": [], "d": true]
        #expect(value.text() == #"{"a":[1,2.5,"x\"\n"],"a":null,"b":{},"c":[],"d":true}"#)
        #expect(
            value.text(.pretty) == """
                {
                  "a": [
                    1,
                    2.5,
                    "x\\"\\n"
                  ],
                  "a": null,
                  "b": {},
                  "c": [],
                  "d": true
                }
                """)
    }

    @Test(arguments: [
        ("\u{1}\u{1f}\u{7f}", "\"\\u0001\\u001f\u{7f}\""), ("\t\r\n\u{8}\u{c}", #""\t\r\n\b\f""#), ("/é", "\"/é\""),
    ])
    func `control characters are escaped`(text: String, printed: String) {
        #expect(JSONValue.string(text).text() == printed)
    }

    @Test func `what JSON cannot say is null`() {
        #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text() == "[null,null]")
    }

    @Test func `integers of any width are taken`() {
        #expect(JSONValue(UInt64.max) == .number(1.8446744073709552e19))
        #expect(JSONValue(UInt32.max) == 4_294_967_295)
        #expect(JSONValue.integer(.min).text() == "-9223372036854775808")
    }

    @Test func `members and elements are found`() {
        let value: JSONValue = ["a": 1, "b": ["x"], "a": 2]
        #expect(value["a"]?.integerValue == 1)
        #expect(value["b"]?[0]?.stringValue == "x")
        #expect(value["b"]?[1] == nil)
        #expect(value["c"] == nil)
        #expect(value[0] == nil)
        #expect(JSONValue.number(3).integerValue == 3)
        #expect(JSONValue.number(3.5).integerValue == nil)
        #expect(JSONValue.number(1e300).integerValue == nil)
    }

    @Test func `a document that comes in parts is printed and built`() {
        let parts: [DocumentPart] = [
            .beginObject, .name("Size"), .value(2), .name("AoRs"), .beginArray, .value(["a": 1]), .value(.null), .end,
            .name("Stats"), .beginObject, .end, .end,
        ]
        let expected: JSONValue = ["Size": 2, "AoRs": [["a": 1], .null], "Stats": [:]]
        var builder = DocumentBuilder()
        var printer = DocumentPrinter()
        var bytes: [UInt8] = []
        for part in parts {
            #expect(!printer.isFinished)
            #expect(builder.append(part) && printer.write(part, to: &bytes))
        }
        #expect(builder.finished == expected)
        #expect(printer.isFinished)
        #expect(String(decoding: bytes, as: UTF8.self) == expected.text())
    }

    @Test(
        arguments: [
            [.end], [.name("a")], [.value(1), .value(2)], [.beginObject, .value(1)], [.beginObject, .name("a"), .end],
            [.beginObject, .name("a"), .name("b")], [.beginArray, .name("a")], [.beginArray, .end, .end],
        ] as [[DocumentPart]])
    func `parts in an impossible order are refused`(parts: [DocumentPart]) {
        var builder = DocumentBuilder()
        var printer = DocumentPrinter()
        var bytes: [UInt8] = []
        #expect(!parts.allSatisfy { builder.append($0) })
        #expect(!parts.allSatisfy { printer.write($0, to: &bytes) })
    }
}
