import ModuleInterface
import ScriptSyntax

/// What becomes of a name here.
enum Verdict: String, CaseIterable {
    case supported
    /// Accepted without effect: what it governs does not exist here.
    case accepted
    case refused
}

/// What this program provides, for looking names up.
struct ProvidedNames {
    private let modules: [String: LoadableModule]
    private let withoutEffect: [String: String]

    /// Starts with the modules of the program.
    init(
        modules: [LoadableModule] = StandardModules.all, withoutEffect: [String: String] = StandardModules.withoutEffect
    ) {
        self.modules = Dictionary(modules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.withoutEffect = withoutEffect
    }

    /// All modules, in the order of their names.
    var moduleNames: [String] {
        (modules.values.filter { !$0.isAlwaysLoaded }.map(\.name) + withoutEffect.keys).sorted()
    }

    /// The description of a module.
    func module(_ name: String) -> LoadableModule? { modules[name] }

    /// What becomes of `loadmodule`.
    func verdict(module name: String) -> Verdict {
        if withoutEffect[name] != nil { return .accepted }
        return modules[name] == nil ? .refused : .supported
    }

    /// What becomes of a parameter of one module.
    func verdict(parameter name: String, of module: String) -> Verdict {
        if withoutEffect[module] != nil { return .accepted }
        guard let parameter = modules[module]?.parameters.first(where: { $0.name == name }) else { return .refused }
        if case .ignored = parameter.kind { return .accepted }
        return .supported
    }

    /// The module that has a function, if any.
    func provider(ofFunction name: String) -> LoadableModule? {
        modules.values.filter { $0.functionNames.contains(name) }.min { $0.name < $1.name }
    }

    /// The module that has a variable, if any.
    func provider(ofVariable name: String) -> LoadableModule? {
        modules.values.filter { $0.variableNames.contains(name) }.min { $0.name < $1.name }
    }

    /// Whether some module runs an event route; `NAME` at the end of a description stands for any name.
    func runs(eventRoute name: String) -> Bool {
        modules.values.contains { module in
            module.eventRoutes.contains { described in
                described == name || described.hasSuffix("NAME") && name.hasPrefix(described.dropLast(4))
            }
        }
    }
}
