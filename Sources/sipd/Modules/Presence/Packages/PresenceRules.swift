import OperatingSystem
import SIPMessage
import XMLDocuments

/// The rules of a presentity about its watchers (RFC 4745, RFC 5025).
struct PresenceRules {
    private let rules: [XMLElement]

    /// Reads a document; one that cannot be read has no rules.
    init?(_ document: ByteString) {
        guard let root = try? XMLElement(parsing: document.bytes), root.localName == "ruleset" else { return nil }
        rules = root.elements.filter { $0.localName == "rule" }
    }

    /// What the rules say about a watcher: the most generous of those that match; pending when none does.
    func decision(about watcher: PresentityKey, at now: String) -> RuleDecision {
        var best = RuleDecision(status: .pending)
        var rank = 0
        for rule in rules where matches(rule.first("conditions"), watcher, now) {
            let (decision, value) = Self.handling(rule.first("actions")?.first("sub-handling")?.text ?? "block")
            if value > rank { (best, rank) = (decision, value) }
        }
        return best
    }

    private static func handling(_ text: String) -> (RuleDecision, rank: Int) {
        switch text {
        case "allow": (RuleDecision(status: .active), 4)
        case "polite-block": (RuleDecision(status: .active, reason: RuleDecision.politeBlockReason), 3)
        case "confirm": (RuleDecision(status: .pending), 2)
        default: (RuleDecision(status: .terminated, reason: "rejected"), 1)
        }
    }

    /// All conditions of a rule hold; one that nobody here knows does not.
    private func matches(_ conditions: XMLElement?, _ watcher: PresentityKey, _ now: String) -> Bool {
        guard let conditions else { return true }
        return conditions.elements.allSatisfy { condition in
            switch condition.localName {
            case "identity": condition.elements.contains { identifies($0, watcher) }
            case "validity": isValid(condition, now)
            // Nothing here tells a sphere, so a rule is not narrowed by one.
            case "sphere": true
            default: false
            }
        }
    }

    private func identifies(_ element: XMLElement, _ watcher: PresentityKey) -> Bool {
        switch element.localName {
        case "one": return element[attribute: "id"].map { isSame($0, watcher) } ?? false
        case "many":
            if let domain = element[attribute: "domain"], !watcher.domain.equalsIgnoringCase(domain) { return false }
            return !element.elements.contains { exception in
                guard exception.localName == "except" else { return false }
                if let domain = exception[attribute: "domain"] { return watcher.domain.equalsIgnoringCase(domain) }
                return exception[attribute: "id"].map { isSame($0, watcher) } ?? false
            }
        default: return false
        }
    }

    private func isSame(_ text: String, _ watcher: PresentityKey) -> Bool {
        PresentityKey(uri: ByteString(text), event: watcher.event) == watcher
    }

    /// Times are compared as texts: all in UTC, as RFC 3339 writes them.
    private func isValid(_ validity: XMLElement, _ now: String) -> Bool {
        var from: String?
        for element in validity.elements {
            if element.localName == "from" { from = element.text }
            if element.localName == "until", let start = from {
                if start <= now, now < element.text { return true }
                from = nil
            }
        }
        return false
    }
}
