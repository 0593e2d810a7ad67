import CommandLineInterface

/// The files that settings come from, strongest first: the user's, the machine's, then kamctl's.
enum SettingsFiles {
    /// The files that are looked at, whether they exist or not.
    static func paths(_ environment: Environment) -> (own: [String], kamctl: [String]) {
        var own: [String] = []
        if let folder = environment["XDG_CONFIG_HOME"] {
            own.append("\(folder)/sipctl/config")
        } else if let home = environment["HOME"] {
            own.append("\(home)/.config/sipctl/config")
        }
        own.append("/etc/sipctl/config")
        if let path = environment["SIPCTL_KAMCTLRC"] { return (own, [path]) }
        var kamctl: [String] = []
        if let home = environment["HOME"] { kamctl.append("\(home)/.kamctlrc") }
        return (own, kamctl + ["/etc/kamailio/kamctlrc"])
    }

    /// Reads all of them.
    static func read(_ invocation: Invocation) throws(CommandFailure) -> Configuration {
        var configuration = Configuration()
        let (own, kamctl) = paths(invocation.environment)
        var context = invocation.value(of: Settings.contextOption)
        if context == nil {
            // A file may name the context that is used when nothing else does.
            var names = Configuration()
            for path in own { try names.read(path, context: nil) }
            context = names["context"]?.value
        }
        for path in own { try configuration.read(path, context: context) }
        try KamctlSettings.read(kamctl, invocation.environment, into: &configuration)
        return configuration
    }
}
