import SIPMessage
import Testing

@testable import HashTablesModule

@Suite struct HashTableTests {
    private func table(_ definition: ByteString) throws -> HashTable {
        HashTable(try HashTableDefinition(definition))
    }

    private func allItems(_ table: HashTable, now: Int = 0) -> [HashTableItem] {
        (0..<table.shardCount).flatMap { table.items(inShard: $0, now: now) }
    }

    @Test func `an item is set, read and removed`() throws {
        let table = try table("t=>size=4")
        #expect(table.value("k", now: 0) == nil)
        #expect(table.set("k", to: .string("v"), now: 0))
        #expect(table.value("k", now: 0) == .string("v"))
        #expect(table.value("K", now: 0) == nil)
        #expect(table.remove("k"))
        #expect(!table.remove("k"))
        #expect(table.value("k", now: 0) == nil)
    }

    @Test func `items that do not exist have the initial value`() throws {
        let table = try table("t=>size=4;initval=7")
        #expect(table.value("k", now: 0) == .integer(7))
        #expect(table.item("k", now: 0) == nil)
    }

    // MARK: - Counting up and down

    @Test func `adding needs an item or an initial value`() throws {
        #expect(try table("t=>size=4").add(1, to: "k", now: 0) == nil)
        let table = try table("t=>size=4;initval=0")
        #expect(table.add(-1, to: "k", now: 0) == -1)
        #expect(table.add(5, to: "k", now: 0) == 4)
    }

    @Test func `a text cannot be added to and stays`() throws {
        let table = try table("t=>size=4;initval=0")
        table.set("k", to: .string("5"), now: 0)
        #expect(table.add(1, to: "k", now: 0) == nil)
        #expect(table.value("k", now: 0) == .string("5"))
    }

    @Test func `a sum wraps at 32 bits`() throws {
        let table = try table("t=>size=4")
        table.set("k", to: .integer(Int(Int32.max)), now: 0)
        #expect(table.add(1, to: "k", now: 0) == Int(Int32.min))
    }

    // MARK: - Life

    @Test func `an item ends after the table's time, and reads as absent at once`() throws {
        let table = try table("t=>size=4;autoexpire=10;initval=1")
        table.set("k", to: .integer(5), now: 100)
        #expect(table.secondsLeft("k", now: 103) == 7)
        #expect(table.value("k", now: 109) == .integer(5))
        #expect(table.value("k", now: 110) == .integer(1))
        #expect(table.add(1, to: "k", now: 110) == 2)
        #expect(table.secondsLeft("k", now: 110) == 10)
    }

    @Test func `writing renews the life unless updateexpire is 0`() throws {
        let renewed = try table("t=>size=4;autoexpire=10")
        let kept = try table("t=>size=4;autoexpire=10;updateexpire=0")
        for table in [renewed, kept] {
            table.set("k", to: .integer(1), now: 100)
            table.set("k", to: .integer(2), now: 105)
            _ = table.add(1, to: "k", now: 106)
        }
        #expect(renewed.secondsLeft("k", now: 106) == 10)
        #expect(kept.secondsLeft("k", now: 106) == 4)
    }

    @Test func `a life of its own holds for one item`() throws {
        let table = try table("t=>size=4;autoexpire=10")
        table.set("k", to: .integer(1), now: 100, seconds: 60)
        #expect(table.secondsLeft("k", now: 100) == 60)
        table.setSeconds(5, of: "k", now: 100)
        #expect(table.secondsLeft("k", now: 100) == 5)
        table.setSeconds(5, of: "missing", now: 100)
        #expect(table.item("missing", now: 100) == nil)
    }

    @Test func `a table without autoexpire knows no ends`() throws {
        let table = try table("t=>size=4")
        table.set("k", to: .integer(1), now: 100)
        table.setSeconds(5, of: "k", now: 100)
        #expect(table.secondsLeft("k", now: 100) == 0)
    }

    @Test func `the sweep hands over what has ended`() throws {
        let table = try table("t=>size=4;autoexpire=10")
        table.set("old", to: .string("x"), now: 100)
        table.set("new", to: .string("y"), now: 105)
        #expect(table.sweep(now: 110) == [HashTableItem(key: "old", value: .string("x"), expires: 110)])
        #expect(allItems(table, now: 110).map(\.key) == ["new"])
    }

    // MARK: - All items

    @Test func `shards hold every item once, in the order of slots`() throws {
        let table = try table("t=>size=10")
        for index in 0..<500 { table.set(ByteString("k\(index)"), to: .integer(index), now: 0) }
        let items = allItems(table)
        #expect(Set(items.map(\.key)).count == 500)
        let slots = items.map { table.slot(of: $0.key) }
        #expect(slots == slots.sorted())
        #expect(slots.allSatisfy { $0 >= 0 && $0 < 1024 })
        #expect(table.occupancy().all == 500)
    }

    @Test func `items are counted and removed by a condition`() throws {
        let table = try table("t=>size=1")
        for key in ["a1", "a2", "b1"] as [ByteString] { table.set(key, to: .string(key), now: 0) }
        #expect(table.count(now: 0) { key, _ in key.hasPrefix("a") } == 2)
        table.removeAll { key, _ in key.hasPrefix("a") }
        #expect(allItems(table).map(\.key) == ["b1"])
        table.removeAll()
        #expect(table.occupancy().all == 0)
    }

    @Test func `a reload replaces everything`() throws {
        let table = try table("t=>size=4")
        table.set("old", to: .integer(1), now: 0)
        table.replace(by: [HashTableItem(key: "new", value: .integer(2), expires: 0)])
        #expect(allItems(table).map(\.key) == ["new"])
    }

    @Test func `an iterator sees every item although items are removed meanwhile`() throws {
        let table = try table("t=>size=1")
        for index in 0..<50 { table.set(ByteString("k\(index)"), to: .integer(index), now: 0) }
        let iterator = HashTableIterator(table)
        var seen = 0
        while iterator.next(now: 0) {
            seen += 1
            if let key = iterator.current?.key { table.remove(key) }
        }
        #expect(seen == 50)
        #expect(iterator.current == nil)
        #expect(table.occupancy().all == 0)
    }
}
