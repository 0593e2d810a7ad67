/// A parsed configuration: everything the files said, in the order in which they said it.
///
/// What the parser has refused, so that a tree without errors is free of it: empty blocks `{ }`; names of routes that
/// are none, and blocks of the same name; `case` labels that are mixed, repeated or not constant, a second `default`;
/// `break()`; assignment to something that is no variable, or to one with transformations; operands whose types are
/// known and do not fit (`1 + "a"`, `5 eq "a"`, `return "a"`); unknown global parameters, values of the wrong type for
/// them, and `user` and `shm_*` behind a `modparam`; arguments of core commands that do not fit; calls in arguments;
/// flags that are not declared or beyond 31; `snd_ip` and `to_ip` outside of `onsend_route`.
///
/// Left to whoever compiles the tree: unknown functions, modules, module parameters, variables, selects and routes;
/// arguments of module functions; which function may stand in which kind of route; whether a variable is writable;
/// ranges of global parameters; regular expressions; `src_ip =~` with an address; that a module is loaded once, and
/// before its parameters are set; that a group of custom parameters is declared before `group[1].name` sets one.
package struct Configuration: Sendable {
    /// Names of the files, as given or as found; `SourcePosition.file` is an index into it.
    package var files: [String]
    /// All directives and blocks in order of appearance; includes are expanded in place.
    package var items: [ConfigurationItem]
    /// The names that are defined at the end, for `$def()` and `$defn()`.
    package var defines: [String: DefinedName]
    /// Numbers of the flags that `flags` declares; those without a number got the lowest free one.
    package var messageFlags: [String: Int32] = [:]
    /// Numbers of the flags that `avpflags` declares.
    package var attributeFlags: [String: Int32] = [:]

    package init(files: [String] = [], items: [ConfigurationItem] = [], defines: [String: DefinedName] = [:]) {
        self.files = files
        self.items = items
        self.defines = defines
    }

    /// All routing blocks in order of appearance.
    ///
    /// Blocks without a name may repeat: their bodies belong one after the other. A named one may repeat only if
    /// the ones before it hold nothing but `;`.
    package var routes: [RouteBlock] {
        items.compactMap { if case .route(let block) = $0 { block } else { nil } }
    }

    /// The position with the name of its file.
    package func location(_ position: SourcePosition) -> SourceLocation {
        let index = Int(position.file)
        let file = files.indices.contains(index) ? files[index] : "?"
        return SourceLocation(file: file, line: position.line, column: position.column)
    }
}

/// A name made by `#!define` and its relatives, by `-A`, or by the language itself (`KAMAILIO_5`, `MOD_tm`).
package struct DefinedName: Sendable, Hashable {
    /// The text that replaces the name, with its quotes if it has any; nil for a name without a value.
    package var text: ScriptText?
    /// Where it was defined; nil for names from the command line and from the language.
    package var position: SourcePosition?

    package init(text: ScriptText? = nil, position: SourcePosition? = nil) {
        self.text = text
        self.position = position
    }
}

/// A directive or a block at the top level of a configuration.
package enum ConfigurationItem: Sendable {
    case global(GlobalParameter)
    case customGlobal(CustomGlobal)
    case flags(FlagDeclaration)
    case loadModule(LoadModule)
    case moduleParameter(ModuleParameter)
    case loadPath(LoadPath)
    case engine(EngineSelection)
    case listen(ListenDirective)
    case alias(AliasDirective)
    case route(RouteBlock)
}
