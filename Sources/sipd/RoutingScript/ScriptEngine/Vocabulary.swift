/// Everything a script may name: functions, pseudo-variables and transformations of the loaded modules.
///
/// Built once while the configuration is loaded, then immutable and shared by all workers.
package struct Vocabulary: Sendable {
    /// Functions by name; entries of one name differ in arity.
    package private(set) var functions: [String: [ScriptFunction]] = [:]
    /// Variable classes by the name after `$`.
    package private(set) var variables: [String: VariableClass] = [:]
    /// Transformation classes by the word before the dot.
    package private(set) var transformations: [String: TransformationClass] = [:]
    /// The places of `$var(name)`.
    package let variableSlots = VariableSlots()
    /// Functions that a module has which is not loaded: name to module, for the hint of a diagnostic.
    package var functionsElsewhere: [String: String] = [:]
    /// Variables that a module has which is not loaded.
    package var variablesElsewhere: [String: String] = [:]

    /// The name under which the class that serves `@selects` is kept; no variable can have it.
    package static let selectName = "@"

    /// An empty vocabulary.
    package init() {}

    /// Adds a function.
    package mutating func add(_ function: ScriptFunction) {
        functions[function.name, default: []].append(function)
    }

    /// Adds a class of variables under each of its names.
    ///
    /// The first one wins.
    package mutating func add(_ variable: VariableClass) {
        for name in variable.names where variables[name] == nil {
            variables[name] = variable
        }
    }

    /// Adds a class of transformations.
    package mutating func add(_ transformation: TransformationClass) {
        transformations[transformation.name] = transformation
    }
}
