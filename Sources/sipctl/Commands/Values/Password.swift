import CommandLineInterface
import Database
import DigestAuthentication

/// A new password and the credentials that follow from it.
struct Password {
    /// Far above what anybody types; it bounds what is read and hashed.
    private static let bytesMax = 256
    private static let generatedLength = 20
    /// No letters and digits that are taken for each other.
    private static let alphabet = Array("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")

    static let storePlaintextOption = CommandOption.flag(
        "store-plaintext", environment: "STORE_PLAINTEXT_PW", "store the password itself too, not only its hashes")
    static let standardInputOption = CommandOption.flag(
        "password-stdin", "read the password from the first line of standard input")
    static let fileOption = CommandOption.value(
        "password-file", "FILE", "read the password from the first line of a file")
    static let generateOption = CommandOption.flag("generate", "make a password and print it")
    static let options = [standardInputOption, fileOption, generateOption, storePlaintextOption]
    static let argument = CommandArgument.optional(
        "PASSWORD", "asked for when missing; other users can see arguments for a moment"
    ).secret

    let text: String
    /// Whether the person does not know it yet.
    let isGenerated: Bool

    /// Takes the password from the argument, a file, standard input, a generator, or by asking.
    init(argument index: Int, _ invocation: Invocation, _ user: AddressOfRecord, _ console: Console) throws {
        let typed = invocation.argument(index)
        let sources =
            [Self.standardInputOption, Self.generateOption].filter { invocation.has($0) }.map(\.name)
            + (invocation.value(of: Self.fileOption) == nil ? [] : [Self.fileOption.name])
        guard sources.count + (typed == nil ? 0 : 1) <= 1 else {
            let names = (typed == nil ? [] : ["as argument"]) + sources.map { "by --\($0)" }
            throw CommandFailure(.usage, "the password is given twice, \(names.joined(separator: " and "))")
        }
        isGenerated = invocation.has(Self.generateOption)
        if isGenerated {
            text = Self.generate()
        } else if invocation.has(Self.standardInputOption) {
            text = try PasswordReader.standardInput()
        } else if let path = invocation.value(of: Self.fileOption) {
            text = try PasswordReader.file(path)
        } else if let typed {
            text = typed
        } else {
            text = try PasswordReader.prompt("new password of \(user): ", confirming: true, console: console)
        }
        try Self.check(text, isStored: invocation.has(Self.storePlaintextOption))
    }

    static func generate() -> String {
        // The alphabet has 55 signs; a byte above the largest multiple would make some of them more likely.
        let limit = UInt8(256 / alphabet.count * alphabet.count)
        var text = ""
        while text.count < generatedLength {
            for byte in randomBytes(generatedLength) where byte < limit && text.count < generatedLength {
                text.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return text
    }

    private static func check(_ text: String, isStored: Bool) throws(CommandFailure) {
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

    // MARK: Hashes

    /// Columns of the table and the hash each holds; those for SHA are sipd's.
    private static let hashColumns: [(name: String, algorithm: DigestAlgorithm, usesDomain: Bool)] = [
        ("ha1", .md5, false), ("ha1b", .md5, true), ("ha1_sha256", .sha256, false),
        ("ha1_sha512t256", .sha512t256, false),
    ]

    /// Makes the hashes of a row that has a password, and forgets the password unless it is to be stored.
    ///
    /// A row whose hashes are right already, as one that was read, stays as it is.
    static func normalise(_ draft: inout RowDraft, _ invocation: Invocation) throws(CommandFailure) {
        guard let password = draft.text("password"), !password.isEmpty else { return }
        guard let username = draft.text("username"), let domain = draft.text("domain") else {
            throw CommandFailure(.badData, "a password needs username and domain for its hashes")
        }
        try check(password, isStored: false)
        let known = draft.text("ha1")
        for (name, hash) in hashes(username: username, domain: domain, password: password) {
            if name == "ha1", hash == known { return }
            draft[name] = .text(hash)
        }
        if !invocation.has(storePlaintextOption) { draft["password"] = .text("") }
    }

    /// The hashes by their columns.
    static func hashes(username: String, domain: String, password: String) -> [(String, String)] {
        hashColumns.map { column in
            let name = column.usesDomain ? "\(username)@\(domain)" : username
            let digits = column.algorithm.ha1(
                username: Array(name.utf8)[...], realm: Array(domain.utf8)[...], password: Array(password.utf8)[...])
            return (column.name, String(decoding: digits, as: UTF8.self))
        }
    }
}
