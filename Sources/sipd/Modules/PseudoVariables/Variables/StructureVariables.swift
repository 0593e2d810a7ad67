import ModuleInterface
import SIPMessage
import ScriptEngine

/// `$xavp(root=>field)` and its relatives: values with fields.
enum StructureVariables {
    static let all: [Variable] = [
        Variable(
            ["xavp"], inner: .required,
            summary: "structured attribute: $xavp(root=>field) adds a root, $xavp(root[0]=>field) a field to it"
        ) { _, reference throws(ScriptError) in
            try variable(reference, \.structures, foldsCase: false)
        },
        Variable(["xavi"], inner: .required, summary: "as $xavp, names without regard to case") {
            _, reference throws(ScriptError) in
            try variable(reference, \.caseInsensitiveStructures, foldsCase: true)
        },
        Variable(["xavu"], inner: .required, summary: "structured attribute with one value for each name") {
            _, reference throws(ScriptError) in try unique(reference)
        },
    ]

    private typealias Store = ReferenceWritableKeyPath<AttributeStore, [ByteString: [AttributeStructure]]> & Sendable

    private static func variable(
        _ reference: VariableReference, _ store: any Store, foldsCase: Bool
    ) throws(ScriptError) -> ScriptVariable {
        let path = try StructurePath(reference, foldsCase: foldsCase)
        return ScriptVariable(
            source: "$" + ByteString(reference.name) + "(" + (reference.inner ?? "") + ")",
            read: { context in path.read(context.attributes[keyPath: store], in: context) },
            write: { context, value in
                path.write(&context.attributes[keyPath: store], value, in: context)
                return true
            })
    }

    private static func unique(_ reference: VariableReference) throws(ScriptError) -> ScriptVariable {
        let path = try StructurePath(reference, foldsCase: false)
        return ScriptVariable(
            source: "$xavu(" + (reference.inner ?? "") + ")",
            read: { context in path.readUnique(context.attributes.uniqueStructures[path.root]) },
            write: { context, value in
                path.writeUnique(&context.attributes.uniqueStructures, value)
                return true
            })
    }
}

/// `root[index]=>field[index]=>…`: where a structured attribute is.
private struct StructurePath: Sendable {
    struct Step: Sendable {
        var name: ByteString
        var index: VariableIndex
    }

    let root: ByteString
    private let rootIndex: VariableIndex
    private let fields: [Step]

    init(_ reference: VariableReference, foldsCase: Bool) throws(ScriptError) {
        var steps: [Step] = []
        var rest = reference.inner ?? ""
        while let arrow = rest.range(of: "=>") {
            steps.append(try Self.step(ByteString(rest.bytes[..<arrow.lowerBound]), reference, foldsCase))
            rest = ByteString(rest.bytes[arrow.upperBound...])
        }
        steps.append(try Self.step(rest, reference, foldsCase))
        guard steps.count <= 4 else { throw ScriptError("'\(reference.inner?.string ?? "")' is nested too deep") }
        root = steps[0].name
        rootIndex = steps[0].index
        fields = Array(steps.dropFirst())
    }

    private static func step(
        _ text: ByteString, _ reference: VariableReference, _ foldsCase: Bool
    ) throws(ScriptError) -> Step {
        let trimmed = text.trimmed()
        let bracket = trimmed.firstIndex(of: UInt8(ascii: "["))
        let name = bracket.map { ByteString(trimmed.bytes[..<$0]).trimmed() } ?? trimmed
        guard !name.isEmpty else { throw ScriptError("an attribute in '\(reference.name)' has no name") }
        guard let bracket else { return Step(name: foldsCase ? name.lowercased() : name, index: .none) }
        guard trimmed.last == UInt8(ascii: "]") else { throw ScriptError("missing ']' in '\(trimmed.string)'") }
        let inside = ByteString(trimmed.bytes[(bracket + 1)..<(trimmed.bytes.endIndex - 1)])
        let index: VariableIndex
        if inside == "*" {
            index = .all
        } else if inside.first == UInt8(ascii: "$") {
            index = .variable(try reference.formats.variable(inside))
        } else if let number = inside.integerValue {
            index = .constant(number)
        } else {
            throw ScriptError("'\(inside.string)' is no index")
        }
        return Step(name: foldsCase ? name.lowercased() : name, index: index)
    }

    // MARK: - Lists of structures

    func read(_ store: [ByteString: [AttributeStructure]], in context: ScriptContext) -> ScriptValue {
        guard let roots = store[root], let position = place(rootIndex, roots.count, context) else { return .null }
        return value(of: roots[position], fields[...], context)
    }

