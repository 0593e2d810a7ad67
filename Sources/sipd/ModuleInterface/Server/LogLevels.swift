import OperatingSystem
import Synchronization

/// How much is logged, by module, and until when.
///
/// Levels are Kamailio's: -1 error, 0 warning, 1 notice, 2 info, 3 debug.
package final class LogLevels: Sendable {
    /// A level other than the configured one.
    package struct Override: Sendable, Hashable {
        /// The level.
        package var level: Int
        /// Seconds since 1970 after which the configured level is back; nil for never.
        package var end: Int?

        /// Sets a level, for good or until a time.
        package init(level: Int, end: Int?) {
            self.level = level
            self.end = end
        }
    }

    /// The name of the script among the modules.
    package static let script = "script"

    private let base: Atomic<Int>
    private let hasOverrides = Atomic<Bool>(false)
    private let overrides = Mutex<[String: Override]>([:])

    /// Starts with a level for everything.
    package init(level: Int = 0) {
        base = Atomic(level)
    }

    /// The level without overrides; `cfg.set_now_int core debug` changes it.
    package var configured: Int {
        get { base.load(ordering: .relaxed) }
        set { base.store(newValue, ordering: .relaxed) }
    }

    /// The level of a module now; "" is that of everything that has none of its own.
    package func level(of module: String = "") -> Int {
        guard hasOverrides.load(ordering: .relaxed) else { return base.load(ordering: .relaxed) }
        let now = WallClock.now.seconds
        return overrides.withLock { overrides in
            let isOver = { (override: Override) in override.end.map { $0 <= now } ?? false }
            if overrides.contains(where: { isOver($0.value) }) { overrides = overrides.filter { !isOver($0.value) } }
            if overrides.isEmpty { hasOverrides.store(false, ordering: .relaxed) }
            return (overrides[module] ?? overrides[""])?.level ?? base.load(ordering: .relaxed)
        }
    }

    /// The greatest level that any module has now.
    package var greatest: Int {
        let all = level()
        guard hasOverrides.load(ordering: .relaxed) else { return all }
        return max(all, overrides.withLock { $0.values.map(\.level).max() ?? all })
    }

    /// Sets the level of a module ("" for all), for good or until a time; nil takes the setting back.
    package func set(_ override: Override?, for module: String) {
        overrides.withLock { overrides in
            overrides[module] = override
            hasOverrides.store(!overrides.isEmpty, ordering: .relaxed)
        }
    }

    /// What is set now.
    package var all: [String: Override] {
        _ = level()
        return overrides.withLock { $0 }
    }
}
