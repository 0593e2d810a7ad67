import NetworkAddress
import SIPMessage
import ScriptEngine
package import ScriptSyntax

extension CoreSettings {
    /// What became of a global parameter.
    enum Effect {
        /// It is in force.
        case applied
        /// It governs something that does not exist here (memory pools, processes, …).
        case none
    }

    /// Whether a global parameter governs something here; true also for one whose value is refused.
    package static func hasEffect(_ global: GlobalParameter) -> Bool {
        var settings = CoreSettings()
        do {
            if case .none = try settings.apply(global) { return false }
            return true
        } catch {
            return true
        }
    }

    /// Takes over a global parameter.
    ///
    /// The parser has checked name and type.
    ///
    /// - Throws: `ScriptError` when the value is out of range.
    mutating func apply(_ global: GlobalParameter) throws(ScriptError) -> Effect {
        switch global.value {
        case .integer(let value): try apply(global.name, Int(value))
        case .string(let text): apply(global.name, text.string)
        case .identifier(let text), .host(let text): apply(global.name, text)
        }
    }

    private mutating func apply(_ name: String, _ value: Int) throws(ScriptError) -> Effect {
        switch name {
        case "port": port = try Self.checked(name, value, 1...65535)
        case "children": workers = try Self.checked(name, value, 1...1024)
        case "debug": debug = value
        case "auto_aliases": autoAliases = value != 0
        case "server_signature": serverSignature = value != 0
        case "max_while_loops": maxWhileLoops = try Self.checked(name, value, 0...Int(Int32.max))
        case "max_recursive_level": maxRecursiveLevel = try Self.checked(name, value, 1...10_000)
        case "server_id": serverID = value
        case "disable_tcp": tcpDisabled = value != 0
        case "enable_tls": tlsEnabled = value != 0
        case "disable_tls": tlsEnabled = value == 0
        case "tls_port_no": tlsPort = try Self.checked(name, value, 1...65535)
        case "use_dns_failover": usesDNSFailover = value != 0
        case "advertised_port": advertisedPort = try Self.checked(name, value, 1...65535)
        default:
            if try applyToTransport(name, value) { return .applied }
            return try applyToResolver(name, value) ? .applied : .none
        }
        return .applied
    }

    private mutating func apply(_ name: String, _ value: String) -> Effect {
        switch name {
        case "server_header": serverHeader = value.isEmpty ? nil : ByteString(value)
        case "user_agent_header": userAgentHeader = ByteString(value)
        case "advertised_address": advertisedAddress = value
        case "log_prefix": logPrefix = ByteString(value)
        case "run_dir", "rundir": runFolder = value
        case "tos": return applyTypeOfService(value)
        default: return .none
        }
        return .applied
    }

    static func checked<Number: FixedWidthInteger>(
        _ name: String, _ value: Int, _ range: ClosedRange<Int>
    ) throws(ScriptError) -> Number {
        guard range.contains(value), let number = Number(exactly: value) else {
            throw ScriptError("'\(name)' is \(value)", hint: "it goes from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func apply(_ listen: ListenDirective) throws(ScriptError) {
        let transport = try TransportProtocol(listen.socket.transport)
        for host in listen.socket.hosts {
            listens.append(
                ListenSetting(
                    transport: transport, host: host, port: try listen.socket.checkedPort(),
                    advertisedHost: listen.advertisedHost,
                    advertisedPort: listen.advertisedPort.flatMap { UInt16(exactly: $0) },
                    name: listen.name?.string))
        }
    }

    mutating func apply(_ alias: AliasDirective) throws(ScriptError) {
        let transport = try TransportProtocol(alias.socket.transport)
        for host in alias.socket.hosts {
            aliases.append(
                LocalName(
                    host: ByteString(host).lowercased(), port: try alias.socket.checkedPort() ?? 0,
                    transport: transport))
        }
    }

    mutating func apply(_ custom: CustomGlobal) {
        let value: ScriptValue =
            switch custom.value {
            case .integer(let number): .integer(Int(number))
            case .string(let text): .string(ByteString(text.bytes))
            case .identifier(let text), .host(let text): .string(ByteString(text))
            }
        if custom.instance == nil { self.custom[custom.group, default: [:]][custom.name] = value }
    }
}

extension SocketIdentifier {
    /// The port, or nil when none is given.
    ///
    /// - Throws: `ScriptError` when the number is no port.
    func checkedPort() throws(ScriptError) -> UInt16? {
        guard let port else { return nil }
        guard let checked = UInt16(exactly: port) else {
            throw ScriptError("'\(port)' is not a port", hint: "ports go from 1 to 65535")
        }
        return checked
    }
}

extension TransportProtocol {
    /// The transport of a name in the configuration; nil for `*` and for no name.
    ///
    /// - Throws: `ScriptError` for SCTP.
    init?(_ name: TransportName?) throws(ScriptError) {
        switch name {
        case nil, .any: return nil
        case .udp: self = .udp
        case .tcp: self = .tcp
        case .tls: self = .tls
        case .ws: self = .ws
        case .wss: self = .wss
        case .sctp: throw ScriptError("transport 'sctp' is not supported", hint: "use udp, tcp or tls")
        }
    }
}
