import ModuleInterface
import SIPMessage
import ScriptEngine
import Synchronization

/// The log levels and facilities that modules were given.
final class ModuleLevels: Sendable {
    /// Names come from the control socket.
    private static let countMax = 1000
    static let facilities =
        [
            "LOG_AUTH", "LOG_CRON", "LOG_DAEMON", "LOG_KERN", "LOG_LPR", "LOG_MAIL", "LOG_NEWS", "LOG_SYSLOG",
            "LOG_USER", "LOG_UUCP", "LOG_AUTHPRIV", "LOG_FTP",
        ] + (0...7).map { "LOG_LOCAL\($0)" }

    private struct State {
        var levels: [String: Int] = [:]
        var facilities: [String: String] = [:]
    }

    private let server: Server
    private let isEnabled: Bool
    private let state = Mutex(State())

    init(_ server: Server, isEnabled: Bool) {
        self.server = server
        self.isEnabled = isEnabled
    }

    /// Takes `name=level`.
    func set(_ setting: ByteString) throws(ScriptError) {
        let parts = setting.split(on: UInt8(ascii: "=")).map { $0.trimmed() }
        guard parts.count == 2, !parts[0].isEmpty, let level = parts[1].integerValue else {
            throw ScriptError("mod_level '\(setting)' is no name=level", hint: "write \"core=3\"")
        }
        _ = set(parts[0].string, to: level)
    }

    /// Takes `name=facility`.
    func setFacility(_ setting: ByteString) throws(ScriptError) {
        let parts = setting.split(on: UInt8(ascii: "=")).map { $0.trimmed() }
        guard parts.count == 2, !parts[0].isEmpty, Self.facilities.contains(parts[1].string) else {
            throw ScriptError("mod_facility '\(setting)' is no name=facility", hint: "write \"core=LOG_LOCAL0\"")
        }
        _ = setFacility(parts[0].string, to: parts[1].string)
    }

    /// Sets a level; false when there are too many names.
    func set(_ module: String, to level: Int) -> Bool {
        let isSet = state.withLock { state -> Bool in
            guard state.levels[module] != nil || state.levels.count < Self.countMax else { return false }
            state.levels[module] = level
            return true
        }
        if isSet, isEnabled, module == "xlog" { server.scriptLogLevel.value = level }
        return isSet
    }

    /// Notes a facility; false when there are too many names.
    func setFacility(_ module: String, to facility: String) -> Bool {
        state.withLock { state in
            guard state.facilities[module] != nil || state.facilities.count < Self.countMax else { return false }
            state.facilities[module] = facility
            return true
        }
    }

    /// The level of a module, or the daemon's.
    func level(of module: String) -> Int {
        state.withLock { $0.levels[module] } ?? server.settings.debug
    }

    /// The facility of a module, or the daemon's.
    func facility(of module: String) -> String {
        state.withLock { $0.facilities[module] } ?? "LOG_DAEMON"
    }
}
