/// The outcome of a credentials check, with Kamailio's return codes.
enum AuthenticationResult: Int, Sendable {
    /// The credentials are good.
    case authenticated = 1
    /// An internal error, unusable credentials, or a nonce that is not ours.
    case error = -1
    /// The response does not fit the password.
    case invalidPassword = -2
    /// No such user.
    case unknownUser = -3
    /// The nonce is too old, or its count was used before.
    case staleNonce = -4
    /// No credentials for the realm.
    case noCredentials = -5
    /// A nonce that may be used once was used again.
    case nonceReused = -6
    /// The user name is not that of From or To.
    case userMismatch = -8
}
