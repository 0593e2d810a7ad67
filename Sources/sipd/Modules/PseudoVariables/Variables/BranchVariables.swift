import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// `$br`, `$branch(uri)`, `$ruid`, …: the destination set.
enum BranchVariables {
    static let all: [Variable] = [
        VariableBuilder.text(
            "br", summary: "Request-URI of the first branch; $null removes all branches",
            write: { context, value in
                if value.isNull {
                    context.branches.removeAll()
                    return true
                }
                guard case .string(let uri) = value.asText else { return false }
                var target = RequestTarget()
                target.uri = uri.compacted()
                context.branches.append(target)
                return true
            }, read: { $0.branches.first?.uri }),
        VariableBuilder.text("bR", summary: "Request-URIs of all branches as Contact values") { context in
            guard !context.branches.isEmpty else { return nil }
            return ByteString(
                Array(
                    context.branches.compactMap { target in
                        target.uri.map { Array(("<" + $0 + ">").bytes) }
                    }.joined(separator: [0x2C, 0x20])))
        },
        VariableBuilder.text("ruid", summary: "usrloc's id of the contact the request goes to") { $0.target.ruid },
        VariableBuilder.text("location_ua", summary: "User-Agent of the contact the request goes to") {
            $0.target.userAgent
        },
        branchClass,
        pendingClass,
    ]

    private typealias Reader = @Sendable (RequestTarget) -> ScriptValue

    private static let readers: [String: Reader] = [
        "uri": { ScriptValue(text: $0.uri) },
        "dst_uri": { ScriptValue(text: $0.destination) },
        "path": { ScriptValue(text: $0.path) },
        "q": { $0.q.map { .integer($0) } ?? .null },
        "Q": { $0.q.map { .integer($0) } ?? .null },
        "send_socket": { ScriptValue(text: $0.socket.map { ByteString($0.description) }) },
        "flags": { .integer(Int(Int32(bitPattern: $0.flags))) },
        "ruid": { ScriptValue(text: $0.ruid) },
        "instance": { ScriptValue(text: $0.instance) },
        "location_ua": { ScriptValue(text: $0.userAgent) },
        "otcpid": { $0.connection.map { .integer(Int(truncatingIfNeeded: $0.rawValue)) } ?? .integer(0) },
    ]

    /// `$(branch(uri)[1])`: a branch of the destination set, apart from the Request-URI itself.
    private static let branchClass = Variable(
        ["branch"], inner: .required, indexed: true, summary: "part of a branch; count is the number of branches"
    ) { _, reference throws(ScriptError) in
        let key = reference.inner?.string ?? ""
        if key == "count" {
            return ScriptVariable(source: "$branch(count)") { context in
                context.branches.isEmpty ? .null : .integer(context.branches.count)
            }
        }
        guard let read = readers[key] else {
            throw VariableBuilder.unknownKey(key, of: "branch", among: Array(readers.keys) + ["count"])
        }
        let index = reference.index
        return ScriptVariable(
            source: ByteString("$branch(\(key))"),
            read: { context in
                position(index, context).map { read(context.branches[$0]) } ?? .null
            },
            write: { context, value in
                guard let position = position(index, context) else { return false }
                return set(key, of: &context.branches[position], to: value, context)
            })
    }

    private static func position(_ index: VariableIndex, _ context: ScriptContext) -> Int? {
        let wanted = index.resolve(in: context) ?? 0
        let position = wanted < 0 ? context.branches.count + wanted : wanted
        return context.branches.indices.contains(position) ? position : nil
    }

    /// `$sbranch(uri)`: a branch that the script prepares, for `sbranch_append()` and its relatives.
    private static let pendingClass = Variable(
        ["sbranch"], inner: .required, indexed: true, summary: "part of the branch that sbranch functions work on"
    ) { _, reference throws(ScriptError) in
        let key = reference.inner?.string ?? ""
        if key == "count" { return ScriptVariable(source: "$sbranch(count)") { _ in .integer(0) } }
        guard let read = readers[key] else {
            throw VariableBuilder.unknownKey(key, of: "sbranch", among: Array(readers.keys) + ["count"])
        }
        return ScriptVariable(
            source: ByteString("$sbranch(\(key))"),
            read: { context in context[PendingBranch.key].map { read($0.target) } ?? .null },
            write: { context, value in
                let pending = PendingBranch.of(context)
                return set(key, of: &pending.target, to: value, context)
            })
    }

    private static func set(
        _ key: String, of target: inout RequestTarget, to value: ScriptValue, _ context: ScriptContext
    ) -> Bool {
        let text = value.isNull ? nil : value.text.compacted()
        switch key {
        case "uri": target.uri = text
        case "dst_uri": target.destination = text
        case "path": target.path = text
        case "q", "Q": target.q = value.isNull ? nil : value.number
        case "flags": target.flags = UInt32(truncatingIfNeeded: value.number)
        case "ruid": target.ruid = text
        case "instance": target.instance = text
        case "location_ua": target.userAgent = text
        case "send_socket":
            target.socket = text.flatMap { wanted in
                context.host.sockets.first { ByteString($0.description) == wanted }
            }
        default: return false
        }
        return true
    }
}

/// The branch that `$sbranch()` shows.
final class PendingBranch {
    static let key = ContextKey<PendingBranch>()
    var target = RequestTarget()

    /// The message's pending branch, made when there is none.
    static func of(_ context: ScriptContext) -> PendingBranch {
        if let existing = context[key] { return existing }
        let created = PendingBranch()
        context[key] = created
        return created
    }
}
