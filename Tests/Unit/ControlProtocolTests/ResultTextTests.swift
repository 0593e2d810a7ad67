import ControlProtocol
import Testing

@Suite struct ResultTextTests {
    private func text(_ result: JSONValue) -> String {
        var bytes: [UInt8] = []
        ResultText.write(ResultRecord.records(of: result), to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    // Each pair is one method of Kamailio 5.6.3 by JSON and by kamcmd.
    @Test func `an object is a structure`() {
        #expect(
            text(["now": "Sun Nov 22 19:48:00 2026", "uptime": 33])
                == "{\n\tnow: Sun Nov 22 19:48:00 2026\n\tuptime: 33\n}\n")
    }

    @Test func `the elements of an array are records of their own`() {
        #expect(text(["hello", 5, "7"]) == "hello\n5\n7\n")
        #expect(
            text([["IDX": 0, "PID": 7], ["IDX": 1, "PID": 8]]) == "{\n\tIDX: 0\n\tPID: 7\n}\n{\n\tIDX: 1\n\tPID: 8\n}\n"
        )
    }

    @Test func `elements that are one named thing each repeat the name`() {
        #expect(
            text([["socket": ["proto": "udp"]], ["socket": ["proto": "tcp"]]])
                == "{\n\tsocket: {\n\t\tproto: udp\n\t}\n\tsocket: {\n\t\tproto: tcp\n\t}\n}\n")
        #expect(
            text(["Domains": [["Domain": ["Size": 1024, "AoRs": [["Info": ["AoR": "a"]], ["Info": ["AoR": "b"]]]]]]])
                == """
                {
                \tDomains: {
                \t\tDomain: {
                \t\t\tSize: 1024
                \t\t\tAoRs: {
                \t\t\t\tInfo: {
                \t\t\t\t\tAoR: a
                \t\t\t\t}
                \t\t\t\tInfo: {
                \t\t\t\t\tAoR: b
                \t\t\t\t}
                \t\t\t}
                \t\t}
                \t}
                }

                """)
    }

    @Test func `other elements inside a structure have no name`() {
        #expect(
            text([["entry": 1, "slot": [["name": "k4", "value": "v4"]]]])
                == "{\n\tentry: 1\n\tslot: {\n\t\t{\n\t\t\tname: k4\n\t\t\tvalue: v4\n\t\t}\n\t}\n}\n")
        #expect(
            text(["profiles": ["all", ["caller": "x"]]])
                == "{\n\tprofiles: {\n\t\tall\n\t\t{\n\t\t\tcaller: x\n\t\t}\n\t}\n}\n")
    }

    @Test func `nothing prints nothing`() {
        #expect(text([:]) == "")
        #expect(text([]) == "")
        #expect(text("") == "\n")
    }

    @Test func `a text is printed as it is and null in Kamailio's words`() {
        #expect(text("a\nb") == "a\nb\n")
        #expect(text(["SOCKET": .null, "on": true]) == "{\n\tSOCKET: <null string>\n\ton: 1\n}\n")
    }

    @Test func `arrays of other servers keep their brackets`() {
        var bytes: [UInt8] = []
        ResultText.write([.array([.integer(1), .text("a")])], to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "\t[\n\t1\n\ta\n]\n")
    }

    @Test(arguments: [
        (0, "0"), (-0.0, "0"), (2, "2"), (1.5, "1.500000"), (-1.5, "-1.500000"), (0.5, "0.500000"), (0.1, "0.100000"),
        (1e15, "1000000000000000"), (0.0000005, "0.000000"), (0.0000015, "0.000002"), (0.9999999, "1.000000"),
        (123456.7890125, "123456.789012"), (1e-300, "0.000000"), (1e22, "10000000000000000000000"),
        (2.5e-6, "0.000003"), (.leastNonzeroMagnitude, "0.000000"), (-0.001, "-0.001000"), (.infinity, "inf"),
        (-.infinity, "-inf"),
        (.nan, "nan"), (4503599627370495.5, "4503599627370495.500000"),
    ])
    func `numbers have six decimals or none`(number: Double, text: String) {
        #expect(DecimalText.text(of: number) == text)
    }

    @Test(arguments: [
        (#"%v | %v\n"#, ["1", "a", "2", "b"], "1 | a\n2 | b\n"),
        (#"A%%v %v-%v\n"#, ["1", "2", "3"], "A%v 1-2\nA%v 3-\n"),
        (#"none:%v\n"#, [], "none:\n"), ("abc", ["a", "b"], "abcaabcb"), (#"\q%x%"#, ["1"], #"\q%x%1"#),
        (#"%v\t\\\r"#, ["1"], "1\t\\\r"),
    ])
    func `a format is repeated until the values end`(format: String, values: [String], text: String) {
        #expect(ResultFormat(format).text(of: values) == text)
    }

    @Test func `the values of a format are the lines of the text`() {
        let records = ResultRecord.records(of: ["now": "x", "in": ["a": 1], "list": [1]])
        #expect(
            ResultText.values(of: records)
                == ["{", "now: x", "in: {", "a: 1", "}", "list: {", "1", "}", "}"])
    }

    @Test(
        arguments: [
            ["a": 1, "b": ["c": "d"]], [1, "a"], "x", [["socket": ["p": 1]], ["socket": ["p": 2]]],
            ["l": [["a": 1, "b": 2], ["a": 3, "b": 4]]], [["x": 1, "l": ["all", ["c": "d"]]], 5],
        ] as [JSONValue])
    func `records become the JSON that they came from`(value: JSONValue) {
        #expect(ResultRecord.json(of: ResultRecord.records(of: value)) == value)
    }
}
