import CommandLineInterface
import Database
import DigestAuthentication

/// A new password and the credentials that follow from it.
struct Password {
    /// Far above what anybody types; it bounds what is read and hashed.
    private static let bytesMax = 256

    static let storePlaintextOption = CommandOption.flag(
        "store-plaintext", environment: "STORE_PLAINTEXT_PW", "store the password itself too, not only its hashes")
    static let standardInputOption = CommandOption.flag(
        "password-stdin", "read the password from the first line of standard input")
    static let options = [standardInputOption, storePlaintextOption]
    static let argument = CommandArgument.optional(
        "PASSWORD", "asked for when missing; other users can see arguments for a moment"
    ).secret

    private let text: String
    private let isStored: Bool

    /// Takes the password from the argument, from standard input, or by asking.
    init(argument index: Int, _ invocation: Invocation, _ user: AddressOfRecord, _ console: Console) throws {
        let typed = invocation.argument(index)
        if invocation.has(Self.standardInputOption) {
            guard typed == nil else {
                throw CommandFailure(.usage, "the password is given twice, as argument and by --password-stdin")
            }
            text = try PasswordReader.standardInput()
        } else if let typed {
            text = typed
        } else {
            text = try PasswordReader.prompt("new password of \(user): ", confirming: true, console: console)
        }
        isStored = invocation.has(Self.storePlaintextOption)
        try check()
    }

    private func check() throws(CommandFailure) {
        guard !text.isEmpty else { throw CommandFailure(.badData, "the password is empty") }
        guard text.utf8.count <= Self.bytesMax else {
            throw CommandFailure(.badData, "the password is longer than \(Self.bytesMax) bytes")
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw CommandFailure(.badData, "the password contains a control character")
        }
        guard !isStored || text.unicodeScalars.count <= SubscriberTable.textLengthMax else {
            throw CommandFailure(
                .badData, "the password is longer than the \(SubscriberTable.textLengthMax) characters the table holds",
                hint: "without --store-plaintext only its hashes are stored")
        }
    }

    /// The record with both hashes, and the password itself when that was asked for.
    func credentials(of user: AddressOfRecord) -> Subscriber {
        Subscriber(
            username: user.username, domain: user.domain, password: isStored ? text : "",
            ha1: hash(username: user.username, user), ha1b: hash(username: user.description, user))
    }

    private func hash(username: String, _ user: AddressOfRecord) -> String {
        let digits = DigestAlgorithm.md5.ha1(
            username: Array(username.utf8)[...], realm: Array(user.domain.utf8)[...], password: Array(text.utf8)[...])
        return String(decoding: digits, as: UTF8.self)
    }
}
