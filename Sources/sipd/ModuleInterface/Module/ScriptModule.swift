package import ControlProtocol
package import SIPMessage
package import ScriptEngine

/// One Kamailio module: the only way in which names get into the script.
///
/// The life of a module, in order:
/// 1. `description` tells the loader its parameters and names; nothing of it runs.
/// 2. `init` takes the values of `modparam`, refuses bad ones, and touches nothing outside (`sipd -c` stops here).
/// 3. `prepare` compiles what parameters hold of the script's language, now that all modules are known; then the
///    script is compiled against the functions, variables and transformations of all modules.
/// 4. `start()` opens what it needs: connects to the database, loads tables, checks versions. An error ends the start.
/// 5. `start(on:)` runs once on each worker's event loop, before that worker gets its first message.
/// 6. Messages are processed; functions are called on workers' loops and must not block.
/// 7. `stop()` flushes what must not be lost.
///
/// A module object is shared by all workers: what changes at run time is behind a `Mutex`, an atomic, or kept per
/// worker (`WorkerKey`).
package protocol ScriptModule: Sendable {
    /// What the module offers, as data.
    static var description: ModuleDescription<Self> { get }

    /// Makes the module from its parameters.
    ///
    /// - Throws: `ScriptError` when parameters contradict each other or one has a bad value.
    init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError)

    /// Compiles parameters that hold pseudo-variables.
    ///
    /// - Throws: `ScriptError` that names the parameter.
    func prepare(_ formats: FormatCompiler) throws(ScriptError)

    /// Opens connections and loads data; runs once, after the script was compiled.
    func start() async throws

    /// Prepares one worker; runs on its event loop.
    func start(on worker: Worker)

    /// Ends the module's work in order; runs once, after the last message.
    func stop() async
}

extension ScriptModule {
    /// Nothing to compile.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {}

    /// Nothing to open.
    package func start() async throws {}

    /// Nothing per worker.
    package func start(on worker: Worker) {}

    /// Nothing to flush.
    package func stop() async {}
}

/// Everything a module offers to scripts, configuration and the control socket: the one description from which the
/// loader, the compiler, `system.listMethods`, the help texts and the generated reference are fed.
package struct ModuleDescription<Module: Sendable>: Sendable {
    /// The name in `loadmodule`, without `.so`.
    package let name: String
    /// What the module is for, one sentence.
    package let summary: String
    /// Its `modparam`s.
    package let parameters: [ParameterDescription]
    /// Its script functions.
    package let functions: [FunctionDescription<Module>]
    /// Its pseudo-variables.
    package let variables: [VariableDescription<Module>]
    /// Its transformations.
    package let transformations: [TransformationDescription<Module>]
    /// Its methods on the control socket.
    package let methods: [ModuleMethod<Module>]
    /// Its statistics counters.
    package let statistics: [StatisticDescription<Module>]
    /// Names of the event routes it runs, e.g.
    ///
    /// `tm:local-request`.
    package let eventRoutes: [String]

    /// Makes a description.
    package init(
        name: String, summary: String, parameters: [ParameterDescription] = [],
        functions: [FunctionDescription<Module>] = [], variables: [VariableDescription<Module>] = [],
        transformations: [TransformationDescription<Module>] = [], methods: [ModuleMethod<Module>] = [],
        statistics: [StatisticDescription<Module>] = [], eventRoutes: [String] = []
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.functions = functions
        self.variables = variables
        self.transformations = transformations
        self.methods = methods
        self.statistics = statistics
        self.eventRoutes = eventRoutes
    }
}

/// A script function of a module.
package struct FunctionDescription<Module: Sendable>: Sendable {
    /// The name in the script.
    package let name: String
    /// The kinds of its parameters.
    package let parameters: [ParameterKind]
    /// How many of them must be given.
    package let required: Int
    /// Where it may be called.
    package let routes: RouteMask
    /// Whether `format` arguments must be constant texts: `xlog("$ru")` but not `xlog($ru)`.
    package let takesConstantsOnly: Bool
    /// What it does and returns, one or two sentences.
    package let summary: String
    /// A line of script that shows it.
    package let example: String
    /// Checks the arguments at start and makes the call.
    package let compile: @Sendable (Module, [Argument]) throws(ScriptError) -> FunctionBody

    /// Makes a description.
    ///
    /// `required` defaults to all parameters.
    package init(
        _ name: String, _ parameters: [ParameterKind] = [], required: Int? = nil, routes: RouteMask = .any,
        takesConstantsOnly: Bool = false, summary: String, example: String,
        compile: @escaping @Sendable (Module, [Argument]) throws(ScriptError) -> FunctionBody
    ) {
        self.name = name
        self.parameters = parameters
        self.required = required ?? parameters.count
        self.routes = routes
        self.takesConstantsOnly = takesConstantsOnly
        self.summary = summary
        self.example = example
        self.compile = compile
    }
}

/// A class of pseudo-variables of a module.
package struct VariableDescription<Module: Sendable>: Sendable {
    /// The names after `$`.
    package let names: [String]
    /// Whether a name in parentheses follows.
    package let inner: InnerName
    /// Whether an index may follow.
    package let indexed: Bool
    /// What it holds, one sentence.
    package let summary: String
    /// Checks a reference at start and binds it.
    package let bind: @Sendable (Module, VariableReference) throws(ScriptError) -> ScriptVariable

    /// Makes a description.
    package init(
        _ names: [String], inner: InnerName = .none, indexed: Bool = false, summary: String,
        bind: @escaping @Sendable (Module, VariableReference) throws(ScriptError) -> ScriptVariable
    ) {
        self.names = names
        self.inner = inner
        self.indexed = indexed
        self.summary = summary
        self.bind = bind
    }
}

/// A class of transformations of a module.
package struct TransformationDescription<Module: Sendable>: Sendable {
    /// The word before the dot, e.g.
    ///
    /// `s`.
    package let name: String
    /// What the class is for.
    package let summary: String
    /// Compiles one step: see `TransformationClass.compile`.
    package let compile:
        @Sendable (Module, String, ByteString?, FormatCompiler) throws(ScriptError) -> TransformationBody

    /// Makes a description.
    package init(
        _ name: String, summary: String,
        compile:
            @escaping @Sendable (Module, String, ByteString?, FormatCompiler) throws(ScriptError) ->
            TransformationBody
    ) {
        self.name = name
        self.summary = summary
        self.compile = compile
    }
}

/// A method of a module on the control socket.
package struct ModuleMethod<Module: Sendable>: Sendable {
    /// Name, parameters and texts.
    package let description: MethodDescription
    /// Makes the implementation for the loaded module.
    package let bind: @Sendable (Module) -> MethodImplementation

    /// Makes a method.
    package init(_ description: MethodDescription, bind: @escaping @Sendable (Module) -> MethodImplementation) {
        self.description = description
        self.bind = bind
    }
}

/// A counter of a module, as `stats.get_statistics` and `$stat()` show it.
package struct StatisticDescription<Module: Sendable>: Sendable {
    /// The group, usually the module's name (`sl`).
    package let group: String
    /// The name in the group (`200_replies`).
    package let name: String
    /// What it counts.
    package let summary: String
    /// Reads the value; called on any thread.
    package let read: @Sendable (Module) -> Int

    /// Makes a description.
    package init(_ group: String, _ name: String, summary: String, read: @escaping @Sendable (Module) -> Int) {
        self.group = group
        self.name = name
        self.summary = summary
        self.read = read
    }
}
