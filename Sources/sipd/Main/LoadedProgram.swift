import CommandLineInterface
import Glibc
import Logging
import ModuleInterface
import OperatingSystem
import ScriptEngine
import ScriptSyntax
import Transport

/// A configuration that was read, parsed, checked and compiled with the options of the command line.
struct LoadedProgram {
    /// The result; ready to start when it has no errors.
    let configuration: LoadedConfiguration
    /// The configuration as it was parsed.
    let tree: ScriptSyntax.Configuration
    /// Errors and warnings of parser, loader and compiler.
    let diagnostics: [Diagnostic]

    init(_ options: Options) {
        let name = options.configuration ?? BuiltInConfiguration.name
        let parsed = Self.parse(name, options)
        tree = parsed.configuration
        var loader = ConfigurationLoader(
            parsed.configuration, available: StandardModules.all, withoutEffect: StandardModules.withoutEffect)
        configuration = loader.load(
            override: { Self.override(&$0, options) }, makeServer: { Self.makeServer($0, options) })
        diagnostics = parsed.diagnostics + configuration.diagnostics
    }

    /// The compiled script, when neither the text nor its modules have an error.
    var program: ScriptEngine.Program? {
        diagnostics.contains { $0.severity == .error } || configuration.hasErrors ? nil : configuration.program
    }

    /// Why there is no program; the errors themselves are in the report.
    var failure: StartFailure {
        let count = diagnostics.count { $0.severity == .error }
        return StartFailure("bad configuration: \(count) error\(count == 1 ? "" : "s")")
    }

    /// Prints errors and warnings, then logs what has no effect.
    func report() {
        for diagnostic in diagnostics { StandardErrorLog.writeLine("\(diagnostic)") }
        for notice in configuration.notices { configuration.server.logger.notice("\(notice)") }
    }

    private static func parse(_ name: String, _ options: Options) -> ParsedConfiguration {
        let parser = ConfigurationParser(
            loader: FileSourceLoader(),
            options: .init(definitions: options.defines, environment: { EnvironmentVariable.value(of: $0) }))
        guard options.configuration != nil else {
            return parser.parse(Array(BuiltInConfiguration.text.utf8), name: name)
        }
        return parser.parse(name)
    }

    private static func override(_ settings: inout CoreSettings, _ options: Options) {
        if !options.listens.isEmpty { settings.listens = options.listens }
        if let folder = options.runFolder {
            settings.runFolder = folder
        } else if settings.runFolder == CoreSettings().runFolder, !canUse(settings.runFolder),
            let own = EnvironmentVariable.value(of: "XDG_RUNTIME_DIR"), !own.isEmpty
        {
            settings.runFolder = own + "/sipd"
        }
        if let workers = options.workers { settings.workers = workers }
        let account = options.user.flatMap { AccountName.user($0) }
        settings.socketUser = account?.user
        settings.socketGroup = options.group.flatMap { AccountName.groupNumber($0) } ?? account?.group
    }

    /// Whether this process may make files in a folder, or may make the folder.
    private static func canUse(_ folder: String) -> Bool {
        if FileEntry.kind(of: folder) != nil { return FileEntry.isWritableFolder(folder) }
        return FileEntry.isWritableFolder("/run")
    }

    private static func makeServer(_ settings: CoreSettings, _ options: Options) -> Server {
        let levels = LogLevels(level: settings.debug)
        let log = StandardErrorLog(format: options.logFormat, levels: levels)
        let logger = Logger(label: "sipd") { _ in log }
        let transport = TransportLayer(
            workers: settings.workers > 0 ? settings.workers : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            limits: settings.transport, logger: logger)
        return Server(settings: settings, transport: transport, logger: logger, scriptLog: log, logLevels: levels)
    }
}

/// `sipd -c`.
struct ConfigurationCheck {
    private let options: Options

    init(_ options: Options) {
        self.options = options
    }

    func run() throws(StartFailure) {
        let loaded = LoadedProgram(options)
        loaded.report()
        guard loaded.program != nil else { throw loaded.failure }
        StandardErrorLog.writeLine("sipd: configuration is good")
    }

    /// `sipd -c --report`: what of the configuration works here.
    func runReport() throws(StartFailure) {
        let loaded = LoadedProgram(options)
        let report = ConfigurationReport(loaded.tree, loaded.diagnostics)
        StandardOutput.write(options.reportsJSON ? report.json : report.text)
        guard loaded.program != nil else { throw loaded.failure }
    }
}
