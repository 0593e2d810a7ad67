import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine
import Synchronization

/// The files of rules that calls name, each read once, when the script is compiled.
final class RuleFiles: Sendable {
    /// What is allowed, and what is refused.
    struct Pair: Sendable {
        let allow: RuleFile
        let deny: RuleFile

        /// What is allowed goes first; what no rule knows is allowed.
        func allows(from: ByteString, to: ByteString) -> Bool {
            allow.matches(from: from, to: to) || !deny.matches(from: from, to: to)
        }
    }

    /// A larger file is refused.
    private static let bytesMax = 1 << 20

    /// Whether `allow_routing()` looks at all branches.
    let checksAllBranches: Bool
    private let defaults: (allow: String, deny: String)
    private let suffixes: (allow: String, deny: String)
    private let files = Mutex<[String: RuleFile]>([:])

    init(_ parameters: ModuleParameters) {
        func text(_ name: String) -> String { (parameters.string(name) ?? "").string }
        checksAllBranches = parameters.flag("check_all_branches")
        defaults = (text("default_allow_file"), text("default_deny_file"))
        suffixes = (text("allow_suffix"), text("deny_suffix"))
    }

    /// The rules of a call: the default files, those of a base name, or two files.
    func pair(_ names: [ByteString]) throws(ScriptError) -> Pair {
        switch names.count {
        case 0: Pair(allow: try file(defaults.allow), deny: try file(defaults.deny))
        case 1:
            Pair(
                allow: try file(names[0].string + suffixes.allow), deny: try file(names[0].string + suffixes.deny))
        default: Pair(allow: try file(names[0].string), deny: try file(names[1].string))
        }
    }

    /// The rules of a base name that the script has; nil for another.
    func knownPair(basename: String) -> Pair? {
        files.withLock { files in
            guard let allow = files[basename + suffixes.allow], let deny = files[basename + suffixes.deny] else {
                return nil
            }
            return Pair(allow: allow, deny: deny)
        }
    }

    /// A file that does not exist has no rules.
    private func file(_ path: String) throws(ScriptError) -> RuleFile {
        if let known = files.withLock({ $0[path] }) { return known }
        var rules = RuleFile()
        if let bytes = try read(path) {
            do throws(RuleFileProblem) { rules = try RuleFile(bytes, name: path) } catch {
                throw ScriptError("\(error)")
            }
        }
        let result = rules
        files.withLock { $0[path] = result }
        return result
    }

    private func read(_ path: String) throws(ScriptError) -> [UInt8]? {
        do throws(FileContents.Failure) {
            return try FileContents.read(path, bytesMax: Self.bytesMax)
        } catch {
            guard error == .notFound else { throw ScriptError("file '\(path)' cannot be read: \(error)") }
            return nil
        }
    }
}
