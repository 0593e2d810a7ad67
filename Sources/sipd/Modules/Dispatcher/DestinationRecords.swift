import ModuleInterface
import SIPMessage
import ScriptEngine

/// The destinations that were chosen for a request, in structured attributes that scripts may read: the present one is
/// `$xavp(_dsdst_[0]=>uri)`, those for when it fails follow.
struct DestinationRecords: Sendable {
    /// One destination.
    struct Record: Sendable {
        let uri: ByteString
        let set: Int
        let socket: ByteString?
        let attributes: ByteString
        /// The id for which the call is counted.
        let identifier: ByteString?
    }

    private static let fields:
        (
            uri: ByteString, set: ByteString, socket: ByteString, attributes: ByteString, identifier: ByteString
        ) = ("uri", "grp", "sock", "attrs", "dstid")

    let name: ByteString
    private let mode: Int
    private let contextName: ByteString
    private let contextMode: Int
    /// Whether a destination without attributes gets `none=yes`.
    private let marksMissingAttributes: Bool
    /// Plain attributes that hold the same, for configurations of earlier versions.
    private let plain: [(attribute: ByteString, value: @Sendable (Record) -> ScriptValue)]
    private let countAttribute: ByteString?

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        name = parameters.string("xavp_dst") ?? ""
        contextName = parameters.string("xavp_ctx") ?? ""
        mode = parameters.integer("xavp_dst_mode")
        contextMode = parameters.integer("xavp_ctx_mode")
        marksMissingAttributes = parameters.flag("ds_attrs_none")
        guard !name.isEmpty, !contextName.isEmpty else {
            throw ScriptError("the parameters 'xavp_dst' and 'xavp_ctx' must not be empty")
        }
        var plain: [(attribute: ByteString, value: @Sendable (Record) -> ScriptValue)] = []
        func add(
            _ parameter: String, _ value: @escaping @Sendable (Record) -> ScriptValue
        ) throws(ScriptError) {
            if let attribute = try parameters.attributeName(parameter) { plain.append((attribute, value)) }
        }
        try add("dst_avp") { .string($0.uri) }
        try add("grp_avp") { .integer($0.set) }
        try add("sock_avp") { $0.socket.map { .string($0) } ?? .string("") }
        try add("attrs_avp") { .string($0.attributes) }
        try add("dstid_avp") { .string($0.identifier ?? "") }
        self.plain = plain
        countAttribute = try parameters.attributeName("cnt_avp")
    }

    /// Puts destinations on top of what is there, the first one topmost, and their number into the context.
    func push(_ records: [Record], in context: ScriptContext) {
        let attributes = context.attributes
        if !records.isEmpty {
            attributes.structures[name, default: []] += records.reversed().map(structure)
        }
        if contextMode & 1 == 0 {
            var count = AttributeStructure()
            count.fields = [("cnt", .value(.integer(records.count)))]
            attributes.structures[contextName, default: []].append(count)
        }
        for (attribute, value) in plain { attributes.values[attribute, default: []] += records.reversed().map(value) }
        if let countAttribute { attributes.values[countAttribute] = [.integer(records.count)] }
    }

    /// The present destination.
    func first(in context: ScriptContext) -> Record? {
        context.attributes.structures[name]?.last.flatMap(record)
    }

    /// Takes the present destination away and gives the next one.
    func next(in context: ScriptContext) -> Record? {
        guard context.attributes.structures[name]?.popLast() != nil else { return nil }
        for (attribute, _) in plain { _ = context.attributes.values[attribute]?.popLast() }
        return first(in: context)
    }

    private func structure(_ record: Record) -> AttributeStructure {
        var structure = AttributeStructure()
        func add(_ field: ByteString, _ value: ScriptValue) { structure.fields.append((field, .value(value))) }
        add(Self.fields.uri, .string(record.uri))
        if let socket = record.socket {
            add(Self.fields.socket, .string(socket))
            if mode & 2 != 0 { add("socket", .string(socket)) }
        }
        add(Self.fields.set, .integer(record.set))
        if mode & 1 == 0 {
            if !record.attributes.isEmpty {
                add(Self.fields.attributes, .string(record.attributes))
            } else if marksMissingAttributes {
                add(Self.fields.attributes, .string("none=yes"))
            }
        }
        if let identifier = record.identifier { add(Self.fields.identifier, .string(identifier)) }
        return structure
    }

    /// Reads a record back, which the script may have changed.
    private func record(_ structure: AttributeStructure) -> Record? {
        func value(_ name: ByteString) -> ScriptValue? {
            guard case .value(let value)? = structure.fields.last(where: { $0.name == name })?.field else { return nil }
            return value
        }
        guard let uri = value(Self.fields.uri)?.text, !uri.isEmpty else { return nil }
        return Record(
            uri: uri, set: value(Self.fields.set)?.number ?? 0, socket: value(Self.fields.socket)?.text,
            attributes: value(Self.fields.attributes)?.text ?? "", identifier: value(Self.fields.identifier)?.text)
    }
}
