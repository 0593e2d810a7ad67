import ControlProtocol
import SIPMessage
import ScriptEngine

/// The variables that are set for a message, as JSON.
struct VariableDump {
    private static let attributes = 1
    private static let locals = 2
    private static let structures = 4
    private static let others = 8

    private let mask: Int

    /// Chooses the kinds of variables by Kamailio's bits.
    init(mask: Int) {
        self.mask = mask
    }

    func text(of context: ScriptContext) -> String {
        var members: [JSONMember] = []
        if mask & Self.attributes != 0 {
            for (name, values) in context.attributes.values.sorted(by: { $0.key < $1.key }) where !values.isEmpty {
                members.append(JSONMember("$avp(\(name))", .array(values.reversed().map(Self.json))))
            }
        }
        if mask & Self.locals != 0 { members += locals(of: context) }
        if mask & Self.structures != 0 { members += Self.structures(context.attributes.structures, "xavp") }
        if mask & Self.others != 0 {
            members += Self.structures(context.attributes.caseInsensitiveStructures, "xavi")
            for (name, field) in context.attributes.uniqueStructures.sorted(by: { $0.key < $1.key }) {
                members.append(JSONMember("$xavu(\(name))", Self.json(field)))
            }
        }
        return JSONValue.object(members).text()
    }

    private func locals(of context: ScriptContext) -> [JSONMember] {
        guard let slots = context.formats?.vocabulary.variableSlots else { return [] }
        return slots.all.compactMap { name, place in
            guard context.variables.indices.contains(place), context.variables[place] != .integer(0) else { return nil }
            return JSONMember("$var(\(name))", Self.json(context.variables[place]))
        }
    }

    private static func structures(
        _ all: [ByteString: [AttributeStructure]], _ kind: String
    ) -> [JSONMember] {
        all.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }
            .map { name, stack in JSONMember("$\(kind)(\(name))", .array(stack.reversed().map(json))) }
    }

    private static func json(_ structure: AttributeStructure) -> JSONValue {
        if let value = structure.value, structure.fields.isEmpty { return json(value) }
        var members: [JSONMember] = []
        for (name, field) in structure.fields.reversed() {
            if let index = members.firstIndex(where: { $0.name == name.string }) {
                if case .array(let earlier) = members[index].value {
                    members[index].value = .array(earlier + [json(field)])
                }
            } else {
                members.append(JSONMember(name.string, .array([json(field)])))
            }
        }
        return .object(members)
    }

    private static func json(_ field: AttributeStructure.Field) -> JSONValue {
        switch field {
        case .value(let value): json(value)
        case .structure(let structure): json(structure)
        }
    }

    private static func json(_ value: ScriptValue) -> JSONValue {
        switch value {
        case .null: .null
        case .integer(let number): .integer(Int64(number))
        case .string(let text), .both(_, let text): .string(text.string)
        }
    }
}
