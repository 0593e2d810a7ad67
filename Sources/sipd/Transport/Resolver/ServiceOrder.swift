/// The order in which the servers of a service are tried (RFC 2782).
enum ServiceOrder {
    /// Sorts by priority, and within one priority by weight.
    ///
    /// When balancing, the servers of one priority come in a random order in which each is first with a probability
    /// proportional to its weight; weight 0 nearly never is. Otherwise the heaviest is always first, as in Kamailio.
    static func sorted(
        _ services: [DNSService], balancing: Bool, using generator: inout some RandomNumberGenerator
    ) -> [DNSService] {
        // The sort is stable only by way of the index.
        let order = services.enumerated().sorted { left, right in
            (left.element.priority, UInt16.max - left.element.weight, left.offset)
                < (right.element.priority, UInt16.max - right.element.weight, right.offset)
        }.map(\.element)
        guard balancing else { return order }
        var result: [DNSService] = []
        var rest = order[...]
        while let priority = rest.first?.priority {
            let group = rest.prefix { $0.priority == priority }
            rest = rest.dropFirst(group.count)
            result += shuffled(Array(group), using: &generator)
        }
        return result
    }

    private static func shuffled(
        _ group: [DNSService], using generator: inout some RandomNumberGenerator
    ) -> [DNSService] {
        // Those of weight 0 stand first in the running sum, so that they are chosen only by the number 0.
        var group = group.filter { $0.weight == 0 } + group.filter { $0.weight != 0 }
        var result: [DNSService] = []
        while !group.isEmpty {
            let total = group.reduce(0) { $0 + Int($1.weight) }
            let point = Int.random(in: 0...total, using: &generator)
            var sum = 0
            let index = group.firstIndex { service in
                sum += Int(service.weight)
                return sum >= point
            }
            result.append(group.remove(at: index ?? 0))
        }
        return result
    }
}
