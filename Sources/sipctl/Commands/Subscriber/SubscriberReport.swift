import CommandLineInterface
import Database

/// `subscriber report`: how well the credentials are stored.
enum SubscriberReport {
    /// What is wrong with the credentials of a user.
    enum Finding: String {
        /// The password itself is stored.
        case clearText = "clear-text"
        /// There is no hash to authenticate with.
        case noHash = "no-hash"
        /// A hash has not the length of one.
        case brokenHash = "broken-hash"
        /// HA1 is not the hash of the stored password.
        case wrongHash = "wrong-hash"
        /// There are no hashes but those for MD5.
        case onlyMD5 = "only-md5"
    }

    private static let countOption = CommandOption.flag("summary", "print how many users have each finding")

    static let command = Command(
        "report", summary: "show users whose credentials are stored badly",
        discussion: """
            clear-text: the password is stored; wrong-hash: HA1 is not its hash; no-hash, broken-hash: the user cannot
            authenticate; only-md5: there is no hash for SHA-256. The exit code is 1 when there is a finding.
            """,
        arguments: [.optional("DOMAIN", "only users of this domain")], options: [countOption],
        examples: [Example("sipctl subscriber report --summary", "how many")], run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        let isSummary = invocation.has(countOption)
        let columns = isSummary ? ["finding", "users"] : ["username", "domain", "finding"]
        var writer = RowWriter(try invocation.layout(columns), console: console)
        var counts: [Finding: Int64] = [:]
        try invocation.reading(.subscriber, console) { table in
            let selection = try table.selection(TableDescription.subscriber.listSlots, invocation.arguments[...])
            try table.forEach(selection) { row throws(DatabaseError) in
                for finding in findings(row) {
                    counts[finding, default: 0] += 1
                    if isSummary { continue }
                    writer.write([Field(row.text("username")), Field(row.text("domain")), .text(finding.rawValue)])
                }
                return .proceed
            }
        }
        if isSummary {
            for (finding, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                writer.write([.text(finding.rawValue), .integer(count)])
            }
        }
        writer.finish()
        return counts.isEmpty ? .success : .negative
    }

    static func findings(_ row: RowDraft) -> [Finding] {
        var findings: [Finding] = []
        let password = row.text("password") ?? ""
        let ha1 = row.text("ha1") ?? ""
        if !password.isEmpty { findings.append(.clearText) }
        if ha1.isEmpty {
            if password.isEmpty { findings.append(.noHash) }
        } else if ha1.utf8.count != 32 || !ha1.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit) {
            findings.append(.brokenHash)
        } else if !password.isEmpty {
            let hashes = Password.hashes(
                username: row.text("username") ?? "", domain: row.text("domain") ?? "", password: password)
            if hashes.first?.1 != ha1.lowercased() { findings.append(.wrongHash) }
        }
        if (row.text("ha1_sha256") ?? "").isEmpty, !ha1.isEmpty { findings.append(.onlyMD5) }
        return findings
    }
}
