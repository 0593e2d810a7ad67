import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

/// `$rc`, `$_s()`, `$def()`, `$stat()`, …: what belongs to no other group.
enum OtherVariables {
    static let all: [Variable] = script + definitions + server + local

    private static let script: [Variable] = [
        VariableBuilder.plain("null", summary: "nothing") { _ in .null },
        VariableBuilder.number("true", summary: "1") { _ in 1 },
        VariableBuilder.number("rc", "retcode", "?", summary: "code of the last function or route") { $0.returnCode },
        Variable(["_s"], inner: .required, summary: "a text with variables, as a value") {
            _, reference throws(ScriptError) in
            let format = try reference.formats.format(reference.inner ?? "")
            return ScriptVariable(source: "$_s()") { .string(format.evaluate(in: $0)) }
        },
    ]

    private static let definitions: [Variable] = [
        Variable(["def"], inner: .required, summary: "text of a name that the preprocessor knows") {
            module, reference in
            let name = reference.inner?.string ?? ""
            let value = module.server.settings.defines[name].map { ScriptValue.string($0 ?? "") } ?? .null
            return ScriptVariable(source: "$def()") { _ in value }
        },
        Variable(["defn"], inner: .required, summary: "number of a name that the preprocessor knows, 0 for others") {
            module, reference in
            let value = definition(reference, module)?.decimalNumber ?? 0
            return ScriptVariable(source: "$defn()") { _ in .integer(value) }
        },
        Variable(["env"], inner: .required, summary: "environment variable") { _, reference in
            let value = EnvironmentVariable.value(of: reference.inner?.string ?? "").map { ByteString($0) }
            return ScriptVariable(source: "$env()") { _ in ScriptValue(text: value) }
        },
        Variable(["envn"], inner: .required, summary: "environment variable as a number, 0 for others") {
            _, reference in
            let value = EnvironmentVariable.value(of: reference.inner?.string ?? "").flatMap { Int($0) } ?? 0
            return ScriptVariable(source: "$envn()") { _ in .integer(value) }
        },
    ]

    private static func definition(_ reference: VariableReference, _ module: PseudoVariablesModule) -> ByteString? {
        module.server.settings.defines[reference.inner?.string ?? ""] ?? nil
    }

    private static let server: [Variable] = [
        VariableBuilder.number("pp", summary: "number of the process") { _ in ProcessNumber.own },
        VariableBuilder.number("sid", summary: "number of the server in its cluster (server_id)") { _ in 0 },
        Variable(["stat"], inner: .required, summary: "value of a statistic") { module, reference in
            let name = reference.inner?.string ?? ""
            return ScriptVariable(source: "$stat()") { _ in
                module.server.statistics.value(named: name).map { .integer($0) } ?? .null
            }
        },
        VariableBuilder.keyed(
            "version", summary: "version of the server",
            keys: [
                "num": { _ in .string("5.6.3") }, "full": { _ in .string("sipd") }, "hash": { _ in .string("unknown") },
            ]),
        VariableBuilder.keyed(
            "ksr", summary: "number of Kamailio's version whose language this is",
            keys: ["verval": { _ in .integer(5_006_003) }]),
        VariableBuilder.keyed(
            "expires", summary: "smallest and largest expiry of the Contact values, in seconds",
            keys: ["min": { expiry($0) { $0.min() } }, "max": { expiry($0) { $0.max() } }]),
        VariableBuilder.number("err.class", summary: "class of the last error in the message") { _ in 0 },
        VariableBuilder.number("err.level", summary: "level of the last error in the message") { _ in 0 },
        VariableBuilder.text("err.info", summary: "text of the last error in the message") { _ in nil },
        VariableBuilder.text("err.rcode", summary: "status for the last error in the message") { _ in nil },
        VariableBuilder.text("err.rreason", summary: "reason for the last error in the message") { _ in nil },
        VariableBuilder.keyed(
            "rpl", summary: "where the reply goes",
            keys: [
                "duri": nothing, "dhost": nothing, "dport": nothing, "dproto": nothing, "dprotoid": nothing,
                "cntvia": nothing, "cntrr": nothing,
            ]),
    ]

    private static let nothing: Reading = { _ in .null }

    private static func expiry(_ context: ScriptContext, _ choose: ([Int]) -> Int?) -> ScriptValue {
        guard let contacts = try? context.message.contacts(), !contacts.isEmpty else { return .null }
        let common = context.message.expires
        let seconds = contacts.compactMap { $0.isWildcard ? nil : $0.expires ?? common }
        return choose(seconds).map { .integer($0) } ?? .null
    }

    /// `$var`, which the engine keeps, and its relatives that can be undefined.
    private static let local: [Variable] = [
        Variable(["var"], inner: .required, summary: "variable of the script; 0 until it is set") { _, reference in
            ScriptVariable(source: "$var()") { _ in .integer(0) }
        },
        Variable(["vn"], inner: .required, summary: "as $var, but undefined until it is set") {
            _, reference throws(ScriptError) in
            let name = reference.inner ?? ""
            return ScriptVariable(
                source: "$vn(" + name + ")",
                read: { context in context[NullableVariables.key]?.values[name] ?? .null },
                write: { context, value in
                    NullableVariables.of(context).values[name] = value.isNull ? nil : value.stored
                    return true
                })
        },
        Variable(["vz"], inner: .required, summary: "as $var") { _, reference throws(ScriptError) in
            let name = "vz:" + (reference.inner ?? "")
            return ScriptVariable(
                source: "$vz()",
                read: { context in context[NullableVariables.key]?.values[name] ?? .integer(0) },
                write: { context, value in
                    NullableVariables.of(context).values[name] = value.isNull ? nil : value.stored
                    return true
                })
        },
    ]
}

/// The `$vn` variables of a message.
final class NullableVariables {
    static let key = ContextKey<NullableVariables>()
    var values: [ByteString: ScriptValue] = [:]

    /// The message's variables, made when there are none.
    static func of(_ context: ScriptContext) -> NullableVariables {
        if let existing = context[key] { return existing }
        let created = NullableVariables()
        context[key] = created
        return created
    }
}
