import SIPMessage
import ScriptSyntax

/// What the parts of the compiler share: names, routes, and the errors found so far.
final class CompilerState {
    let configuration: Configuration
    let vocabulary: Vocabulary
    let formats: FormatCompiler
    let settings: ProgramSettings
    let routes: RouteTable
    /// The kind of the block that is being compiled.
    var routeKind = RouteKind.request
    private(set) var diagnostics: [Diagnostic] = []

    init(_ configuration: Configuration, _ vocabulary: Vocabulary, _ settings: ProgramSettings) {
        self.configuration = configuration
        self.vocabulary = vocabulary
        self.settings = settings
        formats = FormatCompiler(vocabulary: vocabulary)
        routes = RouteTable()
    }

    func report(
        _ severity: Diagnostic.Severity = .error, at range: SourceRange, _ code: String, _ message: String,
        hint: String? = nil
    ) {
        let location = configuration.location(range.start)
        diagnostics.append(Diagnostic(at: location, severity, code: code, message, hint: hint))
    }

    func report(_ error: ScriptError, at range: SourceRange, _ code: String) {
        report(at: range, code, error.message, hint: error.hint)
    }
}

/// The routes of a configuration by kind and name.
final class RouteTable {
    private(set) var routes: [CompiledRoute] = []
    private var indices: [RouteKey: Int] = [:]

    /// The index of a route, made known when it is new.
    func add(_ block: RouteBlock) -> (index: Int, isNew: Bool) {
        let key = RouteKey(kind: block.kind, name: block.name)
        if let index = indices[key] { return (index, false) }
        indices[key] = routes.count
        routes.append(CompiledRoute(kind: block.kind, name: block.name, title: block.title, range: block.range))
        return (routes.count - 1, true)
    }

    func index(of kind: RouteKind, _ name: String?) -> Int? {
        indices[RouteKey(kind: kind, name: name)]
    }

    func names(of kind: RouteKind) -> [String] {
        routes.filter { $0.kind == kind }.compactMap(\.name)
    }

    func setEntry(of index: Int, to position: Int) {
        routes[index].entry = position
    }
}

/// What a route is found by.
struct RouteKey: Hashable {
    var kind: RouteKind
    var name: String?
}

/// One route of a program.
struct CompiledRoute: Sendable {
    var kind: RouteKind
    var name: String?
    var title: String
    var range: SourceRange
    /// Index of its first instruction.
    var entry = 0

    /// The kind for the masks of functions.
    var mask: RouteMask { RouteMask(kind, name: name) }
}

extension RouteMask {
    /// The bit of a kind of block.
    init(_ kind: RouteKind, name: String? = nil) {
        switch kind {
        case .request: self = .request
        case .reply: self = .coreReply
        case .onReply: self = .onReply
        case .failure: self = .failure
        case .branch: self = .branch
        case .onSend: self = .onSend
        case .event:
            if name == "tm:local-request" {
                self = .local
            } else if name?.hasPrefix("tm:branch-failure") == true {
                self = .branchFailure
            } else if name?.hasPrefix("xhttp:") == true {
                // What answers a request over HTTP is called as in request_route.
                self = .request
            } else {
                self = .event
            }
        }
    }
}
