package import SIPMessage
package import ScriptEngine

/// Who sent the request, as its credentials have proved (`$Au`, `$AU`).
package final class AuthenticatedUser {
    /// Where a module that checks credentials leaves it.
    package static let key = ContextKey<AuthenticatedUser>()

    /// The user name of the credentials, which may hold a realm.
    package let username: ByteString
    /// The realm of the credentials.
    package let realm: ByteString

    /// Takes what the credentials say.
    package init(username: ByteString, realm: ByteString) {
        self.username = username
        self.realm = realm
    }
}
