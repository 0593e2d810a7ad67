/// Reads a configuration: files, directives, grammar.
///
///     let parser = ConfigurationParser(loader: loader)
///     let result = parser.parse("/etc/sipd/sipd.cfg")
///     for diagnostic in result.diagnostics { print(diagnostic) }
///     guard !result.hasErrors else { exit(78) }
///
/// Reading goes on behind an error, so that one run shows all of them. The language is that of Kamailio 5.6.3; what
/// later versions added (`socket = { }`, `#!ifexp`, `loadmodule(...)`, newer parameters) is taken too, and words that
/// Kamailio reserves may stand where a name is meant: `alias=drop.example.com`, `route[port]`.
package struct ConfigurationParser {
    /// What the command line and the system add to the text of a configuration.
    package struct Options: Sendable {
        /// Names from the command line (`-A`): `NAME`, or `NAME=TEXT` with the text as it is to be read.
        package var definitions: [String]
        /// The version for `#!ifdef KAMAILIO_5_6`: major, minor and patch.
        package var version: (major: Int, minor: Int, patch: Int)
        /// The environment, for `#!defenv` and `$env()` in substitutions.
        package var environment: @Sendable (String) -> String?

        package init(
            definitions: [String] = [], version: (major: Int, minor: Int, patch: Int) = (5, 6, 3),
            environment: @escaping @Sendable (String) -> String? = { _ in nil }
        ) {
            self.definitions = definitions
            self.version = version
            self.environment = environment
        }
    }

    /// Reads the files.
    package var loader: any SourceLoader
    /// Definitions and environment for the preprocessor.
    package var options: Options

    package init(loader: any SourceLoader, options: Options = Options()) {
        self.loader = loader
        self.options = options
    }

    /// Reads a file and all that it includes; a file that cannot be read is an error like any other.
    package func parse(_ path: String) -> ParsedConfiguration {
        do throws(SourceError) {
            return parse(try loader.load(path), name: path)
        } catch {
            let diagnostic = Diagnostic(
                at: SourceLocation(file: path, line: 1, column: 1), code: "configuration-file",
                "cannot read the configuration: \(error)")
            return ParsedConfiguration(configuration: Configuration(files: [path]), diagnostics: [diagnostic])
        }
    }

    /// Reads a configuration that is in memory already; the name is for messages and as the place to include from.
    package func parse(_ bytes: [UInt8], name: String) -> ParsedConfiguration {
        var preprocessor = Preprocessor(
            bytes: bytes, name: name, loader: loader, environment: options.environment)
        predefine(in: &preprocessor)
        preprocessor.run()
        var parser = Parser(preprocessor)
        parser.parse()
        var configuration = Configuration(files: preprocessor.files, items: parser.items)
        configuration.assignFlags()
        parser.checkFlags(of: configuration)
        configuration.defines = preprocessor.defines.mapValues { definition in
            DefinedName(text: definition.text.map(ScriptText.init(bytes:)), position: definition.position)
        }
        let diagnostics = DiagnosticPrinter(configuration: configuration, preprocessor: preprocessor)
            .diagnostics(of: parser.problems)
        return ParsedConfiguration(configuration: configuration, diagnostics: diagnostics)
    }

    private func predefine(in preprocessor: inout Preprocessor) {
        let (major, minor, patch) = options.version
        for name in ["\(major)", "\(major)_\(minor)", "\(major)_\(minor)_\(patch)"] {
            preprocessor.set("KAMAILIO_\(name)", nil, at: nil)
        }
        let number = (major * 1000 + minor) * 1000 + patch
        preprocessor.set("KAMAILIO_VERSION", Array(String(number).utf8), at: nil, isWeak: true)
        preprocessor.set("OS_NAME", Array("\"linux\"".utf8), at: nil, isWeak: true)
        for definition in options.definitions {
            let parts = definition.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let text = parts.count > 1 && !parts[1].isEmpty ? Array(parts[1].utf8) : nil
            preprocessor.set(String(parts.first ?? ""), text, at: nil)
        }
    }
}

/// A configuration and everything that was said about it.
package struct ParsedConfiguration: Sendable {
    /// Holds only what could be read if there are errors.
    package var configuration: Configuration
    /// Errors and warnings in the order of the files and lines.
    package var diagnostics: [Diagnostic]

    package init(configuration: Configuration, diagnostics: [Diagnostic]) {
        self.configuration = configuration
        self.diagnostics = diagnostics
    }

    /// The configuration must not be used.
    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
