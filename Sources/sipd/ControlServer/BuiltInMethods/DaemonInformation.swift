import Glibc

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
    package var now: @Sendable () -> Int = { time(nil) }
    /// The names of the loaded modules, the last loaded first.
    package var modules: @Sendable () -> [String] = { [] }
    /// The threads or processes.
    package var processes: @Sendable () -> [Process] = {
        [Process(processID: getpid(), description: "main process - attendant")]
    }

    /// Describes this process.
    package init(version: String, arguments: [String] = CommandLine.arguments, startTime: Int = time(nil)) {
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

/// Prints points in time as C's `ctime` does: `Sun Nov 22 19:48:00 2026`, local time.
enum CalendarText {
    static func text(of seconds: Int) -> String {
        var instant = time_t(seconds)
        // SAFETY: both structures are valid for the call, which fills the second; its only pointer is not used.
        var parts = unsafe tm()
        guard unsafe localtime_r(&instant, &parts) != nil else { return String(seconds) }
        let (weekday, month, year) = unsafe (Int(parts.tm_wday), Int(parts.tm_mon), Int(parts.tm_year) + 1900)
        let (day, clock) = unsafe (parts.tm_mday, [parts.tm_hour, parts.tm_min, parts.tm_sec])
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let hours = clock.map { padded($0, with: "0") }.joined(separator: ":")
        return "\(weekdays[weekday]) \(months[month]) \(padded(day, with: " ")) \(hours) \(year)"
    }

    private static func padded(_ number: Int32, with character: Character) -> String {
        number < 10 ? "\(character)\(number)" : String(number)
    }
}
