import Glibc
import TestSupport

/// A golden session: command lines, a line of ten dashes, and what they print.
///
/// Every command line runs in the same folder, with a database of its own. The transcript shows each command behind
/// `$ `, its standard output as it is, its standard error behind `! `, and its exit code when it is not 0.
struct Session: Sendable, CustomStringConvertible {
    private static let separator = "----------"

    let name: String
    let path: String
    let commands: [String]
    let expected: String

    var description: String { name }

    init(name: String, commands: [String]) {
        self.name = name
        self.commands = commands
        path = ""
        expected = ""
    }

    init?(path: String) {
        let file = ChildProcess.run("/bin/cat", [path])
        guard file.exitCode == 0, let slash = path.lastIndex(of: "/") else { return nil }
        name = String(path[path.index(after: slash)...])
        self.path = path
        var lines = file.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let end = lines.firstIndex(of: Self.separator) ?? lines.count
        expected = lines.dropFirst(end + 1).joined(separator: "\n")
        lines.removeSubrange(end...)
        commands = lines.filter { !$0.isEmpty }
    }

    /// All sessions of the folder.
    static let all: [Session] = {
        let listing = ChildProcess.run("/bin/ls", [folder])
        return listing.output.split(separator: "\n").compactMap { Session(path: "\(folder)/\($0)") }
    }()

    private static let folder =
        #filePath.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 } + "/Sessions"

    /// Whether the session is about sipctl alone, and not about the file its database is in.
    var runsOnAnyEngine: Bool {
        !commands.contains { $0.contains("sqlite") || $0.contains("--database") }
    }

    /// Runs the commands and returns the transcript.
    ///
    /// The database is an SQLite file unless a URL is given. What is different in every run is replaced by the words
    /// `DATABASE` and `FOLDER`.
    func transcript(program: String, database: String? = nil) -> String {
        let folder = TemporaryFolder("session")
        let database = database ?? "sqlite://\(folder.path)/sipd.sqlite"
        let programFolder = program.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
        let environment = [
            "PATH": "\(programFolder):/usr/bin:/bin", "SIPCTL_DATABASE": database,
            "SIPCTL_SERVER": "\(folder.path)/control.sock", "TZ": "UTC", "LC_ALL": "C.UTF-8", "FOLDER": folder.path,
        ]
        var text = ""
        for command in commands {
            text += "$ \(command)\n"
            guard !command.hasPrefix("#") else { continue }
            let result = ChildProcess.run(
                "/usr/bin/timeout", ["60", "/bin/sh", "-c", "cd \"$FOLDER\"; \(command)"], environment: environment)
            text += result.output
            for line in result.messages.split(separator: "\n") { text += "! \(line)\n" }
            if result.exitCode != 0 { text += "=> \(result.exitCode)\n" }
        }
        return text.replacing(database, with: "DATABASE").replacing(folder.path, with: "FOLDER")
    }

    /// Writes a new expectation into the file.
    func update(_ transcript: String) {
        let text = (commands + [Self.separator, transcript]).joined(separator: "\n")
        _ = ChildProcess.run("/bin/sh", ["-c", "printf '%s' \"$1\" >\"$2\"", "sh", text, path])
    }
}
