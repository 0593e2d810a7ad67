package import ControlProtocol
package import ControlServer
package import ModuleInterface
import OperatingSystem
import ScriptEngine

/// How the native control socket is opened, and who may do what by it: the parameters of module `control`.
package struct ControlSettings: Sendable {
    /// The group that owns the socket when nobody names another.
    private static let usualGroup = "sipadm"

    /// The socket; nil puts `control.sock` into the run folder.
    package var path: String?
    /// Who may call what.
    package var access = MethodAccess()
    private var mode = 0o660
    private var user: UInt32?
    private var group: UInt32?
    private var roles = RoleGroups()

    /// The defaults.
    package init() {}

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        path = parameters.string("socket")?.string
        mode = parameters.integer("mode")
        user = try parameters.string("user").map { name throws(ScriptError) in
            guard let account = AccountName.user(name.string) else { throw ScriptError("there is no user '\(name)'") }
            return account.user
        }
        group = try parameters.string("group").map { name throws(ScriptError) in try Self.group(name.string) }
        roles.viewers = try Self.groups("viewer_group", parameters)
        roles.operators = try Self.groups("operator_group", parameters)
        roles.admins = try Self.groups("admin_group", parameters)
        for text in parameters.list("method_role") {
            let words = text.string.split(separator: " ").map(String.init)
            guard words.count == 2, let role = ControlRole(rawValue: words[1]), role != .none else {
                throw ScriptError("parameter 'method_role': '\(text)' is not 'METHOD viewer|operator|admin'")
            }
            access.roles.append((MethodAccess.Pattern(words[0]), role))
        }
        for text in parameters.list("allow") {
            let words = text.string.split { $0 == " " || $0 == "," }.map(String.init)
            guard words.count > 1, let role = ControlRole(rawValue: words[0]), role != .none else {
                throw ScriptError("parameter 'allow': '\(text)' is not 'viewer|operator|admin METHOD[,METHOD…]'")
            }
            access.allowed[role, default: []] += words.dropFirst().map { MethodAccess.Pattern($0) }
        }
    }

    private static func groups(_ name: String, _ parameters: ModuleParameters) throws(ScriptError) -> [UInt32] {
        var numbers: [UInt32] = []
        for text in parameters.list(name) { numbers.append(try group(text.string)) }
        return numbers
    }

    private static func group(_ name: String) throws(ScriptError) -> UInt32 {
        guard let number = AccountName.groupNumber(name) else { throw ScriptError("there is no group '\(name)'") }
        return number
    }

    /// The configuration of the server; user and group fall back to those that the daemon becomes (`-u`, `-g`), the
    /// group then to `sipadm` where that exists and may be given.
    package func configuration(for settings: CoreSettings) -> ControlServer.Configuration {
        var configuration = ControlServer.Configuration()
        configuration.access.mode = UInt32(mode)
        configuration.access.userID = user ?? settings.socketUser
        configuration.access.groupID =
            group ?? settings.socketGroup ?? (ProcessIdentity.isRoot ? AccountName.groupNumber(Self.usualGroup) : nil)
        let roles = roles
        configuration.role = { roles.role(of: $0) }
        return configuration
    }
}
