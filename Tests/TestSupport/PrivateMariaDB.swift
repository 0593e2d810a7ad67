package import Database
import Glibc
import Synchronization

/// A MariaDB server of the tests' own, on a socket in a temporary folder, which ends with the test process.
///
/// It is started by the first test that needs it and shared by all of them; each takes a database of its own.
package final class PrivateMariaDB: Sendable {
    /// The server, or nil when MariaDB is not installed; see `absence`.
    package static let shared: PrivateMariaDB? = absence == nil ? PrivateMariaDB() : nil

    /// Why there is no server, for the message of a skipped test; nil when there can be one.
    package static let absence: String? = {
        for program in ["mariadb-install-db", "mariadbd"] where ChildProcess.find(program) == nil {
            return "\(program) is not installed (package mariadb-server)"
        }
        return nil
    }()

    private static let startSecondsMax = 60

    private let folder = TemporaryFolder("sipd-mariadb", inMemory: true)
    private let count = Mutex(0)

    /// The path of the server's socket.
    package var socket: String { "\(folder.path)/socket" }

    private init() {
        let data = "\(folder.path)/data"
        // As root the server insists on being told so.
        let account = geteuid() == 0 ? ["--user=root"] : []
        let common = ["--no-defaults", "--datadir=\(data)"] + account
        let installed = ChildProcess.run(
            ChildProcess.find("mariadb-install-db") ?? "",
            common + ["--auth-root-authentication-method=normal", "--skip-test-db"])
        guard installed.exitCode == 0 else { fatalError("mariadb-install-db failed: \(installed.messages)") }
        start(
            common + [
                "--socket=\(socket)", "--skip-networking", "--pid-file=\(folder.path)/pid",
                "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin",
            ])
        waitUntilReady()
    }

    /// The shell in front ends the server when the pipe closes, which it does however this process ends.
    private func start(_ arguments: [String]) {
        let script = """
            server=$1; folder=$2; shift 2
            "$server" "$@" >"$folder/log" 2>&1 & pid=$!
            read -r end
            kill -9 $pid; rm -rf "$folder"
            """
        var ends: [Int32] = [0, 0]
        // SAFETY: pipe writes two descriptors into the array.
        unsafe pipe(&ends)
        // No other child may hold the writing end open.
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        let pid = ChildProcess.spawn(
            "/bin/sh", ["-c", script, "sh", ChildProcess.find("mariadbd") ?? "", folder.path] + arguments, nil,
            [STDIN_FILENO: ends[0]])
        guard pid != nil else { fatalError("cannot start mariadbd") }
        close(ends[0])
    }

    private func waitUntilReady() {
        let url = DatabaseURL(.server(server(named: "mysql")))
        for _ in 0..<(Self.startSecondsMax * 20) {
            if let connection = try? Database.open(url) {
                connection.close()
                return
            }
            usleep(50_000)
        }
        fatalError("mariadbd did not come up; see \(folder.path)/log")
    }

    private func server(named name: String) -> DatabaseURL.Server {
        DatabaseURL.Server(host: "localhost", port: 0, socket: socket, user: "root", password: "", name: name)
    }

    /// The URL of a database that does not exist yet, with a name of its own.
    package func unusedURL() -> DatabaseURL {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return DatabaseURL(.server(server(named: "test\(number)")))
    }

    /// The URL of a new empty database with the character set that Kamailio 5.6 makes its own with.
    package func emptyURL() throws -> DatabaseURL {
        let url = unusedURL()
        guard case .server(let server) = url.location else { return url }
        let connection = try Database.open(DatabaseURL(.server(self.server(named: "mysql"))))
        defer { connection.close() }
        try connection.executeDirectly("CREATE DATABASE \(server.name) CHARACTER SET latin1")
        return url
    }
}
