import ControlProtocol
import Testing

@testable import JSONRPCModule

@Suite struct KamailioPrinterTests {
    private func text(_ value: JSONValue, isPretty: Bool) -> String {
        var printer = KamailioPrinter(isPretty: isPretty)
        printer.write(.value(value))
        return String(decoding: printer.take(), as: UTF8.self)
    }

    private let value: JSONValue = [
        "a": 1, "b": ["x", ["y": []], .object([])], "c": .object([]), "d": "\"\n",
    ]

    @Test func `the compact form has no blanks`() {
        #expect(text(value, isPretty: false) == #"{"a":1,"b":["x",{"y":[]},{}],"c":{},"d":"\"\n"}"#)
    }

    @Test func `the form for people has tabs, and arrays on a line`() {
        #expect(
            text(value, isPretty: true)
                == "{\n\t\"a\":\t1,\n\t\"b\":\t[\"x\", {\n\t\t\t\"y\":\t[]\n\t\t}, {\n\t\t}],\n\t\"c\":\t{\n\t},\n\t\"d\":\t\"\\\"\\n\"\n}"
        )
    }

    @Test func `parts give the same as the whole`() {
        var printer = KamailioPrinter(isPretty: true)
        for part in [
            .beginObject, .name("a"), .value(1), .name("b"), .beginArray, .value("x"), .beginObject, .name("y"),
            .beginArray, .end, .end, .value(.object([])), .end, .name("c"), .beginObject, .end, .name("d"),
            .value("\"\n"), .end,
        ] as [DocumentPart] { printer.write(part) }
        #expect(String(decoding: printer.take(), as: UTF8.self) == text(value, isPretty: true))
    }
}
