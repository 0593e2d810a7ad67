import SIPMessage
package import ScriptSyntax

/// Names a route of a program.
package struct RouteID: Sendable, Hashable {
    /// Index in the program.
    let index: Int32
}

/// How a run of a route ended.
package struct RunOutcome: Sendable, Equatable {
    /// The route's value: of `return`, of its last statement, of `exit` (1) or `drop` (0); 0 after a function ended
    /// the script.
    package let value: Int
    /// Whether `drop` ended it.
    package let isDropped: Bool
    /// Whether the whole script was ended, not only the route: by `exit`, `drop`, a function's 0 or `return 0`.
    package let exited: Bool
}

/// Global parameters that the script depends on.
package struct ProgramSettings: Sendable {
    /// Rounds that a `while` may take; 0 for no limit (`max_while_loops`).
    package var maxWhileLoops: Int
    /// Depth of nested routes and blocks (`max_recursive_level`).
    package var maxRecursiveLevel: Int
    /// Flags by the names that `flags` declares.
    package var flagNames: [String: Int]
    /// What is told each action before it runs, or nil.
    package var tracer: (any ScriptTracer)?

    /// Makes settings; the defaults are Kamailio's.
    package init(
        maxWhileLoops: Int = 100, maxRecursiveLevel: Int = 256, flagNames: [String: Int] = [:],
        tracer: (any ScriptTracer)? = nil
    ) {
        self.tracer = tracer
        self.maxWhileLoops = maxWhileLoops
        self.maxRecursiveLevel = maxRecursiveLevel
        self.flagNames = flagNames
    }
}

/// A compiled configuration: immutable, shared by all workers.
package final class Program: Sendable {
    let code: [Instruction]
    let functions: [FunctionBody]
    let variables: [ScriptVariable]
    let constants: [ScriptValue]
    let expressions: [RegularExpression]
    let comparisons: [@Sendable (ScriptContext) -> Bool]
    let valueComparisons: [@Sendable (ScriptContext, ScriptValue) -> Bool]
    let tables: [SwitchTable]
    let routes: [CompiledRoute]
    let settings: ProgramSettings
    let formats: FormatCompiler
    private let sites: [SourcePosition]
    private let files: [String]
    private let indices: [RouteKey: Int32]
    /// `request_route`, which every request looks for; nil when there is none.
    package let requestRoute: RouteID?
    /// `reply_route`, which every reply looks for; nil when there is none.
    package let replyRoute: RouteID?

    private init(_ builder: CodeBuilder, _ state: CompilerState) {
        code = builder.code
        functions = builder.functions
        variables = builder.variables
        constants = builder.constants
        expressions = builder.expressions
        comparisons = builder.comparisons
        valueComparisons = builder.valueComparisons
        tables = builder.resolvedTables()
        sites = builder.sites
        routes = state.routes.routes
        settings = state.settings
        formats = state.formats
        files = state.configuration.files
        let indices = Dictionary(
            uniqueKeysWithValues: state.routes.routes.enumerated().map {
                (RouteKey(kind: $0.element.kind, name: $0.element.name), Int32($0.offset))
            })
        self.indices = indices
        requestRoute = indices[RouteKey(kind: .request, name: nil)].map { RouteID(index: $0) }
        replyRoute = indices[RouteKey(kind: .reply, name: nil)].map { RouteID(index: $0) }
    }

    /// Compiles the routing blocks of a configuration.
    ///
    /// All errors are reported, not only the first. There is a program when none of the diagnostics is an error.
    package static func compile(
        _ configuration: Configuration, vocabulary: Vocabulary, settings: ProgramSettings = ProgramSettings()
    ) -> (program: Program?, diagnostics: [Diagnostic]) {
        let state = CompilerState(configuration, vocabulary, settings)
        let bodies = collectBodies(configuration.routes, state)
        var compiler = RouteCompiler(state: state)
        for (index, body) in bodies.enumerated() {
            state.routeKind = state.routes.routes[index].kind
            compiler.compile(body, as: index)
        }
        let isRefused = state.diagnostics.contains { $0.severity == .error }
        compiler.builder.resolveLabels()
        return (isRefused ? nil : Program(compiler.builder, state), state.diagnostics)
    }

    /// The bodies of the blocks by the indices of their routes.
    ///
    /// The main blocks may repeat, and their bodies follow each other. A name may repeat only after an empty block.
    private static func collectBodies(_ blocks: [RouteBlock], _ state: CompilerState) -> [[[Statement]]] {
        var bodies: [[[Statement]]] = []
        for block in blocks {
            let (index, isNew) = state.routes.add(block)
            if isNew {
                bodies.append([block.body])
                continue
            }
            let earlier = bodies[index].joined().contains { if case .empty = $0.kind { false } else { true } }
            if earlier, block.name != nil {
                state.report(
                    at: block.nameRange, "duplicate-route", "\(block.title) is there already",
                    hint: "the first is at \(state.configuration.location(state.routes.routes[index].range.start))")
            }
            bodies[index].append(block.body)
        }
        return bodies
    }

    /// The route of a kind and a name, nil standing for the main block; nil when there is none.
    package func route(kind: RouteKind, name: String?) -> RouteID? {
        indices[RouteKey(kind: kind, name: name)].map { RouteID(index: $0) }
    }

    /// The names of the routes of a kind, in order.
    package func routeNames(of kind: RouteKind) -> [String] {
        routes.filter { $0.kind == kind }.compactMap(\.name)
    }

    /// Runs a route and calls `completion` when it has ended: before this returns, unless a function suspends.
    ///
    /// A function may run routes on the context that it was called with (`t_relay` runs the branch route): the outer
    /// run goes on when the inner one has ended.
    package func run(
        _ route: RouteID, in context: ScriptContext, completion: @escaping (RunOutcome) -> Void
    ) {
        Execution(self, context, completion).start(route)
    }

    func routeName(_ index: Int32) -> String {
        routes.indices.contains(Int(index)) ? routes[Int(index)].name ?? "DEFAULT_ROUTE" : ""
    }

    func location(_ site: Int32) -> (file: String, line: Int)? {
        guard sites.indices.contains(Int(site)) else { return nil }
        let position = sites[Int(site)]
        let file = files.indices.contains(Int(position.file)) ? files[Int(position.file)] : ""
        return (file, Int(position.line))
    }
}
