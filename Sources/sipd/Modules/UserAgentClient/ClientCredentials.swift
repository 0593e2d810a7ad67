import ModuleInterface
import SIPMessage
import ScriptEngine
import Synchronization

/// Name and password for a realm of another server.
struct ClientCredential: Sendable, Equatable {
    let user: ByteString
    let realm: ByteString
    let password: ByteString
    /// Whether the password is an HA1.
    var isHashed = false

    init(user: ByteString, realm: ByteString, password: ByteString, isHashed: Bool = false) {
        self.user = user
        self.realm = realm
        self.password = password
        self.isHashed = isHashed
    }

    /// Reads `user:realm:password`; the password may hold colons.
    init?(_ text: ByteString) {
        guard let first = text.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = ByteString(text.bytes[(first + 1)...])
        guard let second = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        user = ByteString(text.bytes[..<first])
        realm = ByteString(rest.bytes[..<second])
        password = ByteString(rest.bytes[(second + 1)...])
        guard !user.isEmpty, !realm.isEmpty else { return nil }
    }
}

/// The credentials of the configuration: those of `credential`, then those of the variables.
final class ClientCredentials: Sendable {
    private struct Variables {
        var realm: ScriptVariable?
        var user: ScriptVariable?
        var password: ScriptVariable?
    }

    private let list: [ClientCredential]
    private let sources: [(parameter: String, text: ByteString)]
    private let variables = Mutex(Variables())

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        var list: [ClientCredential] = []
        for text in parameters.list("credential") {
            guard let credential = ClientCredential(text) else {
                // The text is not shown: it may hold a password.
                throw ScriptError("parameter 'credential' is malformed", hint: "write \"user:realm:password\"")
            }
            list.append(credential)
        }
        self.list = list
        let names = ["auth_realm_avp", "auth_username_avp", "auth_password_avp"]
        sources = names.map { ($0, parameters.string($0) ?? "") }
        let given = sources.filter { !$0.text.isEmpty }
        guard given.isEmpty || given.count == names.count else {
            throw ScriptError("of 'auth_realm_avp', 'auth_username_avp' and 'auth_password_avp' all must be set")
        }
    }

    func compile(_ formats: FormatCompiler) throws(ScriptError) {
        var compiled: [ScriptVariable] = []
        for (parameter, text) in sources where !text.isEmpty {
            do throws(ScriptError) { compiled.append(try formats.variable(text)) } catch {
                throw ScriptError("parameter '\(parameter)': \(error.message)", hint: error.hint)
            }
        }
        guard compiled.count == sources.count else { return }
        let bound = Variables(realm: compiled[0], user: compiled[1], password: compiled[2])
        variables.withLock { $0 = bound }
    }

    /// Sets the variables, for the `uac_auth()` that follows.
    func set(realm: ByteString, user: ByteString, password: ByteString, in context: ScriptContext) {
        let bound = variables.withLock { $0 }
        _ = bound.realm?.write?(context, .string(realm))
        _ = bound.user?.write?(context, .string(user))
        _ = bound.password?.write?(context, .string(password))
    }

    /// The credentials for a realm, or nil; a variable without realm serves all.
    func find(realm: ByteString, isHashed: Bool, in context: ScriptContext) -> ClientCredential? {
        if let found = list.first(where: { $0.realm == realm }) {
            return ClientCredential(user: found.user, realm: realm, password: found.password, isHashed: isHashed)
        }
        let bound = variables.withLock { $0 }
        guard let wanted = bound.realm?.read(context).text, wanted.isEmpty || wanted == realm,
            let user = bound.user?.read(context).text, !user.isEmpty,
            let password = bound.password?.read(context), !password.isNull
        else { return nil }
        return ClientCredential(user: user, realm: realm, password: password.text, isHashed: isHashed)
    }
}
