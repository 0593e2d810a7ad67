import ControlProtocol
package import ModuleInterface
import OperatingSystem
import SIPMessage
package import ScriptEngine
import Synchronization

/// Module `regex`: matches texts with expressions in Perl's notation, alone or in groups from a file.
package final class PatternMatchingModule: ScriptModule {
    /// Expressions that scripts compute are kept up to this number.
    private static let cacheCountMax = 256

    private let file: String?
    private let ignoresCase: Bool
    private let limits: (groups: Int, bytes: Int)
    private let server: Server
    private let groups = Mutex<[RegularExpression?]>([])
    private let cache = Mutex<[ByteString: RegularExpression?]>([:])

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        self.server = server
        file = parameters.string("file").flatMap { $0.isEmpty ? nil : $0.string }
        ignoresCase = parameters.flag("pcre_caseless")
        limits = (parameters.integer("max_groups"), parameters.integer("group_max_size"))
    }

    /// Reads the file of groups.
    package func start() async throws {
        guard file != nil else { return }
        let count = try load()
        server.logger.info("groups of expressions loaded", metadata: ["groups": "\(count)"])
    }

    /// Replaces all groups, or keeps them when the file is wrong.
    private func load() throws -> Int {
        let bytes = try FileContents.read(file ?? "", bytesMax: limits.groups * limits.bytes)
        let patterns = try PatternGroups.parse(ByteString(bytes), groupsMax: limits.groups, bytesMax: limits.bytes)
        var compiled: [RegularExpression?] = []
        for pattern in patterns {
            guard let pattern else {
                compiled.append(nil)
                continue
            }
            compiled.append(try PerlPattern(pattern, ignoresCase: ignoresCase).compiled())
        }
        let groups = compiled
        self.groups.withLock { $0 = groups }
        return groups.count
    }

    private func expression(_ pattern: ByteString) -> RegularExpression? {
        cache.withLock { cache in
            if let known = cache[pattern] { return known }
            let made = try? PerlPattern(pattern, ignoresCase: ignoresCase).compiled()
            if cache.count >= Self.cacheCountMax { cache.removeAll(keepingCapacity: true) }
            cache[pattern.compacted()] = .some(made)
            return made
        }
    }

    // MARK: - Description

    /// What the module offers.
    package static var description: ModuleDescription<PatternMatchingModule> {
        ModuleDescription(
            name: "regex", summary: "Matches texts with expressions in Perl's notation.",
            parameters: [
                .string("file", nil, "a file of groups: `[0]` and the lines of expressions below it"),
                .integer("max_groups", 20, in: 1...1000, "groups that the file may have"),
                .integer("group_max_size", 8192, in: 1...65_536, "bytes that a group may have"),
                .flag("pcre_caseless", false, "whether letters match in either case"),
                .ignored("pcre_multiline", because: "texts of messages are single lines"),
                .ignored("pcre_dotall", because: "a dot matches every byte"),
                .ignored("pcre_extended", because: "blanks in expressions stand for themselves"),
            ],
            functions: [matchFunction, groupFunction], methods: [reloadMethod])
    }

    private static var matchFunction: FunctionDescription<PatternMatchingModule> {
        FunctionDescription(
            "pcre_match", [.format, .format], summary: "Whether an expression matches anywhere in a text.",
            example: "if (pcre_match(\"$ua\", \"(?i)^friendly\")) exit;"
        ) { module, arguments throws(ScriptError) in
            if let pattern = arguments[1].constant?.text {
                let expression = try PerlPattern(pattern, ignoresCase: module.ignoresCase).compiled()
                return { context in expression.matches(arguments[0].text(in: context)) ? .success : .failure }
            }
            return { context in
                guard let expression = module.expression(arguments[1].text(in: context)) else { return .code(-4) }
                return expression.matches(arguments[0].text(in: context)) ? .success : .failure
            }
        }
    }

    private static var groupFunction: FunctionDescription<PatternMatchingModule> {
        FunctionDescription(
            "pcre_match_group", [.format, .integer], required: 1,
            summary: "Whether any expression of a group of the file matches; group 0 unless one is given.",
            example: "if (pcre_match_group(\"$rU\", \"2\")) exit;"
        ) { module, arguments throws(ScriptError) in
            guard module.file != nil else {
                throw ScriptError("there are no groups", hint: "set parameter 'file' of module regex")
            }
            return { context in
                let index = arguments.count > 1 ? arguments[1].integer(in: context) ?? -1 : 0
                let expression = module.groups.withLock { $0.indices.contains(index) ? $0[index] : nil }
                guard let expression else { return .code(-4) }
                return expression.matches(arguments[0].text(in: context)) ? .success : .failure
            }
        }
    }

    private static var reloadMethod: ModuleMethod<PatternMatchingModule> {
        ModuleMethod(
            MethodDescription(
                "regex.reload", summary: "Reads the file of groups again.",
                doc: "Empty; a fault says what is wrong with the file, and nothing has changed then.",
                example: "sipcmd regex.reload", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                guard module.file != nil else { throw MethodFault(500, "Group matching not enabled") }
                do {
                    _ = try await module.server.databases.run { try module.load() }
                } catch {
                    throw MethodFault(500, "Failed to reload: \(error)")
                }
                return .value(.object([]))
            }
        }
    }
}
