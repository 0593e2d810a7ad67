import SIPMessage
import ScriptEngine
import Testing

@testable import NumberTranslationModule

@Suite struct TranslationPlanTests {
    private func row(
        _ pattern: ByteString, _ substitution: ByteString, _ replacement: ByteString, plan: Int = 1, priority: Int = 1,
        match: Int = 1, length: Int = 0, attributes: ByteString = ""
    ) -> TranslationRule.Row {
        .init(
            plan: plan, priority: priority, match: match, pattern: pattern, length: length,
            substitution: substitution, replacement: replacement, attributes: attributes)
    }

    @Test func `the first rule by priority translates`() throws {
        let plans = TranslationPlans([
            try TranslationRule(row("^0", "^0(.*)$", "+49\\1", priority: 2, attributes: "national")),
            try TranslationRule(row("^00", "^00(.*)$", "+\\1", attributes: "intl")),
            try TranslationRule(row("110", "", "emergency", plan: 2, match: 0, attributes: "e")),
        ])
        #expect(plans.translate("004912", plan: 1) == .init(output: "+4912", attributes: "intl"))
        #expect(plans.translate("0891", plan: 1) == .init(output: "+49891", attributes: "national"))
        #expect(plans.translate("110", plan: 2) == .init(output: "emergency", attributes: "e"))
        #expect(plans.translate("5", plan: 1) == nil)
        #expect(plans.translate("5", plan: 9) == nil)
    }

    @Test func `length, patterns of the shell and whole matches count`() throws {
        let long = try TranslationRule(row("^1", "^(1)(?:2)(.)$", "\\2-\\1-\\0", length: 3))
        #expect(!long.matches("12"))
        #expect(long.matches("123"))
        #expect(long.translate("123")?.output == "3-1-123")
        #expect(try TranslationRule(row("49*", "", "", match: 2)).matches("4912"))
        #expect(try TranslationRule(row("49?", "", "", match: 2)).translate("491")?.output == "491")
    }

    @Test func `a row that is wrong is refused`() {
        for bad in [row("x", "", "", match: 7), row("(", "", ""), row("x", "(a)", "\\2")] {
            #expect(throws: ScriptError.self) { _ = try TranslationRule(bad) }
        }
    }
}

@Suite struct PrefixTableTests {
    private let digits = Set("0123456789".utf8)

    @Test func `the longest prefix comes first`() throws {
        var table = PrefixTable()
        try table.add("DE", at: "49", characters: digits)
        try table.add("DEM", at: "491", characters: digits)
        try table.add("US", at: "1", characters: digits)
        #expect(table.matches(of: "49123").map(\.prefix) == ["491", "49"])
        #expect(table.matches(of: "49").map(\.values) == [["DE"]])
        #expect(table.matches(of: "3").isEmpty)
        #expect(table.entries.map(\.prefix) == ["1", "49", "491"])
        #expect(table.count == 3)
    }

    @Test(arguments: ["", "4a", String(repeating: "1", count: 65)])
    func `a bad prefix is refused`(prefix: String) {
        var table = PrefixTable()
        #expect(throws: ScriptError.self) { try table.add("x", at: ByteString(prefix), characters: digits) }
    }

    @Test func `a tree is read from its definition`() throws {
        let tree = try TreeDefinition("name=pf;dbtable=mtrees;type=2;multi=1")
        #expect(tree.name == "pf" && tree.table == "mtrees" && tree.kind == .number && tree.sharesTable)
        for bad in ["dbtable=x", "name=a;type=9", "name=a;x=1", "name"] as [ByteString] {
            #expect(throws: ScriptError.self) { _ = try TreeDefinition(bad) }
        }
    }
}
