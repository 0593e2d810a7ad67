import ControlProtocol
package import SIPMessage
package import ScriptEngine
import Suggestions

/// A `modparam` of a module.
package struct ParameterDescription: Sendable {
    /// What values it takes.
    package enum Kind: Sendable {
        /// A number with default and range.
        case integer(default: Int, range: ClosedRange<Int>)
        /// A text; nil when unset.
        case string(default: String?)
        /// A text that may be set several times; each setting counts (`htable`, `sqlcon`).
        case list
        /// Accepted without effect: what it governs has no meaning here. The text says why, once, at start.
        case ignored(String)
    }

    /// The name in `modparam`.
    package let name: String
    /// What values it takes.
    package let kind: Kind
    /// What it governs, with the unit.
    package let summary: String

    /// Makes a description.
    package init(_ name: String, _ kind: Kind, _ summary: String) {
        self.name = name
        self.kind = kind
        self.summary = summary
    }

    /// A number; any 32-bit value unless a range is given.
    package static func integer(
        _ name: String, _ value: Int, in range: ClosedRange<Int> = Int(Int32.min)...Int(Int32.max), _ summary: String
    ) -> ParameterDescription {
        ParameterDescription(name, .integer(default: value, range: range), summary)
    }

    /// A switch, 0 or 1 (any non-zero number is 1).
    package static func flag(_ name: String, _ value: Bool, _ summary: String) -> ParameterDescription {
        .integer(name, value ? 1 : 0, summary)
    }

    /// A text.
    package static func string(_ name: String, _ value: String? = nil, _ summary: String) -> ParameterDescription {
        ParameterDescription(name, .string(default: value), summary)
    }

    /// A text that may be set several times.
    package static func list(_ name: String, _ summary: String) -> ParameterDescription {
        ParameterDescription(name, .list, summary)
    }

    /// A parameter without effect here.
    package static func ignored(_ name: String, because reason: String) -> ParameterDescription {
        ParameterDescription(name, .ignored(reason), "no effect: \(reason)")
    }
}

/// The value of one `modparam` line.
package enum ParameterValue: Sendable, Equatable {
    /// A number.
    case integer(Int)
    /// A text.
    case string(ByteString)
}

/// The values a module was configured with, defaults filled in.
package struct ModuleParameters: Sendable {
    private let descriptions: [String: ParameterDescription.Kind]
    private var values: [String: [ParameterValue]] = [:]

    /// Starts with the defaults of the given parameters.
    package init(_ descriptions: [ParameterDescription]) {
        self.descriptions = Dictionary(descriptions.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    }

    /// Sets a parameter.
    ///
    /// A number is taken for a text parameter, and a text that is a number for a numeric one, as Kamailio does.
    /// - Throws: `ScriptError` when the name is unknown, the type wrong or the number out of range.
    package mutating func set(_ name: String, to value: ParameterValue) throws(ScriptError) {
        guard let kind = descriptions[name] else {
            throw ScriptError("unknown parameter '\(name)'", hint: nearest(name))
        }
        switch (kind, value) {
        case (.integer(_, let range), .integer(let number)):
            try check(number, range, name)
            values[name] = [value]
        case (.integer(_, let range), .string(let text)):
            guard let number = text.integerValue else {
                throw ScriptError("parameter '\(name)' takes a number, not \"\(text)\"")
            }
            try check(number, range, name)
            values[name] = [.integer(number)]
        case (.string, .integer(let number)):
            values[name] = [.string(ByteString(integer: number))]
        case (.string, .string):
            values[name] = [value]
        case (.list, .integer(let number)):
            values[name, default: []].append(.string(ByteString(integer: number)))
        case (.list, .string):
            values[name, default: []].append(value)
        case (.ignored, _):
            values[name] = [value]
        }
    }

    /// A number.
    package func integer(_ name: String) -> Int {
        if case .integer(let value)? = values[name]?.last { return value }
        guard case .integer(let value, _)? = descriptions[name] else {
            preconditionFailure("no numeric parameter '\(name)' is declared")
        }
        return value
    }

    /// Whether a numeric parameter is not 0.
    package func flag(_ name: String) -> Bool {
        integer(name) != 0
    }

    /// A text, or nil when neither set nor given a default.
    package func string(_ name: String) -> ByteString? {
        if case .string(let value)? = values[name]?.last { return value }
        guard case .string(let value)? = descriptions[name] else {
            preconditionFailure("no text parameter '\(name)' is declared")
        }
        return value.map { ByteString($0) }
    }

    /// All texts of a parameter that may be set several times, in order.
    package func list(_ name: String) -> [ByteString] {
        (values[name] ?? []).map {
            switch $0 {
            case .integer(let number): ByteString(integer: number)
            case .string(let text): text
            }
        }
    }

    /// Whether the configuration sets the parameter.
    package func isSet(_ name: String) -> Bool {
        values[name] != nil
    }

    /// The parameters that were set but have no effect, with the reason.
    package var withoutEffect: [(name: String, reason: String)] {
        values.keys.sorted().compactMap { name in
            if case .ignored(let reason)? = descriptions[name] { (name, reason) } else { nil }
        }
    }

    private func check(_ number: Int, _ range: ClosedRange<Int>, _ name: String) throws(ScriptError) {
        guard range.contains(number) else {
            throw ScriptError(
                "parameter '\(name)' is \(number)", hint: "it goes from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private func nearest(_ name: String) -> String? {
        NearestName.of(name, among: Array(descriptions.keys)).map { "did you mean '\($0)'?" }
    }
}
