/// Finds the networks around an address: the smallest one, and from there each larger one.
///
/// Networks never overlap in part, so all of them cut the address space into at most twice as many ranges, each of
/// which has one smallest network. A look-up is one search for the range, whatever the lengths of the prefixes.
struct PrefixSet<Key: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    /// Marks a range outside all networks, and a network in no other.
    static var none: UInt32 { UInt32.max }

    /// The smallest network of each range of addresses.
    private let ranges: RangeIndex<Key>
    /// The next larger network around each, by number.
    private let parents: [UInt32]

    /// A network by its first address and length, and the place of its value in the input.
    struct Entry: Comparable {
        let first: Key
        let length: UInt8
        let source: UInt32

        static func < (left: Entry, right: Entry) -> Bool {
            if left.first != right.first { return left.first < right.first }
            return left.length != right.length ? left.length < right.length : left.source < right.source
        }

        func isSameNetwork(as other: Entry) -> Bool { first == other.first && length == other.length }
    }

    /// Builds the set from sorted networks, each once; they are numbered in that order.
    init(sorted entries: [Entry]) {
        var starts: [Key] = [0]
        var owners: [UInt32] = [Self.none]
        var parents: [UInt32] = []
        starts.reserveCapacity(entries.count * 2)
        owners.reserveCapacity(entries.count * 2)
        parents.reserveCapacity(entries.count)
        /// The networks around the current place, the smallest last.
        var open: [(last: Key, number: UInt32)] = []
        func mark(_ start: Key, _ owner: UInt32) {
            if let previous = starts.last, previous == start {
                owners[owners.count - 1] = owner
            } else {
                starts.append(start)
                owners.append(owner)
            }
        }
        func close(before start: Key?) {
            while let top = open.last, start.map({ top.last < $0 }) ?? true {
                open.removeLast()
                if top.last < Key.max { mark(top.last + 1, open.last?.number ?? Self.none) }
            }
        }
        for (place, entry) in entries.enumerated() {
            let number = UInt32(truncatingIfNeeded: place)
            close(before: entry.first)
            parents.append(open.last?.number ?? Self.none)
            mark(entry.first, number)
            let hosts = Int(entry.length) == Key.bitWidth ? 0 : Key.max >> Key(entry.length)
            open.append((entry.first | hosts, number))
        }
        close(before: nil)
        ranges = RangeIndex(starts: starts, owners: owners)
        self.parents = parents
    }

    /// The number of the smallest network around an address, or `none`.
    func smallest(around address: Key) -> UInt32 {
        ranges.owner(of: address)
    }

    /// The number of the next larger network around a network, or `none`.
    func parent(of number: UInt32) -> UInt32 { parents[Int(number)] }
}
