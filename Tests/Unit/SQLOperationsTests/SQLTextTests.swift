import Database
import SIPMessage
import ScriptEngine
import Testing

@testable import SQLOperationsModule

@Suite struct SQLTextTests {
    @Test(
        arguments: [
            ("plain", "'plain'", "'plain'"), ("it's", #"'it\'s'"#, "'it''s'"), (#"a"b\c"#, #"'a\"b\\c'"#, #"'a"b\c'"#),
            ("", "''", "''"), ("a\0b", #"'a\0b'"#, "'ab'"), ("' or 1=1 --", #"'\' or 1=1 --'"#, "''' or 1=1 --'"),
        ] as [(ByteString, ByteString, ByteString)])
    func `a text cannot end its literal on either engine`(text: ByteString, mariaDB: ByteString, sqlite: ByteString) {
        #expect(SQLText.literal(text, quotesWithBackslash: true) == mariaDB)
        #expect(SQLText.literal(text, quotesWithBackslash: false) == sqlite)
    }

    @Test func `numbers that fit into 32 bits stay numbers`() {
        #expect(DatabaseValue.integer(5).scriptValue == .integer(5))
        #expect(DatabaseValue.integer(1 << 40).scriptValue == .string("1099511627776"))
        #expect(DatabaseValue.null.scriptValue == .null)
        #expect(DatabaseValue.text("x").scriptValue == .string("x"))
    }
}
