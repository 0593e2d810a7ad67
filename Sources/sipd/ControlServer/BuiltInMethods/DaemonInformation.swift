import Glibc
import OperatingSystem

/// What the `core.*` methods tell about the daemon.
package struct DaemonInformation: Sendable {
    /// A thread or process of the daemon, for `core.ps` and its like.
    package struct Process: Sendable, Hashable {
        /// The operating system's number.
        package var processID: Int32
        /// What it does, `main process - attendant`.
        package var description: String

        /// Describes a thread or process.
        package init(processID: Int32, description: String) {
            self.processID = processID
            self.description = description
        }
    }

    /// The program's name.
    package var name = "sipd"
    /// The program's version, `0.1.0`.
    package var version: String
    /// The commit that it was built from, `unknown` when that is not known.
    package var sourceID = "unknown"
    /// What it was compiled with.
    package var compiler = "Swift 6"
    /// What it was built to be able to do, in Kamailio's words.
    package var flags = ["USE_TCP"]
    /// The command line, with passwords in URLs masked.
    package var arguments: [String]
    /// When it started, in seconds since 1970.
    package var startTime: Int
    /// The seconds since 1970 now; a test has its own clock.
    package var now: @Sendable () -> Int = { WallClock.now.seconds }
    /// The names of the loaded modules, the last loaded first.
    package var modules: @Sendable () -> [String] = { [] }
    /// The threads or processes.
    package var processes: @Sendable () -> [Process] = {
        [Process(processID: getpid(), description: "main process - attendant")]
    }

    /// Describes this process.
    package init(version: String, arguments: [String] = CommandLine.arguments, startTime: Int = WallClock.now.seconds) {
        self.version = version
        self.arguments = arguments.map(Self.maskingPasswords)
        self.startTime = startTime
    }

    /// `x86_64/linux`.
    package static var platform: String {
        #if arch(x86_64)
            "x86_64/linux"
        #elseif arch(arm64)
            "aarch64/linux"
        #else
            "unknown/linux"
        #endif
    }

    /// Replaces the password of a URL by stars: `mysql://sipd:***@db/sipd`.
    static func maskingPasswords(_ argument: String) -> String {
        guard let scheme = argument.firstRange(of: "://"),
            let at = argument[scheme.upperBound...].lastIndex(of: "@"),
            let colon = argument[scheme.upperBound..<at].firstIndex(of: ":")
        else { return argument }
        return argument[...colon] + "***" + argument[at...]
    }
}
