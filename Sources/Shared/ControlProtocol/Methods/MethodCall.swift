/// One call of an RPC method, whatever transport it came by.
package struct MethodCall: Sendable {
    /// The method, `ul.lookup`.
    package let method: String
    /// The parameters given by position; empty when they were given by name.
    package let positional: [JSONValue]
    /// The parameters given by name, in the order given; empty when they were given by position.
    package let named: [JSONMember]
    /// The request's id as the caller chose it, nil for a notification.
    package let id: JSONValue?
    /// Who calls.
    package let caller: MethodCaller
    /// What the caller wants of a listing; nil when nothing was said, and for methods that list nothing.
    package let listing: ListingOptions?

    /// Makes a call.
    package init(
        method: String, positional: [JSONValue] = [], named: [JSONMember] = [], id: JSONValue? = nil,
        caller: MethodCaller = .daemon, listing: ListingOptions? = nil
    ) {
        self.method = method
        self.positional = positional
        self.named = named
        self.id = id
        self.caller = caller
        self.listing = listing
    }
}

/// Who calls a method, and what they may do.
package struct MethodCaller: Sendable, Hashable {
    /// What the caller came by: `control`, `ctl`, `jsonrpcs.fifo`, `script`.
    package var transport: String
    /// The user of the process at the other end, nil when the transport cannot tell.
    package var userID: UInt32?
    /// The primary group of the process at the other end, nil when the transport cannot tell.
    package var groupID: UInt32?
    /// The process at the other end, nil when the transport cannot tell.
    package var processID: Int32?
    /// What the caller may do.
    package var role: ControlRole

    /// Describes a caller.
    package init(
        transport: String, userID: UInt32? = nil, groupID: UInt32? = nil, processID: Int32? = nil, role: ControlRole
    ) {
        self.transport = transport
        self.userID = userID
        self.groupID = groupID
        self.processID = processID
        self.role = role
    }

    /// Whether the caller is a client of Kamailio, to whom answers keep Kamailio's shape also where ours says more.
    package var isKamailioClient: Bool { transport == "ctl" || transport.hasPrefix("jsonrpcs") }

    /// The daemon itself, which may do everything: calls from a script, tests.
    package static let daemon = MethodCaller(transport: "script", role: .admin)
}

// MARK: - Parameters

extension MethodCall {
    /// The parameter at that position or of that name, nil when it was not given.
    ///
    /// `null` counts as given.
    package func value(_ position: Int, named name: String) -> JSONValue? {
        if positional.indices.contains(position) { return positional[position] }
        return named.first { $0.name == name }?.value
    }

    /// The parameters in order, whether they have names or not: what Kamailio makes of an object.
    package var allValues: [JSONValue] {
        positional.isEmpty ? named.map(\.value) : positional
    }

    /// A text that must be given.
    ///
    /// Numbers are taken for their digits.
    /// - Throws: `MethodFault` -32602 that names the parameter.
    package func string(_ position: Int, named name: String) throws(MethodFault) -> String {
        guard let text = try optionalString(position, named: name) else {
            throw .missingParameter(position, name, wanted: "a string")
        }
        return text
    }

    /// A text that may be missing or `null`.
    ///
    /// Numbers are taken for their digits.
    /// - Throws: `MethodFault` -32602 that names the parameter.
    package func optionalString(_ position: Int, named name: String) throws(MethodFault) -> String? {
        switch value(position, named: name) {
        case nil, .null: nil
        case .string(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): number.description
        case .some(let other): throw .wrongParameter(position, name, other, wanted: "a string")
        }
    }

    /// A whole number that must be given; a text of digits is one too.
    ///
    /// - Throws: `MethodFault` -32602 that names the parameter.
    package func integer(_ position: Int, named name: String) throws(MethodFault) -> Int64 {
        guard let integer = try optionalInteger(position, named: name) else {
            throw .missingParameter(position, name, wanted: "an integer")
        }
        return integer
    }

    /// A whole number that may be missing or `null`; a text of digits is one too.
    ///
    /// - Throws: `MethodFault` -32602 that names the parameter.
    package func optionalInteger(_ position: Int, named name: String) throws(MethodFault) -> Int64? {
        guard let value = value(position, named: name), !value.isNull else { return nil }
        if let integer = value.integerValue { return integer }
        if let integer = value.stringValue.flatMap({ Int64($0) }) { return integer }
        throw .wrongParameter(position, name, value, wanted: "an integer")
    }

    /// A whole number within bounds that must be given.
    ///
    /// - Throws: `MethodFault` -32602 that names the parameter and the bounds.
    package func integer(
        _ position: Int, named name: String, in range: ClosedRange<Int64>
    ) throws(MethodFault) -> Int64 {
        let integer = try integer(position, named: name)
        guard range.contains(integer) else {
            let wanted = "an integer from \(range.lowerBound) to \(range.upperBound)"
            throw .wrongParameter(position, name, .integer(integer), wanted: wanted)
        }
        return integer
    }

    /// A number that must be given; a text that is one counts.
    ///
    /// - Throws: `MethodFault` -32602 that names the parameter.
    package func number(_ position: Int, named name: String) throws(MethodFault) -> Double {
        guard let number = try optionalNumber(position, named: name) else {
            throw .missingParameter(position, name, wanted: "a number")
        }
        return number
    }

    /// A number that may be missing or `null`; a text that is one counts.
    ///
    /// - Throws: `MethodFault` -32602 that names the parameter.
    package func optionalNumber(_ position: Int, named name: String) throws(MethodFault) -> Double? {
        guard let value = value(position, named: name), !value.isNull else { return nil }
        if let number = value.numberValue { return number }
        if let number = value.stringValue.flatMap({ Double($0) }), number.isFinite { return number }
        throw .wrongParameter(position, name, value, wanted: "a number")
    }

    /// A truth value that may be missing or `null`; 0, 1 and the texts `true` and `false` count.
    ///
    /// - Throws: `MethodFault` -32602 that names the parameter.
    package func optionalBool(_ position: Int, named name: String) throws(MethodFault) -> Bool? {
        switch value(position, named: name) {
        case nil, .null: return nil
        case .bool(let bool): return bool
        case .integer(0), .string("0"), .string("false"): return false
        case .integer(1), .string("1"), .string("true"): return true
        case .some(let other): throw .wrongParameter(position, name, other, wanted: "true or false")
        }
    }
}
