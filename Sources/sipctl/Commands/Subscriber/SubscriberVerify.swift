import CommandLineInterface
import Database
import DigestAuthentication

/// `subscriber verify`: says whether this is the password.
enum SubscriberVerify {
    static let command = Command(
        "verify", summary: "say whether this is the password of a user",
        discussion: "The exit code is 0 when it is, 1 when it is not.",
        arguments: [.required("USER", "user@domain"), Password.argument],
        options: [Password.standardInputOption, Password.fileOption],
        examples: [Example("printf s3cret | sipctl subscriber verify alice@pbx.test --password-stdin", "for scripts")],
        run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let user = try AddressOfRecord(invocation.required(0), invocation)
        let password = try Password(argument: 1, invocation, user, console).text
        let row = try invocation.reading(.subscriber, console) { table in
            guard let row = try table.existing(try table.draft(of: user)) else { throw user.missing }
            return row
        }
        let hashes = Password.hashes(username: user.username, domain: user.domain, password: password)
        var isRight = false
        for (column, hash) in hashes {
            guard let stored = row.text(column)?.lowercased(), !stored.isEmpty else { continue }
            guard stored == hash else { return answer(false, "\(column) is another password's", user, console) }
            isRight = true
        }
        if let stored = row.text("password"), !stored.isEmpty {
            guard stored == password else { return answer(false, "the stored password differs", user, console) }
            isRight = true
        }
        return answer(isRight, isRight ? "" : "nothing is stored to compare with", user, console)
    }

    private static func answer(_ isRight: Bool, _ reason: String, _ user: AddressOfRecord, _ console: Console)
        -> ExitCode
    {
        console.note(
            isRight ? "it is the password of user '\(user)'" : "it is not the password of user '\(user)': \(reason)")
        return isRight ? .success : .negative
    }
}
