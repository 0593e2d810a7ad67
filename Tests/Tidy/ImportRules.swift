/// Which target may import which: the arrows of DESIGN's layout, all of them pointing down.
enum ImportRules {
    /// Targets that know nothing but the standard library and one another.
    static let pure: Set<String> = ["SIPMessage", "NetworkAddress", "Suggestions", "ScriptSyntax"]

    private static let event: Set<String> = ["NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "Logging"]
    private static let system: Set<String> = ["Glibc", "Synchronization", "Dispatch"]
    private static let message: Set<String> = ["SIPMessage", "NetworkAddress"]
    private static let scriptable: Set<String> =
        message.union(event).union(system).union([
            "ScriptSyntax", "ScriptEngine", "ModuleInterface", "Transaction", "Transport", "Database",
            "ControlProtocol", "DigestAuthentication", "OperatingSystem", "FoundationEssentials", "XMLDocuments",
            "Suggestions",
        ])

    private static let layers: [String: Set<String>] = [
        "SIPMessage": [],
        "NetworkAddress": [],
        "Suggestions": [],
        "ScriptSyntax": ["Suggestions"],
        "OperatingSystem": system,
        "DigestAuthentication": system.union(["COpenSSL", "FoundationEssentials"]),
        "Database": system.union(["CSQLite", "CMariaDB", "OperatingSystem"]),
        "XMLDocuments": system.union(["CXML"]),
        "ControlProtocol": system.union(["OperatingSystem", "Suggestions"]),
        "CommandLineInterface": system.union(["OperatingSystem", "Suggestions"]),
        "Transport": message.union(event).union(system).union(["OperatingSystem", "CSockets", "NIOSSL", "NIOTLS"]),
        "Transaction": message.union(event).union(system).union(["Transport"]),
        "ScriptEngine": message.union(system).union(["ScriptSyntax", "Suggestions", "Transport", "Logging"]),
        "ModuleInterface": scriptable.subtracting(["ModuleInterface", "DigestAuthentication"]),
        "ControlServer": scriptable,
        "SipctlCommands": system.union([
            "CommandLineInterface", "Database", "NetworkAddress", "DigestAuthentication", "ControlProtocol",
            "OperatingSystem", "Suggestions", "FoundationEssentials",
        ]),
        "sipctl": system.union(["SipctlCommands", "CommandLineInterface"]),
        "SipcmdCommands": system.union(["CommandLineInterface", "ControlProtocol", "OperatingSystem"]),
        "sipcmd": system.union(["SipcmdCommands", "CommandLineInterface"]),
    ]

    /// The target a file below Sources/ belongs to, by the layout.
    static func target(of file: SourceFile) -> String? {
        let folders = file.folders.map(String.init)
        guard folders.count >= 3, folders[0] == "Sources" else { return nil }
        switch (folders[1], folders[2]) {
        case ("Shared", let name):
            return name
        case ("sipd", "Modules"), ("sipd", "RoutingScript"):
            guard folders.count >= 4 else { return nil }
            return folders[2] == "Modules" ? "\(folders[3])Module" : folders[3]
        case (let program, "Main"):
            return program
        case ("sipctl", "Commands"):
            return "SipctlCommands"
        case ("sipcmd", "Commands"):
            return "SipcmdCommands"
        case ("sipd", let name):
            return name
        default:
            return nil
        }
    }

    static func violations(in file: SourceFile) -> [Violation] {
        guard let target = target(of: file) else {
            return [Violation(path: file.path, line: 1, message: "belongs to no target of the layout")]
        }
        return imports(of: file).compactMap { line, name in
            allows(target, importing: name)
                ? nil : Violation(path: file.path, line: line, message: "\(target) may not import \(name)")
        }
    }

    static func allows(_ target: String, importing name: String) -> Bool {
        if let allowed = layers[target] {
            return allowed.contains(name)
        }
        // The assembly of the daemon and the modules: a module may use another one's types (registrar those of usrloc).
        let isModule = name.hasSuffix("Module")
        if target.hasSuffix("Module") {
            // Modules ctl and jsonrpcs open sockets that ControlServer knows how to serve.
            let opensSockets = ["ControlModule", "JSONRPCModule"].contains(target) && name == "ControlServer"
            return scriptable.contains(name) || isModule || opensSockets
        }
        let assembled = scriptable.union(["ControlServer", "CommandLineInterface"])
        return target == "sipd" && (assembled.contains(name) || isModule)
    }

    private static func imports(of file: SourceFile) -> [(line: Int, name: String)] {
        file.code.containing("import ").compactMap { index in
            let words = file.code[index].split(whereSeparator: { $0 == " " || $0 == "." })
            guard let keyword = words.firstIndex(of: "import"),
                words[..<keyword].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
            else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
            let name = words[(keyword + 1)...].first { !kinds.contains($0) }
            return name.map { (index + 1, String($0)) }
        }
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
}
