import ControlProtocol
import SIPMessage
package import ScriptEngine
package import ScriptSyntax
import Suggestions

/// Turns a parsed configuration into a server that is ready to start: global parameters, modules, the compiled script.
///
/// Nothing is opened, so `sipd -c` uses it as it is. All problems are reported, not only the first.
package struct ConfigurationLoader {
    /// The modules that exist.
    package let available: [LoadableModule]
    /// Modules of Kamailio that are accepted without effect, with the reason.
    package let withoutEffect: [String: String]
    private let configuration: Configuration
    private var settings: CoreSettings
    private var diagnostics: [Diagnostic] = []
    private var notices: [String] = []
    private var globalsWithoutEffect: [String] = []
    private var requested: [RequestedModule] = []
    private var customGlobals: [CustomGlobal] = []

    private struct RequestedModule {
        let module: LoadableModule
        let position: SourceRange
        var parameters: ModuleParameters
    }

    /// Starts with a parsed configuration, and with settings that the command line made before it was read.
    package init(
        _ configuration: Configuration, available: [LoadableModule], withoutEffect: [String: String] = [:],
        settings: CoreSettings = CoreSettings()
    ) {
        self.configuration = configuration
        self.available = available
        self.withoutEffect = withoutEffect
        self.settings = settings
    }

    /// Loads everything.
    ///
    /// - Parameters:
    ///   - override: changes the settings after the configuration was read: what the command line replaces.
    ///   - makeServer: makes the server from the settings.
    /// - Returns: the server with everything that was found wrong.
    package mutating func load(
        override: (inout CoreSettings) -> Void = { _ in }, makeServer: (CoreSettings) -> Server
    ) -> LoadedConfiguration {
        readItems()
        for problem in CustomGlobalCheck.problems(of: customGlobals, modules: requested.map(\.module.name)) {
            report(problem.range, "bad-global", problem.message, hint: problem.hint)
        }
        settings.flagNames = configuration.messageFlags.mapValues { Int($0) }
        override(&settings)
        settings.defines = configuration.defines.mapValues { $0.text.map { ByteString($0.bytes) } }
        let server = makeServer(settings)
        let modules = makeModules(server)
        let vocabulary = vocabulary(of: modules)
        prepare(modules, FormatCompiler(vocabulary: vocabulary))
        let (program, scriptDiagnostics) = Program.compile(
            configuration, vocabulary: vocabulary,
            settings: .init(
                maxWhileLoops: settings.maxWhileLoops, maxRecursiveLevel: settings.maxRecursiveLevel,
                flagNames: settings.flagNames, tracer: server.interface((any ScriptTracer).self)))
        diagnostics += scriptDiagnostics
        register(modules, in: server)
        return LoadedConfiguration(
            server: server, modules: modules, program: program, diagnostics: diagnostics, notices: allNotices)
    }

    // MARK: - Items

    private mutating func readItems() {
        for item in configuration.items {
            switch item {
            case .global(let global): read(global)
            case .customGlobal(let custom):
                customGlobals.append(custom)
                settings.apply(custom)
            case .listen(let listen):
                attempt(at: listen.range) { settings throws(ScriptError) in try settings.apply(listen) }
            case .alias(let alias):
                attempt(at: alias.range) { settings throws(ScriptError) in try settings.apply(alias) }
            case .loadModule(let load): read(load)
            case .moduleParameter(let parameter): read(parameter)
            case .loadPath, .route, .flags: break
            case .engine(let engine):
                if engine.name.string != "native" && engine.name.string != "default" {
                    report(
                        engine.range, "unsupported-engine", "configuration engine '\(engine.name)' is not supported",
                        hint: "only the native language is; remove the line")
                }
            }
        }
    }

    private mutating func read(_ global: GlobalParameter) {
        do {
            if case .none = try settings.apply(global), !globalsWithoutEffect.contains(global.name) {
                globalsWithoutEffect.append(global.name)
            }
        } catch {
            report(global.valueRange, "bad-global", error.message, hint: error.hint)
        }
    }

    private mutating func read(_ load: LoadModule) {
        if requested.contains(where: { $0.module.name == load.name }) {
            return report(load.range, "module-twice", "module '\(load.name)' is loaded twice", hint: "remove this line")
        }
        if let reason = withoutEffect[load.name] {
            return notices.append("module \(load.name) is accepted without effect: \(reason)")
        }
        guard let module = available.first(where: { $0.name == load.name }) else {
            let nearest = NearestName.of(load.name, among: available.map(\.name))
            return report(
                load.range, "unknown-module", "module '\(load.name)' is not supported",
                hint: nearest.map { "did you mean '\($0)'?" })
        }
        requested.append(
            RequestedModule(module: module, position: load.range, parameters: ModuleParameters(module.parameters)))
    }

    private mutating func read(_ parameter: ModuleParameter) {
        let pattern = parameter.modulePattern.string
        if let module = available.first(where: { $0.isAlwaysLoaded && $0.name == pattern && !$0.parameters.isEmpty }),
            !requested.contains(where: { $0.module.name == pattern })
        {
            requested.append(
                RequestedModule(
                    module: module, position: parameter.moduleRange, parameters: ModuleParameters(module.parameters)))
        }
        let names = requested.indices.filter { matches(pattern, requested[$0].module.name) }
        guard !names.isEmpty else {
            let loaded = requested.map(\.module.name)
            if withoutEffect.keys.contains(where: { matches(pattern, $0) }) { return }
            if pattern.split(separator: "|").allSatisfy({ name in available.contains { $0.name == name } }) {
                return report(
                    parameter.moduleRange, "module-not-loaded", "module '\(pattern)' is not loaded",
                    hint: "add loadmodule \"\(pattern).so\" above this line")
            }
            return report(
                parameter.moduleRange, "module-not-loaded", "no loaded module matches '\(pattern)'",
                hint: NearestName.of(pattern, among: loaded).map { "did you mean '\($0)'?" })
        }
        let value: ParameterValue
        switch parameter.value {
        case .integer(let number): value = .integer(Int(number))
        case .string(let text): value = .string(ByteString(text.bytes))
        case .pseudoVariable(let text):
            value = LoadTimeVariable(text.string)?.value(configuration.defines) ?? .integer(0)
        }
        for index in names {
            do {
                try requested[index].parameters.set(parameter.name.string, to: value)
            } catch {
                report(
                    parameter.nameRange, "bad-modparam", "module '\(requested[index].module.name)': \(error.message)",
                    hint: error.hint)
            }
        }
    }

    private func matches(_ pattern: String, _ name: String) -> Bool {
        if pattern == name { return true }
        guard let expression = try? RegularExpression(ByteString("^(\(pattern))$")) else { return false }
        return expression.matches(ByteString(name))
    }

    // MARK: - Modules

    private mutating func makeModules(_ server: Server) -> [LoadedModule] {
        var modules: [LoadedModule] = []
        let always = available.filter { module in
            module.isAlwaysLoaded && !requested.contains { $0.module.name == module.name }
        }
        .map {
            RequestedModule(
                module: $0, position: SourceRange(SourcePosition(line: 1, column: 1)),
                parameters: ModuleParameters($0.parameters))
        }
        for request in always + requested {
            do {
                modules.append(try request.module.load(request.parameters, server))
            } catch {
                report(
                    request.position, "module-setup", "module '\(request.module.name)': \(error.message)",
                    hint: error.hint)
            }
            notices += request.parameters.withoutEffect.map {
                "modparam \(request.module.name)/\($0.name) has no effect: \($0.reason)"
            }
        }
        return modules
    }

    private mutating func prepare(_ modules: [LoadedModule], _ formats: FormatCompiler) {
        for module in modules {
            do throws(ScriptError) {
                try module.module.prepare(formats)
            } catch {
                let position = requested.first { $0.module.name == module.name }?.position
                report(
                    position ?? SourceRange(SourcePosition(line: 1, column: 1)), "module-setup",
                    "module '\(module.name)': \(error.message)", hint: error.hint)
            }
        }
    }

    private func vocabulary(of modules: [LoadedModule]) -> Vocabulary {
        var vocabulary = Vocabulary()
        for module in modules {
            module.functions.forEach { vocabulary.add($0) }
            module.variables.forEach { vocabulary.add($0) }
            module.transformations.forEach { vocabulary.add($0) }
        }
        let loaded = Set(modules.map(\.name))
        for module in available where !loaded.contains(module.name) {
            for name in module.functionNames { vocabulary.functionsElsewhere[name] = module.name }
            for name in module.variableNames { vocabulary.variablesElsewhere[name] = module.name }
        }
        return vocabulary
    }

    private mutating func register(_ modules: [LoadedModule], in server: Server) {
        for module in modules {
            module.statistics.forEach { server.statistics.add($0) }
            for method in module.methods {
                do {
                    try server.methods.register(method.description, method.implementation)
                } catch {
                    diagnostics.append(
                        Diagnostic(
                            at: configuration.location(SourcePosition(line: 1, column: 1)), code: "duplicate-method",
                            "\(error)"))
                }
            }
        }
    }

    // MARK: - Reports

    private var allNotices: [String] {
        guard !globalsWithoutEffect.isEmpty else { return notices }
        return ["accepted without effect here: \(globalsWithoutEffect.joined(separator: ", "))"] + notices
    }

    private mutating func attempt(
        at range: SourceRange, _ change: (inout CoreSettings) throws(ScriptError) -> Void
    ) {
        do {
            try change(&settings)
        } catch {
            report(range, "bad-global", error.message, hint: error.hint)
        }
    }

    private mutating func report(_ range: SourceRange, _ code: String, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(at: configuration.location(range.start), code: code, message, hint: hint))
    }
}

/// What a configuration came to.
package struct LoadedConfiguration {
    /// The server, not started.
    package let server: Server
    /// The modules in the order in which they start.
    package let modules: [LoadedModule]
    /// The compiled script, or nil when it has errors.
    package let program: Program?
    /// All errors and warnings, in the order found.
    package let diagnostics: [Diagnostic]
    /// What is accepted without effect; to be logged once.
    package let notices: [String]

    /// Whether it must not be started.
    package var hasErrors: Bool {
        program == nil || diagnostics.contains { $0.severity == .error }
    }
}
