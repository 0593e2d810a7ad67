import SIPMessage
import ScriptEngine
import Testing

@testable import HashTablesModule

@Suite struct HashTableDefinitionTests {
    @Test func `all attributes are read`() throws {
        let definition = try HashTableDefinition(
            "calls => size=4; autoexpire=300;initval=-1;updateexpire=0;dbtable=rates;dbmode=1;cols='a, b,c';coldelim=':'"
        )
        #expect(definition.name == "calls")
        #expect(definition.sizeExponent == 4)
        #expect(definition.autoexpireSeconds == 300)
        #expect(definition.initialValue == -1)
        #expect(!definition.updatesExpiry)
        #expect(definition.databaseTable == "rates")
        #expect(definition.isStored)
        #expect(definition.columns == ["a", "b", "c"])
        #expect(definition.columnDelimiter == ":")
    }

    @Test func `a name alone has the defaults`() throws {
        let definition = try HashTableDefinition("t=>")
        #expect(definition.sizeExponent == 8)
        #expect(definition.autoexpireSeconds == 0)
        #expect(definition.initialValue == nil)
        #expect(definition.updatesExpiry)
    }

    @Test(
        arguments: [
            "t", "=>size=4", "t=>size", "t=>size=0", "t=>size=31", "t=>size=x", "t=>size=4x=>size=2", "t=>bogus=1",
            "t=>autoexpire=-1", "t=>autoexpire=99999999999", "t=>initval=9999999999999999999999", "t=>dbtable=a-b",
            "t=>cols='a'", "t=>cols='a,b c'", "t=>dmqreplicate=1", "t=>dbmode=2",
        ] as [ByteString])
    func `a bad definition is refused`(text: ByteString) {
        #expect(throws: ScriptError.self) { try HashTableDefinition(text) }
    }
}
