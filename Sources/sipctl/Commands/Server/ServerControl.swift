import CommandLineInterface
import ControlProtocol
import Glibc
import OperatingSystem

/// kamctl's `start`, `stop` and `restart`.
enum ServerControl {
    private static let pidFileOption = CommandOption.value(
        "pid-file", "FILE", environment: "PID_FILE", default: "/run/sipd/sipd.pid", "where the daemon writes its number"
    )
    private static let configurationOption = CommandOption.value(
        "config", "FILE", environment: "STARTUP_CONFIG_FILE", "the daemon's configuration")
    private static let waitMax: Duration = .seconds(10)
    private static let options = [pidFileOption, configurationOption]

    static let commands: [Command] = [
        Command(
            "start", summary: "start the daemon and wait until it answers",
            discussion: "Where systemd runs the daemon, use 'systemctl start sipd'.", section: Sipctl.daemonSection,
            arguments: [.repeated("OPTION", "passed on to sipd; behind --")], options: options,
            run: { try start($0, $1) }),
        Command(
            "stop", summary: "end the daemon and wait until it has ended", section: Sipctl.daemonSection,
            options: options,
            run: { try stop($0, $1) }),
        Command(
            "restart", summary: "end the daemon when it runs, and start it", section: Sipctl.daemonSection,
            arguments: [.repeated("OPTION", "passed on to sipd; behind --")], options: options,
            run: { invocation, console in
                if processNumber(invocation) != nil { _ = try stop(invocation, console) }
                return try start(invocation, console)
            }),
    ]

    /// The number of the running daemon; nil when there is no file, or an old one.
    private static func processNumber(_ invocation: Invocation) -> pid_t? {
        let path = invocation.value(of: pidFileOption) ?? ""
        guard let bytes = try? FileContents.read(path, bytesMax: 64) else { return nil }
        let digits = String(decoding: bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self)
        guard let number = pid_t(digits), number > 1, kill(number, 0) == 0 || errno == EPERM else { return nil }
        // A number is given to another process sooner or later.
        let name = try? FileContents.read("/proc/\(number)/comm", bytesMax: 256)
        guard let name, name.starts(with: "sipd".utf8) || name.starts(with: "kamailio".utf8) else { return nil }
        return number
    }

    private static func start(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        if let number = processNumber(invocation) {
            throw CommandFailure(.alreadyExists, "the daemon runs, as process \(number)")
        }
        let path = invocation.value(of: pidFileOption) ?? ""
        var words = ["setsid", "--fork", "sipd", "-P", path]
        if let file = invocation.value(of: configurationOption) { words += ["-f", file] }
        if invocation.isDryRun {
            invocation.report("started 'sipd'", on: console)
            return .success
        }
        // What the daemon has to say about a bad configuration is said here, before it is on its own.
        let checked = try ChildProcess.run(["sipd", "-c"] + words.dropFirst(5) + invocation.arguments)
        guard checked.exitCode == 0 else { throw CommandFailure(.configuration, "the configuration is not usable") }
        _ = try ChildProcess.run(words + invocation.arguments, output: .nowhere)
        guard wait(until: { processNumber(invocation) != nil && answers(invocation) }) else {
            throw CommandFailure(
                .unavailable, "the daemon did not come up within 10 seconds",
                hint: "run 'sipd' in a terminal to see why")
        }
        invocation.report("started (pid: \(processNumber(invocation) ?? 0))", on: console)
        return .success
    }

    private static func answers(_ invocation: Invocation) -> Bool {
        (try? Daemon.call("core.version", [], invocation)) != nil
    }

    private static func stop(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
        guard let number = processNumber(invocation) else {
            throw CommandFailure(.unavailable, "no daemon runs", hint: "--pid-file says where its number is")
        }
        if invocation.isDryRun {
            invocation.report("ended process \(number)", on: console)
            return .success
        }
        guard kill(number, SIGTERM) == 0 else {
            throw CommandFailure(.permissionDenied, "cannot end process \(number): \(ErrorText.of(errno))")
        }
        guard wait(until: { kill(number, 0) != 0 && errno == ESRCH }) else {
            throw CommandFailure(.tryLater, "process \(number) did not end within 10 seconds")
        }
        invocation.report("ended process \(number)", on: console)
        return .success
    }

    /// Looks again and again; the other process cannot tell us.
    private static func wait(until isDone: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + waitMax
        while !isDone() {
            guard ContinuousClock.now < deadline else { return false }
            usleep(20_000)
        }
        return true
    }
}
