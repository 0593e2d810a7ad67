/// Values by network, found by address: the most specific, or all.
///
/// Built once and never changed, so it can be shared without locks and swapped as a whole. Bits behind a prefix are
/// ignored. The same network may occur several times; its values keep their order. IPv4 and IPv6 are apart: an
/// IPv4-mapped address must be unmapped by the caller if it is to match IPv4 networks.
package struct PrefixTree<Value: Sendable>: Sendable {
    /// Finds the networks.
    package let index: PrefixIndex
    /// The values, those of one network side by side.
    package let values: [Value]

    /// Builds the tree; the cost is that of sorting.
    package init(_ entries: some Sequence<(AddressPrefix, Value)>) {
        let entries = Array(entries)
        let (index, order) = PrefixIndex.build(entries.map { $0.0 })
        self.index = index
        values = order.map { entries[Int($0)].1 }
    }

    /// The number of values.
    @inlinable
    package var count: Int { values.count }

    /// The first value of the smallest network around an address.
    @inlinable
    package func longestMatch(_ address: IPAddress) -> Value? {
        let network = index.smallest(around: address)
        return network < 0 ? nil : values[index.values(of: network).lowerBound]
    }

    /// Tells whether any network holds the address.
    @inlinable
    package func contains(_ address: IPAddress) -> Bool {
        index.smallest(around: address) >= 0
    }

    /// All values whose network holds the address, from the smallest network to the largest.
    @inlinable
    package func matches(_ address: IPAddress) -> [Value] {
        var found: [Value] = []
        _ = firstMatch(address) { value in
            found.append(value)
            return false
        }
        return found
    }

    /// The first value, from the smallest network to the largest, that a condition accepts.
    @inlinable
    package func firstMatch(_ address: IPAddress, where isAccepted: (Value) -> Bool) -> Value? {
        var network = index.smallest(around: address)
        while network >= 0 {
            for place in index.values(of: network) where isAccepted(values[place]) { return values[place] }
            network = index.parent(of: network)
        }
        return nil
    }
}

/// The part of a prefix tree that does not depend on the type of the values.
package struct PrefixIndex: Sendable {
    private let v4: PrefixSet<UInt32>
    private let v6: PrefixSet<UInt128>
    /// The number of the first IPv6 network; IPv4 networks come before.
    private let v6Start: Int
    /// Where the values of each network start, and the end of the last; empty if each network has one value.
    private let valueStarts: [UInt32]

    /// Builds the index, and tells in which order the values of the given prefixes stand.
    static func build(_ prefixes: [AddressPrefix]) -> (index: PrefixIndex, order: [UInt32]) {
        precondition(prefixes.count < UInt32.max, "more networks than 32 bits can number")
        var v4: [PrefixSet<UInt32>.Entry] = []
        var v6: [PrefixSet<UInt128>.Entry] = []
        for (place, prefix) in prefixes.enumerated() {
            let first = prefix.first
            let length = UInt8(truncatingIfNeeded: prefix.length)
            let source = UInt32(truncatingIfNeeded: place)
            switch first.family {
            case .v4: v4.append(.init(first: UInt32(truncatingIfNeeded: first.low), length: length, source: source))
            case .v6: v6.append(.init(first: first.bits, length: length, source: source))
            }
        }
        v4.sort()
        v6.sort()
        var starts: [UInt32] = []
        let order = v4.map(\.source) + v6.map(\.source)
        let v4Networks = unique(v4, offset: 0, &starts)
        let v6Networks = unique(v6, offset: v4.count, &starts)
        starts.append(UInt32(truncatingIfNeeded: order.count))
        if starts.count == order.count + 1 { starts = [] }
        let index = PrefixIndex(
            v4: PrefixSet(sorted: v4Networks), v6: PrefixSet(sorted: v6Networks), v6Start: v4Networks.count,
            valueStarts: starts)
        return (index, order)
    }

    /// Each network once; notes where the values of each start.
    private static func unique<Key>(
        _ sorted: [PrefixSet<Key>.Entry], offset: Int, _ starts: inout [UInt32]
    ) -> [PrefixSet<Key>.Entry] {
        var networks: [PrefixSet<Key>.Entry] = []
        networks.reserveCapacity(sorted.count)
        for (place, entry) in sorted.enumerated() {
            if let last = networks.last, last.isSameNetwork(as: entry) { continue }
            networks.append(entry)
            starts.append(UInt32(truncatingIfNeeded: offset + place))
        }
        return networks
    }

    private init(v4: PrefixSet<UInt32>, v6: PrefixSet<UInt128>, v6Start: Int, valueStarts: [UInt32]) {
        self.v4 = v4
        self.v6 = v6
        self.v6Start = v6Start
        self.valueStarts = valueStarts
    }

    /// The smallest network around an address, or -1.
    package func smallest(around address: IPAddress) -> Int {
        switch address.family {
        case .v4:
            let number = v4.smallest(around: UInt32(truncatingIfNeeded: address.low))
            return number == PrefixSet<UInt32>.none ? -1 : Int(number)
        case .v6:
            let number = v6.smallest(around: address.bits)
            return number == PrefixSet<UInt128>.none ? -1 : v6Start + Int(number)
        }
    }

    /// The next larger network around a network, or -1.
    package func parent(of network: Int) -> Int {
        if network < v6Start {
            let number = v4.parent(of: UInt32(network))
            return number == PrefixSet<UInt32>.none ? -1 : Int(number)
        }
        let number = v6.parent(of: UInt32(network - v6Start))
        return number == PrefixSet<UInt128>.none ? -1 : v6Start + Int(number)
    }

    /// The places of a network's values.
    package func values(of network: Int) -> Range<Int> {
        valueStarts.isEmpty ? network..<(network + 1) : Int(valueStarts[network])..<Int(valueStarts[network + 1])
    }
}