    private func value(of structure: AttributeStructure, _ path: ArraySlice<Step>, _ context: ScriptContext)
        -> ScriptValue
    {
        guard let step = path.first else { return structure.value ?? .string("<<xavp:" + root + ">>") }
        let found = structure.fields.indices.filter { structure.fields[$0].name == step.name }
        guard let position = place(step.index, found.count, context) else { return .null }
        switch structure.fields[found[position]].field {
        case .value(let value): return path.count == 1 ? value : .null
        case .structure(let nested): return self.value(of: nested, path.dropFirst(), context)
        }
    }

    func write(_ store: inout [ByteString: [AttributeStructure]], _ value: ScriptValue, in context: ScriptContext) {
        var roots = store[root] ?? []
        if fields.isEmpty {
            writeRoot(&roots, value, context)
        } else if case .none = rootIndex, !value.isNull {
            var structure = AttributeStructure()
            set(&structure, fields[...], value, context)
            roots.append(structure)
        } else if let position = place(rootIndex, roots.count, context) {
            set(&roots[position], fields[...], value, context)
        }
        store[root] = roots.isEmpty ? nil : roots
    }

    private func writeRoot(_ roots: inout [AttributeStructure], _ value: ScriptValue, _ context: ScriptContext) {
        var plain = AttributeStructure()
        plain.value = value.stored
        switch rootIndex {
        case .none:
            if value.isNull { _ = roots.popLast() } else { roots.append(plain) }
        case .all:
            roots.removeAll()
            if !value.isNull { roots.append(plain) }
        case .constant, .variable:
            guard let position = place(rootIndex, roots.count, context) else { return }
            if value.isNull { roots.remove(at: position) } else { roots[position] = plain }
        }
    }

    private func set(
        _ structure: inout AttributeStructure, _ path: ArraySlice<Step>, _ value: ScriptValue, _ context: ScriptContext
    ) {
        guard let step = path.first else { return }
        let found = structure.fields.indices.filter { structure.fields[$0].name == step.name }
        let position = place(step.index, found.count, context).map { found[$0] }
        if path.count > 1 {
            setNested(&structure, path, value, at: position, context)
            return
        }
        switch (step.index, value.isNull) {
        case (.none, false): structure.fields.append((step.name, .value(value.stored)))
        case (.all, _):
            structure.fields.removeAll { $0.name == step.name }
            if !value.isNull { structure.fields.append((step.name, .value(value.stored))) }
        case (_, true): if let position { structure.fields.remove(at: position) }
        case (_, false): if let position { structure.fields[position].field = .value(value.stored) }
        }
    }

    private func setNested(
        _ structure: inout AttributeStructure, _ path: ArraySlice<Step>, _ value: ScriptValue, at position: Int?,
        _ context: ScriptContext
    ) {
        guard let step = path.first else { return }
        var nested = AttributeStructure()
        if let position, case .structure(let existing) = structure.fields[position].field { nested = existing }
        set(&nested, path.dropFirst(), value, context)
        if let position {
            structure.fields[position].field = .structure(nested)
        } else if !value.isNull {
            structure.fields.append((step.name, .structure(nested)))
        }
    }

    /// The place that an index means in a list whose newest element is last; nil when there is none.
    private func place(_ index: VariableIndex, _ count: Int, _ context: ScriptContext) -> Int? {
        let wanted = index.resolve(in: context) ?? 0
        let fromNewest = wanted < 0 ? count + wanted : wanted
        return fromNewest >= 0 && fromNewest < count ? count - 1 - fromNewest : nil
    }

    // MARK: - Unique values

    func readUnique(_ field: AttributeStructure.Field?) -> ScriptValue {
        var current = field
        for step in fields {
            guard case .structure(let structure) = current else { return .null }
            current = structure.fields.last { $0.name == step.name }?.field
        }
        if case .value(let value) = current { return value }
        return current == nil ? .null : .string("<<xavu:" + root + ">>")
    }

    func writeUnique(_ store: inout [ByteString: AttributeStructure.Field], _ value: ScriptValue) {
        guard let step = fields.first else {
            store[root] = value.isNull ? nil : .value(value.stored)
            return
        }
        var structure = AttributeStructure()
        if case .structure(let existing)? = store[root] { structure = existing }
        structure.fields.removeAll { $0.name == step.name }
        if !value.isNull { structure.fields.append((step.name, .value(value.stored))) }
        store[root] = .structure(structure)
    }
}
