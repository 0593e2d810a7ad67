import Database
import SIPMessage
import ScriptEngine
import Synchronization

/// One `name=$variable` of `log_extra`, `db_extra`, `multi_leg_info` or `cdr_extra`.
struct ExtraField: Sendable {
    let name: SQLIdentifier
    let variable: ScriptVariable

    /// Reads `name=$variable;name=$variable`.
    static func parse(
        _ text: ByteString, _ formats: FormatCompiler, parameter: String
    ) throws(ScriptError) -> [ExtraField] {
        var fields: [ExtraField] = []
        for (name, variable) in try pairs(text, parameter) {
            fields.append(ExtraField(name: name, variable: try formats.variable(variable)))
        }
        return fields
    }

    fileprivate static func pairs(
        _ text: ByteString, _ parameter: String
    ) throws(ScriptError) -> [(SQLIdentifier, ByteString)] {
        var pairs: [(SQLIdentifier, ByteString)] = []
        for part in text.split(on: UInt8(ascii: ";")).map({ $0.trimmed() }) where !part.isEmpty {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")),
                let name = SQLIdentifier(ByteString(part.bytes[..<equals]).trimmed().string)
            else { throw ScriptError("parameter '\(parameter)': '\(part)' is no name=$variable") }
            pairs.append((name, ByteString(part.bytes[(equals + 1)...]).trimmed()))
        }
        return pairs
    }
}

/// The fields of call legs: an attribute with several values tells of as many legs (Kamailio: `multi_leg_info`).
struct LegFields: Sendable {
    /// Legs that one call may have.
    static let countMax = 20

    private var legs: [[ExtraField]] = []

    init() {}

    /// Reads `name=$avp(x);name=$avp(y)`.
    init(_ text: ByteString, _ formats: FormatCompiler) throws(ScriptError) {
        let pairs = try ExtraField.pairs(text, "multi_leg_info")
        guard !pairs.isEmpty else { return }
        for index in 0..<Self.countMax {
            var fields: [ExtraField] = []
            for (name, variable) in pairs {
                guard variable.hasPrefix("$avp("), variable.hasSuffix(")") else {
                    throw ScriptError("parameter 'multi_leg_info': '\(variable)' is no $avp(name)")
                }
                let indexed = "$(" + variable.dropFirst() + ByteString("[\(index)])")
                fields.append(ExtraField(name: name, variable: try formats.variable(indexed)))
            }
            legs.append(fields)
        }
    }

    /// The values of each leg; one leg of empty values when there is none, none at all without the parameter.
    func values(in context: ScriptContext) -> [[(SQLIdentifier, ByteString)]] {
        guard let first = legs.first else { return [] }
        var rows: [[(SQLIdentifier, ByteString)]] = []
        for leg in legs {
            let values = leg.map { $0.variable.read(context) }
            guard values.contains(where: { !$0.isNull }) else { break }
            rows.append(zip(leg, values).map { ($0.name, $1.text) })
        }
        return rows.isEmpty ? [first.map { ($0.name, "") }] : rows
    }
}

/// The fields that the configuration adds, compiled when all modules are known.
final class ExtraFields: Sendable {
    struct Fields {
        var log: [ExtraField] = []
        var database: [ExtraField] = []
        var legs = LegFields()
        var callRecord: [ExtraField] = []
    }

    private let fields = Mutex(Fields())

    func set(_ new: Fields) {
        fields.withLock { $0 = new }
    }

    var all: Fields { fields.withLock { $0 } }
}
