import NetworkAddress

/// Counts how often addresses are seen, in a tree of their octets that only grows where there is traffic.
///
/// A prefix gets a node for the next octet when it has been hit often enough, so a flood from countless addresses
/// costs no more memory than its busiest prefixes. Time is passed in, in seconds of a clock that does not step.
/// Hits are kept for the present period and the one before it.
///
/// Kamailio: module pike, whose thresholds these are.
struct AddressTree {
    /// The rates that make an address blocked.
    struct Settings: Sendable, Equatable {
        /// The length of a period in seconds.
        var periodSeconds = 2
        /// Hits in a period from which on an address is blocked.
        var hitsMax = 30
        /// Seconds after which an address that is silent is forgotten.
        var latencySeconds = 120
    }

    /// What one hit came to.
    enum Verdict: Sendable, Equatable {
        case passed
        /// The address has just reached the limit.
        case becameBlocked
        case blocked
    }

    /// An address that is counted.
    struct Entry: Sendable, Equatable {
        var address: IPAddress
        var previousHits: Int
        var currentHits: Int
        var secondsLeft: Int
        var isHot: Bool
        var isWarm: Bool
    }

    private struct Node {
        var octet: UInt8
        var isBlocked = false
        /// The last period in which it was hit; older counts are void.
        var period = 0
        var previous: UInt32 = 0
        var current: UInt32 = 0
        var previousAsAddress: UInt32 = 0
        var currentAsAddress: UInt32 = 0
        var expires = 0
        var parent: Int32 = -1
        var firstChild: Int32 = -1
        var nextSibling: Int32 = -1
        var depth: UInt8 = 0
        var isIPv6 = false
    }

    let settings: Settings
    /// More nodes are not made: their prefixes go on counting for them.
    let nodeCountMax: Int
    private var nodes: [Node] = []
    private var free: [Int32] = []
    /// The first octets; those of IPv6 stand behind those of IPv4.
    private var roots = [Int32](repeating: -1, count: 512)

    init(_ settings: Settings, nodeCountMax: Int) {
        self.settings = settings
        self.nodeCountMax = nodeCountMax
    }

    /// The number of nodes in use.
    var nodeCount: Int { nodes.count - free.count }

    // MARK: - Hits

    /// Counts one hit of an address.
    mutating func hit(_ address: IPAddress, now: Int) -> Verdict {
        let octets = address.octets
        let root = Int(octets[0]) + (address.isIPv6 ? 256 : 0)
        guard roots[root] >= 0 else {
            roots[root] = makeNode(octets[0], below: -1, isIPv6: address.isIPv6, now: now)
            if roots[root] >= 0 { nodes[Int(roots[root])].current = 1 }
            return .passed
        }
        var index = roots[root]
        var depth = 1
        refresh(index, now)
        while depth < octets.count, let child = child(of: index, octets[depth]) {
            index = child
            depth += 1
            refresh(index, now)
        }
        nodes[Int(index)].expires = now + settings.latencySeconds
        return depth == octets.count ? hitAddress(index) : hitPrefix(index, next: octets[depth], now)
    }

    private mutating func hitAddress(_ index: Int32) -> Verdict {
        let node = Int(index)
        if nodes[node].currentAsAddress < .max { nodes[node].currentAsAddress += 1 }
        if nodes[node].isBlocked { return .blocked }
        guard isHot(nodes[node]) else { return .passed }
        nodes[node].isBlocked = true
        return .becameBlocked
    }

    private mutating func hitPrefix(_ index: Int32, next octet: UInt8, _ now: Int) -> Verdict {
        let node = Int(index)
        if nodes[node].current < .max { nodes[node].current += 1 }
        guard exceeds(nodes[node].previous, nodes[node].current, settings.hitsMax >> 2) else { return .passed }
        let child = makeNode(octet, below: index, isIPv6: nodes[node].isIPv6, now: now)
        // The prefix stays hot, so the octets behind it are told apart at the next hits.
        if child >= 0 { nodes[Int(child)].current = nodes[node].current - 1 }
        return .passed
    }

    private func isHot(_ node: Node) -> Bool {
        exceeds(node.previousAsAddress, node.currentAsAddress, settings.hitsMax)
    }

    private func exceeds(_ previous: UInt32, _ current: UInt32, _ limit: Int) -> Bool {
        Int(previous) >= limit || Int(current) >= limit || (Int(previous) + Int(current)) >> 1 >= limit
    }

