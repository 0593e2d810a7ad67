import ModuleInterface
import ScriptEngine
import Synchronization

/// The variables of the configuration framework: custom globals, and `core.debug`; with changes that wait for a commit.
final class ConfigurationVariables: Sendable {
    struct Change: Sendable {
        let group: String
        let name: String
        let value: ScriptValue
    }

    // Our own: one change a variable, and nobody has this many.
    private static let pendingMax = 1000

    private let server: Server
    private let changes = Mutex<[Change]>([])

    init(_ server: Server) {
        self.server = server
    }

    /// All groups, sorted.
    var groups: [String] { Set(server.configurationValues.keys).union(["core"]).sorted() }

    /// The variables of a group, sorted.
    func all(in group: String) -> [(name: String, value: ScriptValue)] {
        var values = server.configurationValues[group] ?? [:]
        if group == "core" { values["debug"] = .integer(server.logLevels.configured) }
        return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func value(_ group: String, _ name: String) -> ScriptValue? {
        if group == "core", name == "debug" { return .integer(server.logLevels.configured) }
        return server.configurationValue(group: group, name: name)
    }

    func set(_ group: String, _ name: String, to value: ScriptValue) {
        if group == "core", name == "debug", case .integer(let level) = value {
            server.logLevels.configured = level
        } else {
            _ = server.setConfigurationValue(group: group, name: name, to: value)
        }
    }

    // MARK: - Delayed changes

    var pending: [Change] { changes.withLock { $0 } }

    func delay(_ change: Change) {
        changes.withLock { changes in
            changes.removeAll { $0.group == change.group && $0.name == change.name }
            if changes.count < Self.pendingMax { changes.append(change) }
        }
    }

    func forget() {
        changes.withLock { $0 = [] }
    }

    func commit() {
        let due = changes.withLock { changes in
            defer { changes = [] }
            return changes
        }
        for change in due { set(change.group, change.name, to: change.value) }
    }

    /// Gives the variables of a group the values of the configuration; false when there is no such group.
    func reset(_ group: String) -> Bool {
        guard groups.contains(group) else { return false }
        if group == "core" { server.logLevels.configured = server.settings.debug }
        for (name, value) in server.settings.custom[group] ?? [:] {
            _ = server.setConfigurationValue(group: group, name: name, to: value)
        }
        return true
    }
}
