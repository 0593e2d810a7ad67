import SIPMessage

/// The labels of a `switch` with their targets.
struct SwitchTable: Sendable {
    enum Label: Sendable {
        case text(ByteString)
        case pattern(RegularExpression)
    }

    /// Targets of integer labels, or nil when labels are texts.
    var integers: [Int: Int32]?
    /// Text and pattern labels in order; the first that matches wins.
    var texts: [(label: Label, target: Int32)] = []
    /// Where to go when no label matches.
    var otherwise: Int32 = 0

    func target(of value: ScriptValue) -> Int32 {
        if let integers { return integers[value.number] ?? otherwise }
        guard !texts.isEmpty else { return otherwise }
        let text = value.text
        for entry in texts {
            switch entry.label {
            case .text(let label): if label == text { return entry.target }
            case .pattern(let pattern): if pattern.matches(text) { return entry.target }
            }
        }
        return otherwise
    }
}