    /// Brings the counts of a node to the present period.
    private mutating func refresh(_ index: Int32, _ now: Int) {
        let node = Int(index)
        let period = now / settings.periodSeconds
        let age = period - nodes[node].period
        guard age > 0 else { return }
        nodes[node].previous = age == 1 ? nodes[node].current : 0
        nodes[node].previousAsAddress = age == 1 ? nodes[node].currentAsAddress : 0
        nodes[node].current = 0
        nodes[node].currentAsAddress = 0
        nodes[node].period = period
        if nodes[node].isBlocked, !isHot(nodes[node]) { nodes[node].isBlocked = false }
    }

    // MARK: - Nodes

    private func child(of parent: Int32, _ octet: UInt8) -> Int32? {
        var index = nodes[Int(parent)].firstChild
        while index >= 0 {
            if nodes[Int(index)].octet == octet { return index }
            index = nodes[Int(index)].nextSibling
        }
        return nil
    }

    /// A new node, or -1 when there are too many.
    private mutating func makeNode(_ octet: UInt8, below parent: Int32, isIPv6: Bool, now: Int) -> Int32 {
        guard nodeCount < nodeCountMax else { return -1 }
        var node = Node(octet: octet)
        node.period = now / settings.periodSeconds
        node.expires = now + settings.latencySeconds
        node.isIPv6 = isIPv6
        node.parent = parent
        if parent >= 0 {
            node.depth = nodes[Int(parent)].depth + 1
            node.nextSibling = nodes[Int(parent)].firstChild
        }
        let index: Int32
        if let reused = free.popLast() {
            index = reused
            nodes[Int(index)] = node
        } else {
            index = Int32(nodes.count)
            nodes.append(node)
        }
        if parent >= 0 { nodes[Int(parent)].firstChild = index }
        return index
    }

    // MARK: - Forgetting

    /// Removes what has been silent for too long.
    ///
    /// - Returns: the addresses that were blocked and are not any more.
    mutating func sweep(now: Int) -> [IPAddress] {
        var unblocked: [IPAddress] = []
        for index in nodes.indices where nodes[index].depth != Self.unused {
            let wasBlocked = nodes[index].isBlocked
            refresh(Int32(index), now)
            if wasBlocked, !nodes[index].isBlocked { unblocked.append(address(of: index)) }
        }
        // From the longest prefixes to the shortest, so that one pass takes whole branches.
        for index in nodes.indices.reversed() where nodes[index].depth != Self.unused { prune(Int32(index), now) }
        return unblocked
    }

    /// The depth of nodes that are free.
    private static let unused: UInt8 = .max

    private mutating func prune(_ start: Int32, _ now: Int) {
        var index = start
        while index >= 0, nodes[Int(index)].firstChild < 0, nodes[Int(index)].expires <= now {
            let node = nodes[Int(index)]
            unlink(index, node)
            nodes[Int(index)].depth = Self.unused
            free.append(index)
            index = node.parent
        }
    }

    private mutating func unlink(_ index: Int32, _ node: Node) {
        guard node.parent >= 0 else {
            roots[Int(node.octet) + (node.isIPv6 ? 256 : 0)] = -1
            return
        }
        guard nodes[Int(node.parent)].firstChild != index else {
            nodes[Int(node.parent)].firstChild = node.nextSibling
            return
        }
        var sibling = nodes[Int(node.parent)].firstChild
        while sibling >= 0, nodes[Int(sibling)].nextSibling != index { sibling = nodes[Int(sibling)].nextSibling }
        if sibling >= 0 { nodes[Int(sibling)].nextSibling = node.nextSibling }
    }

    // MARK: - Listing

    /// The addresses that are counted, in no particular order.
    mutating func entries(now: Int) -> [Entry] {
        var entries: [Entry] = []
        for index in nodes.indices where isAddress(nodes[index]) {
            refresh(Int32(index), now)
            let node = nodes[index]
            entries.append(
                Entry(
                    address: address(of: index), previousHits: Int(node.previousAsAddress),
                    currentHits: Int(node.currentAsAddress), secondsLeft: max(0, node.expires - now),
                    isHot: isHot(node), isWarm: Int(node.current) >= max(1, settings.hitsMax >> 2)))
        }
        return entries
    }

    private func isAddress(_ node: Node) -> Bool {
        node.depth != Self.unused && node.depth == (node.isIPv6 ? 15 : 3)
    }

    private func address(of index: Int) -> IPAddress {
        var octets: [UInt8] = []
        var next = Int32(index)
        while next >= 0 {
            octets.append(nodes[Int(next)].octet)
            next = nodes[Int(next)].parent
        }
        return IPAddress(octets: octets.reversed()) ?? IPAddress(v4: 0)
    }
}
