package import ControlProtocol
package import ScriptEngine

/// A module type with its Swift type erased: what the list of standard modules holds and the loader works with.
package struct LoadableModule: Sendable {
    /// The name in `loadmodule`.
    package let name: String
    /// What it is for.
    package let summary: String
    /// Its parameters.
    package let parameters: [ParameterDescription]
    /// Names of its functions, for hints about modules that are not loaded.
    package let functionNames: [String]
    /// Names of its variables.
    package let variableNames: [String]
    /// The Swift module that it is in, `LocationModule`: what its log lines have as source.
    package let source: String
    /// Its control methods.
    package let methodDescriptions: [MethodDescription]
    /// Words before the dot of its transformations.
    package let transformationNames: [String]
    /// The event routes it runs.
    package let eventRoutes: [String]
    /// Whether it is there without `loadmodule`: the core.
    package let isAlwaysLoaded: Bool
    /// Makes the module and binds what it offers.
    package let load: @Sendable (ModuleParameters, Server) throws(ScriptError) -> LoadedModule

    /// Erases a module type.
    package init<Module: ScriptModule>(_ type: Module.Type, always isAlwaysLoaded: Bool = false) {
        self.isAlwaysLoaded = isAlwaysLoaded
        let description = Module.description
        name = description.name
        summary = description.summary
        parameters = description.parameters
        source = String(String(reflecting: type).prefix { $0 != "." })
        methodDescriptions = description.methods.map(\.description)
        functionNames = description.functions.map(\.name)
        variableNames = description.variables.flatMap(\.names)
        transformationNames = description.transformations.map(\.name)
        eventRoutes = description.eventRoutes
        load = { parameters, server throws(ScriptError) in
            LoadedModule(try Module(parameters, server), Module.description)
        }
    }
}

/// A module that was made for this server, with everything it offers bound to it.
package struct LoadedModule: Sendable {
    /// The name in `loadmodule`.
    package let name: String
    /// The module.
    package let module: any ScriptModule
    /// Its functions.
    package let functions: [ScriptFunction]
    /// Its variables.
    package let variables: [VariableClass]
    /// Its transformations.
    package let transformations: [TransformationClass]
    /// Its control methods.
    package let methods: [(description: MethodDescription, implementation: MethodImplementation)]
    /// Its statistics.
    package let statistics: [Statistic]

    init<Module: ScriptModule>(_ module: Module, _ description: ModuleDescription<Module>) {
        let name = description.name
        self.name = name
        self.module = module
        functions = description.functions.map { function in
            ScriptFunction(
                name: function.name, module: name, parameters: function.parameters, required: function.required,
                routes: function.routes, takesConstantsOnly: function.takesConstantsOnly
            ) { arguments throws(ScriptError) in try function.compile(module, arguments) }
        }
        variables = description.variables.map { variable in
            VariableClass(names: variable.names, module: name, inner: variable.inner, indexed: variable.indexed) {
                reference throws(ScriptError) in try variable.bind(module, reference)
            }
        }
        transformations = description.transformations.map { transformation in
            TransformationClass(name: transformation.name, module: name) {
                operation, arguments, formats throws(ScriptError) in
                try transformation.compile(module, operation, arguments, formats)
            }
        }
        methods = description.methods.map { ($0.description, $0.bind(module)) }
        statistics = description.statistics.map { statistic in
            Statistic(group: statistic.group, name: statistic.name) { statistic.read(module) }
        }
    }
}
