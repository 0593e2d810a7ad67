import CommandLineInterface
import Glibc
import Logging
import ModuleInterface
import OperatingSystem
import ScriptSyntax
import Transport

/// A configuration that was read, parsed, checked and compiled with the options of the command line.
struct LoadedProgram {
    /// The result; ready to start when it has no errors.
    let configuration: LoadedConfiguration
    /// Errors and warnings of parser, loader and compiler.
    let diagnostics: [Diagnostic]

    init(_ options: Options) throws(StartFailure) {
        let name = options.configuration ?? BuiltInConfiguration.name
        let parsed = try Self.parse(name, options)
        var loader = ConfigurationLoader(
            parsed.configuration, available: StandardModules.all, withoutEffect: StandardModules.withoutEffect)
        configuration = loader.load(override: { Self.override(&$0, options) }, makeServer: { Self.makeServer($0, options) })
        diagnostics = parsed.diagnostics + configuration.diagnostics
    }

    /// How many errors there are.
    var errorCount: Int {
        diagnostics.count { $0.severity == .error }
    }

    /// Prints errors and warnings, then logs what has no effect.
    func report() {
        for diagnostic in diagnostics { StandardErrorLog.writeLine("\(diagnostic)") }
        for notice in configuration.notices { configuration.server.logger.notice("\(notice)") }
    }

    private static func parse(_ name: String, _ options: Options) throws(StartFailure) -> ParsedConfiguration {
        let defines = options.defines
        guard options.configuration != nil else {
            return ConfigurationParser.parse(
                text: BuiltInConfiguration.text, file: name, defines: defines, loader: FileSourceLoader(),
                environment: { EnvironmentVariable.value(of: $0) })
        }
        do {
            return try ConfigurationParser.parse(
                file: name, defines: defines, loader: FileSourceLoader(),
                environment: { EnvironmentVariable.value(of: $0) })
        } catch {
            throw StartFailure("cannot read '\(name)': \(error)", hint: "name the configuration with -f FILE")
        }
    }

    private static func override(_ settings: inout CoreSettings, _ options: Options) {
        if !options.listens.isEmpty { settings.listens = options.listens }
        if let folder = options.runFolder { settings.runFolder = folder }
        if let workers = options.workers { settings.workers = workers }
    }

    private static func makeServer(_ settings: CoreSettings, _ options: Options) -> Server {
        let log = StandardErrorLog(format: options.logFormat, debug: settings.debug)
        let logger = Logger(label: "sipd") { _ in log }
        let transport = TransportLayer(
            workers: settings.workers > 0 ? settings.workers : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            limits: .init(settings), logger: logger)
        return Server(settings: settings, transport: transport, logger: logger, scriptLog: log)
    }
}

/// `sipd -c`.
struct ConfigurationCheck {
    private let options: Options

    init(_ options: Options) {
        self.options = options
    }

    func run() throws(StartFailure) {
        let loaded = try LoadedProgram(options)
        loaded.report()
        guard loaded.errorCount == 0, !loaded.configuration.hasErrors else {
            throw StartFailure("bad configuration: \(loaded.errorCount) errors")
        }
        StandardErrorLog.writeLine("sipd: configuration is good")
    }
}
