import ModuleInterface
import NetworkAddress
import OperatingSystem
import SIPMessage
import ScriptEngine
import Transport

/// The answers of `dns_query()`, by the names that the script gave them.
final class LookupAnswers {
    /// Names that one message may use.
    private static let countMax = 64
    private static let key = ContextKey<LookupAnswers>()

    private var answers: [ByteString: [IPAddress]] = [:]

    static func of(_ context: ScriptContext) -> LookupAnswers {
        if let existing = context[key] { return existing }
        let made = LookupAnswers()
        context[key] = made
        return made
    }

    subscript(name: ByteString) -> [IPAddress]? {
        get { answers[name] }
        set {
            guard answers[name] != nil || answers.count < Self.countMax else { return }
            answers[name.compacted()] = newValue
        }
    }
}

extension IPOperationsModule {
    private typealias Function = FunctionDescription<IPOperationsModule>

    static var lookupFunctions: [FunctionDescription<IPOperationsModule>] {
        [
            Function(
                "dns_query", [.format, .format],
                summary: "Looks the addresses of a name up and keeps them for $dns(id=>…); -4 when there are none.",
                example: "if (dns_query(\"$rd\", \"x\")) xlog(\"$dns(x=>addr)\\n\");"
            ) { _, arguments in
                { context in
                    let id = arguments[1].text(in: context)
                    LookupAnswers.of(context)[id] = nil
                    return resolve(arguments[0].text(in: context), context) { addresses in
                        guard !addresses.isEmpty else { return -4 }
                        LookupAnswers.of(context)[id] = addresses
                        return 1
                    }
                }
            },
            matching("dns_sys_match_ip"), matching("dns_int_match_ip"), unsupported("srv_query"),
            unsupported("naptr_query"),
            Function(
                "dns_set_local_ttl", [.integer], summary: "Accepted; answers are kept for as long as the DNS says.",
                example: "dns_set_local_ttl(86400);"
            ) { _, _ in
                { _ in .success }
            },
        ]
    }

    private static func matching(_ name: String) -> Function {
        Function(
            name, [.format, .format], summary: "Whether an address is one of a host name's.",
            example: "if (\(name)(\"$rd\", \"$si\")) { … }"
        ) { _, arguments in
            { context in
                guard let wanted = AddressText(arguments[1].text(in: context))?.address else { return .failure }
                return resolve(arguments[0].text(in: context), context) { $0.contains(wanted) ? 1 : -1 }
            }
        }
    }

    private static func unsupported(_ name: String) -> Function {
        Function(
            name, [.format, .format], summary: "Not supported: fails at start.", example: "dns_query(\"$rd\", \"x\");"
        ) { _, _ throws(ScriptError) in
            throw ScriptError(
                "\(name)() is not supported", hint: "forwarding follows SRV and NAPTR records by itself")
        }
    }

    /// Finds the addresses of a host; the script waits meanwhile when the DNS has to be asked.
    private static func resolve(
        _ host: ByteString, _ context: ScriptContext, then: @escaping ([IPAddress]) -> Int
    ) -> FunctionResult {
        if let literal = AddressText(host) { return .code(then([literal.address])) }
        guard let name = DNSName(host.string) else { return .code(then([])) }
        // With a port only addresses are asked for (RFC 3263 §4.2).
        let target = ResolutionTarget(host: .name(name), port: .sip, transport: .udp)
        var result: Int?
        var isSuspended = false
        context.worker.server.resolver.resolve(target, worker: context.worker.index) { destinations in
            let code = then(destinations.map(\.remote.address))
            if isSuspended { context.resume(returning: code) } else { result = code }
        }
        if let result { return .code(result) }
        isSuspended = true
        return .suspended
    }

    // MARK: - Variables

    static var hostName: VariableDescription<IPOperationsModule> {
        VariableDescription(["HN"], inner: .required, summary: "The host's name: n short, f full, d domain, i address.")
        { _, reference throws(ScriptError) in
            let key = (reference.inner ?? "").string
            guard ["n", "f", "d", "i"].contains(key) else {
                throw ScriptError("'$HN(\(key))' is unknown", hint: "it is one of n, f, d and i")
            }
            let value = HostIdentity.value(key)
            return ScriptVariable(source: ByteString("$HN(\(key))")) { _ in
                value.map { .string(ByteString($0)) } ?? .null
            }
        }
    }

    static var answers: VariableDescription<IPOperationsModule> {
        VariableDescription(
            ["dns"], inner: .required, summary: "What dns_query() found: `id=>count`, addr, addr[0], type, ipv4, ipv6."
        ) { _, reference throws(ScriptError) in
            let inner = reference.inner ?? ""
            guard let arrow = inner.range(of: "=>") else {
                throw ScriptError("'$dns(\(inner))' names nothing", hint: "write '$dns(id=>addr)'")
            }
            let id = ByteString(inner.bytes[..<arrow.lowerBound]).trimmed().compacted()
            let read = try AnswerField(ByteString(inner.bytes[arrow.upperBound...]).trimmed())
            return ScriptVariable(source: "$dns(" + inner + ")") { context in
                LookupAnswers.of(context)[id].map { read.value(of: $0) } ?? .null
            }
        }
    }
}

/// What is wanted of an answer.
private struct AnswerField: Sendable {
    private enum Kind {
        case count, address, type, hasIPv4, hasIPv6
    }

    private let kind: Kind
    private let index: Int

    /// Reads `count`, `addr[1]`, `type[0]`, `ipv4`, `ipv6`.
    init(_ text: ByteString) throws(ScriptError) {
        var name = text
        var index = 0
        if let bracket = text.range(of: "["), text.last == UInt8(ascii: "]") {
            name = ByteString(text.bytes[..<bracket.lowerBound])
            guard let number = ByteString(text.bytes[bracket.upperBound...].dropLast()).integerValue else {
                throw ScriptError("'\(text)' has no number between its brackets")
            }
            index = number
        }
        switch name.string {
        case "count": kind = .count
        case "addr": kind = .address
        case "type": kind = .type
        case "ipv4": kind = .hasIPv4
        case "ipv6": kind = .hasIPv6
        default: throw ScriptError("'\(text)' is unknown", hint: "it is one of count, addr, type, ipv4 and ipv6")
        }
        self.index = index
    }

    func value(of addresses: [IPAddress]) -> ScriptValue {
        switch kind {
        case .count: return .integer(addresses.count)
        case .hasIPv4: return .integer(addresses.contains(where: \.isIPv4) ? 1 : 0)
        case .hasIPv6: return .integer(addresses.contains(where: \.isIPv6) ? 1 : 0)
        case .address, .type:
            let position = index < 0 ? addresses.count + index : index
            guard addresses.indices.contains(position) else { return .null }
            let address = addresses[position]
            return kind == .type ? .integer(Int(address.family.rawValue)) : .string(ByteString(address.description))
        }
    }
}

/// The name of this host.
private enum HostIdentity {
    static func value(_ key: String) -> String? {
        guard let bytes = try? FileContents.read("/etc/hostname", bytesMax: 256) else { return nil }
        let full = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        guard !full.isEmpty else { return nil }
        let parts = full.split(separator: ".", maxSplits: 1).map(String.init)
        switch key {
        case "n": return parts.first
        case "f": return full
        case "d": return parts.count > 1 ? parts[1] : nil
        default: return HostAddresses.resolve(full).first
        }
    }
}
