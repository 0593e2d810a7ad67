import SIPMessage
import ScriptEngine
import Synchronization

/// How many dialogs are in each profile, for all workers.
final class DialogProfiles: Sendable {
    /// Values that one profile may have at a time: they come from messages.
    private static let valueCountMax = 1 << 20

    /// The names, with whether they have values.
    let names: [ByteString: Bool]
    private let counts: Mutex<[ByteString: [ByteString: Int]]>

    /// Reads `profiles_no_value` and `profiles_with_value`: names with semicolons between them.
    init(withoutValue: ByteString, withValue: ByteString) throws(ScriptError) {
        var names: [ByteString: Bool] = [:]
        for (text, hasValue) in [(withoutValue, false), (withValue, true)] {
            for part in text.split(on: UInt8(ascii: ";")).map({ $0.trimmed() }) where !part.isEmpty {
                // `name/s` asks Kamailio to keep it for other nodes.
                let name = part.split(on: UInt8(ascii: "/")).first ?? part
                guard names[name] == nil else { throw ScriptError("profile '\(name)' is defined twice") }
                names[name] = hasValue
            }
        }
        self.names = names
        counts = Mutex([:])
    }

    /// Counts one more; false when a profile has too many values.
    func add(_ membership: ProfileMembership) -> Bool {
        counts.withLock { counts in
            let value = membership.value ?? ""
            guard
                counts[membership.profile]?[value] != nil
                    || counts[membership.profile, default: [:]].count < Self.valueCountMax
            else { return false }
            counts[membership.profile, default: [:]][value.compacted(), default: 0] += 1
            return true
        }
    }

    /// Counts one less.
    func remove(_ membership: ProfileMembership) {
        counts.withLock { counts in
            let value = membership.value ?? ""
            guard let count = counts[membership.profile]?[value] else { return }
            counts[membership.profile]?[value] = count > 1 ? count - 1 : nil
        }
    }

    /// How many dialogs are in a profile, with a value or with any.
    func size(of profile: ByteString, value: ByteString?) -> Int {
        counts.withLock { counts in
            guard let values = counts[profile] else { return 0 }
            if let value { return values[value] ?? 0 }
            return values.values.reduce(0, +)
        }
    }

    /// A profile that the script names in its text.
    func check(_ name: ByteString, hasValue: Bool) throws(ScriptError) {
        guard let takesValue = names[name] else {
            throw ScriptError(
                "dialog profile '\(name)' is not defined",
                hint: "add it to parameter profiles_with_value or profiles_no_value")
        }
        guard takesValue || !hasValue else { throw ScriptError("dialog profile '\(name)' has no values") }
    }
}
