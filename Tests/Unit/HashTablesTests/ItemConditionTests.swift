import SIPMessage
import Testing

@testable import HashTablesModule

@Suite struct ItemConditionTests {
    @Test(
        arguments: [
            ("eq", "abc", true), ("eq", "ab", false), ("ne", "ab", true), ("ne", "abc", false), ("sw", "ab", true),
            ("sw", "bc", false), ("ew", "bc", true), ("ew", "ab", false), ("in", "b", true), ("in", "x", false),
            ("re", "^a.c$", true), ("re", "^b", false), ("rm", "b", true),
        ] as [(ByteString, ByteString, Bool)])
    func `operators compare names`(operation: ByteString, operand: ByteString, expected: Bool) throws {
        let condition = try #require(try ItemCondition(operation: operation, operand))
        #expect(condition.isSatisfied(by: "abc" as ByteString) == expected)
    }

    @Test func `an operator that does not exist is none`() throws {
        let isKnown = try ItemCondition(operation: "xx", "a") != nil
        #expect(!isKnown)
    }

    @Test(
        arguments: [
            ("~~^a", true), ("~^ab", true), ("~%bc", true), ("~%ab", false), ("==abc", true), ("==ab", false),
            ("b", true),
            ("eq12", false),
        ] as [(ByteString, Bool)])
    func `counting conditions look at texts`(text: ByteString, expected: Bool) throws {
        let condition = try ItemCondition(counting: text, numbers: true)
        #expect(condition.isSatisfied(by: HashTableValue.string("abc")) == expected)
    }

    @Test func `only eq finds numbers`() throws {
        #expect(try ItemCondition(counting: "eq12", numbers: true).isSatisfied(by: HashTableValue.integer(12)))
        #expect(try !ItemCondition(counting: "12", numbers: true).isSatisfied(by: HashTableValue.integer(12)))
    }

    @Test func `a bad expression is refused`() {
        #expect(throws: (any Error).self) { try ItemCondition(counting: "~~(", numbers: false) }
    }
}
