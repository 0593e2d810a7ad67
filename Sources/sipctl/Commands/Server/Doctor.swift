import CommandLineInterface
import ControlProtocol
import Database
import OperatingSystem

/// `doctor`: looks for what keeps the daemon or sipctl from working, and names the command that puts it right.
enum Doctor {
    private struct Finding {
        let check: String
        let problem: String?
        let fix: String
    }

    static let command = Command(
        "doctor", summary: "look for what is wrong, and name the command that puts it right",
        discussion:
            "Looks at database, schema, control socket, drift, clock, domains. The exit code is 1 when something is wrong.",
        examples: [Example("sipctl doctor", "what is wrong")], run: run)

    @Sendable private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        var writer = RowWriter(try invocation.layout(["check", "ok", "problem", "fix"]), console: console)
        var isFine = true
        for finding in database(invocation, console) + daemon(invocation) + [clock()] {
            isFine = isFine && finding.problem == nil
            writer.write([
                .text(finding.check), .boolean(finding.problem == nil), Field(finding.problem),
                .text(finding.problem == nil ? "" : finding.fix),
            ])
        }
        writer.finish()
        return isFine ? .success : .negative
    }

    private static func text(_ error: any Error) -> String {
        (error as? CommandFailure)?.message ?? FailureTranslation.failure(error)?.message ?? "\(error)"
    }

    private static func database(_ invocation: Invocation, _ console: Console) -> [Finding] {
        do {
            return try invocation.withDatabase(console) { connection in
                var findings = [Finding(check: "database", problem: nil, fix: "")]
                let wrong = try DatabaseVersion.rows(connection).filter {
                    $0.status == .unknown || $0.status == .missing
                }
                findings.append(
                    Finding(
                        check: "schema", problem: wrong.first.map { "table '\($0.table)' is \($0.status.rawValue)" },
                        fix: "sipctl db migrate"))
                let missing = try SchemaInstaller(connection).missing([.standard, .sipd])
                findings.append(
                    Finding(
                        check: "triggers",
                        problem: missing.triggers.isEmpty ? nil : "\(missing.triggers.count) triggers are missing",
                        fix: "sipctl db migrate"))
                let rows = try connection.rows("SELECT domain FROM domain ORDER BY id LIMIT 20")
                for name in rows.compactMap({ $0[0].text }) {
                    let isKnown = !HostAddresses.resolve(name).isEmpty
                    findings.append(
                        Finding(
                            check: "domain \(name)", problem: isKnown ? nil : "the name has no address in the DNS",
                            fix: "add A, AAAA or SRV records, or: sipctl domain rm \(name)"))
                }
                return findings
            }
        } catch {
            return [Finding(check: "database", problem: text(error), fix: "sipctl db create, or --database URL")]
        }
    }

    private static func daemon(_ invocation: Invocation) -> [Finding] {
        let health: JSONValue
        do throws(ControlClientError) {
            health = try Daemon.call("core.health", [], invocation)
        } catch {
            return [
                Finding(check: "control socket", problem: "\(error)", fix: "systemctl start sipd, or --server SOCKET")
            ]
        }
        var findings = [Finding(check: "control socket", problem: nil, fix: "")]
        let reasons = (health["reasons"]?.arrayValue ?? []).compactMap(\.stringValue)
        findings.append(
            Finding(
                check: "daemon", problem: reasons.isEmpty ? nil : reasons.joined(separator: "; "),
                fix: "sipcmd core.health; the daemon's log says more"))
        for table in (try? Daemon.call("core.drift", [], invocation))?["tables"]?.arrayValue ?? [] {
            let isOld = table["drift"]?.boolValue == true
            findings.append(
                Finding(
                    check: "table \(table["table"]?.stringValue ?? "")",
                    problem: isOld ? "the daemon runs an older one" : nil,
                    fix: "sipctl rpc \(table["reload"]?.stringValue ?? "")"))
        }
        return findings
    }

    /// A clock far behind makes nonces and registrations end in the past.
    private static func clock() -> Finding {
        let year = CalendarTime.text(Int64(WallClock.now.seconds), in: .utc).prefix(4)
        let isPast = (Int(year) ?? 0) < 2026
        return Finding(
            check: "clock", problem: isPast ? "it is said to be \(year)" : nil, fix: "timedatectl set-ntp true")
    }
}
