/// What a caller wants of a listing: which rows, which columns, how many, from where on, and sent how.
///
///     {"stream": true, "limit": 100, "cursor": "300", "fields": ["AoR", "Address"], "where": {"AoR": "alice"}}
///
/// Any method whose description says that it lists takes these by name, or in an object behind its positional
/// parameters. A parameter of the method's own by one of these names comes first.
package struct ListingOptions: Sendable, Hashable {
    // Our own: far more than a table has columns.
    private static let columnsMax = 256
    // Our own: a listing is never this long, and sums with it stay in range.
    private static let positionMax: Int64 = 1 << 48

    /// Whether each row is sent as a notification of its own, before the result.
    package var streams = false
    /// How many rows there may be; nil for all.
    package var limit: Int?
    /// How many rows of the unfiltered listing were read before (`cursor` of the answer before).
    package var cursor = 0
    /// The columns to send, in this order; nil for all.
    package var fields: [String]?
    /// What a row has to fulfil; all of them.
    package var conditions: [RowCondition] = []

    /// The names of the options.
    package static let names = ["stream", "limit", "cursor", "fields", "where"]

    /// All rows and columns, in one answer.
    package init() {}

    /// Reads options from members with these names.
    ///
    /// - Throws: `MethodFault` -32602 that names the option.
    package init(_ members: [JSONMember]) throws(MethodFault) {
        let call = MethodCall(method: "", named: members)
        streams = try call.optionalBool(0, named: "stream") ?? false
        if let value = call.value(0, named: "limit"), !value.isNull {
            limit = Int(try call.integer(0, named: "limit", in: 1...Self.positionMax))
        }
        if let value = call.value(0, named: "cursor"), !value.isNull {
            cursor = Int(try call.integer(0, named: "cursor", in: 0...Self.positionMax))
        }
        if let value = call.value(0, named: "fields"), !value.isNull { fields = try Self.columns(value) }
        switch call.value(0, named: "where") {
        case nil, .null: break
        case .object(let members):
            guard members.count <= Self.columnsMax else {
                throw .wrongParameter(0, "where", .object([]), wanted: "at most \(Self.columnsMax) conditions")
            }
            for member in members { conditions += try RowCondition.conditions(member) }
        case .some(let other):
            throw .wrongParameter(0, "where", other, wanted: "an object of columns and what they have to be")
        }
    }

    private static func columns(_ value: JSONValue) throws(MethodFault) -> [String] {
        let wanted = "an array of column names"
        let names: [String]
        switch value {
        case .string(let text): names = text.split(separator: ",").map(String.init)
        case .array(let elements): names = elements.compactMap(\.stringValue)
        case .null, .bool, .integer, .number, .object: throw .wrongParameter(0, "fields", value, wanted: wanted)
        }
        guard !names.isEmpty, names.count == value.arrayValue?.count ?? names.count, names.count <= columnsMax else {
            throw .wrongParameter(0, "fields", value, wanted: wanted)
        }
        return names
    }
}

extension MethodCall {
    /// The call without the options of a listing, which then stand in `listing`.
    ///
    /// - Throws: `MethodFault` -32602 when one of them is wrong.
    func takingListingOptions(_ description: MethodDescription) throws(MethodFault) -> MethodCall {
        let own = Set(description.parameters.map(\.name))
        let isOption = { (member: JSONMember) in
            ListingOptions.names.contains(member.name) && !own.contains(member.name)
        }
        var positional = positional
        var options = named.filter(isOption)
        if case .object(let members)? = positional.last, !members.isEmpty, members.allSatisfy(isOption) {
            positional.removeLast()
            options = members
        }
        guard !options.isEmpty else { return self }
        var seen: Set<String> = []
        for option in options where !seen.insert(option.name).inserted {
            throw .wrongParameter(0, option.name, .string("there twice"), wanted: "one")
        }
        return MethodCall(
            method: method, positional: positional, named: named.filter { !isOption($0) }, id: id, caller: caller,
            listing: try ListingOptions(options))
    }
}
