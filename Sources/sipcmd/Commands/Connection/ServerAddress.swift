import CommandLineInterface
import OperatingSystem

/// Where a server listens and what it speaks, as `--server` says it.
enum ServerAddress: Equatable, Sendable {
    /// sipd's native socket: `native:PATH`.
    case native(path: String)
    /// Whatever listens at a path: `/run/sipd/control.sock`.
    case detected(path: String)
    /// A `ctl` socket of Kamailio or sipd: `unix:PATH`, `unixs:PATH`, `binrpc:PATH`.
    case binRPC(path: String)
    /// A `ctl` datagram socket: `unixd:PATH`.
    case binRPCDatagram(path: String)
    /// A `ctl` port: `tcp:HOST[:PORT]`, `udp:HOST[:PORT]`, `HOST:PORT`.
    case binRPCPort(host: String, port: UInt16, isDatagram: Bool)
    /// jsonrpcs' FIFO: `fifo:PATH`.
    case fifo(path: String)
    /// jsonrpcs' datagram socket: `dgram:PATH`.
    case jsonDatagram(path: String)
    /// jsonrpcs' UDP port: `dgram:HOST:PORT`.
    case jsonPort(host: String, port: UInt16)
    /// jsonrpcs behind xhttp: `http://HOST[:PORT]/PATH`.
    case http(host: String, port: UInt16, target: String)

    /// kamcmd's port.
    private static let binRPCPortUsual: UInt16 = 2049

    /// Reads an address; a bare path is looked at to see what listens there.
    init(_ text: String) throws(CommandFailure) {
        let colon = text.firstIndex(of: ":")
        let scheme = colon.map { String(text[..<$0]) } ?? ""
        let rest = colon.map { String(text[text.index(after: $0)...]) } ?? ""
        switch scheme {
        case "native" where !rest.isEmpty: self = .native(path: rest)
        case "unix" where !rest.isEmpty, "unixs" where !rest.isEmpty, "binrpc" where rest.hasPrefix("/"):
            self = .binRPC(path: rest)
        case "unixd" where !rest.isEmpty: self = .binRPCDatagram(path: rest)
        case "fifo" where !rest.isEmpty: self = .fifo(path: rest)
        case "dgram" where rest.hasPrefix("/"): self = .jsonDatagram(path: rest)
        case "dgram" where !rest.isEmpty:
            let (host, port) = try Self.hostAndPort(rest, in: text, usual: nil)
            self = .jsonPort(host: host, port: port)
        case "tcp" where !rest.isEmpty, "udp" where !rest.isEmpty, "binrpc" where !rest.isEmpty:
            let (host, port) = try Self.hostAndPort(rest, in: text, usual: Self.binRPCPortUsual)
            self = .binRPCPort(host: host, port: port, isDatagram: scheme == "udp")
        case "http" where rest.hasPrefix("//"): self = try Self.http(String(rest.dropFirst(2)), in: text)
        case "https":
            throw CommandFailure(
                .usage, "server address '\(text)': sipcmd speaks no TLS",
                hint: "use http:// on the loopback, or a socket on the machine itself (ssh HOST sipcmd …)")
        case _ where text.contains("/") || (colon == nil && !text.isEmpty): self = .detected(path: text)
        case _ where UInt16(rest) != nil && !scheme.isEmpty:
            // kamcmd: a host with a port is UDP.
            let (host, port) = try Self.hostAndPort(text, in: text, usual: nil)
            self = .binRPCPort(host: host, port: port, isDatagram: true)
        default:
            throw CommandFailure(
                .usage, "server address '\(text)' is none",
                hint: "use a path, unix:, unixd:, fifo:, dgram:PATH, tcp:, udp:HOST[:PORT] or http://HOST:PORT/PATH")
        }
    }

    private static func hostAndPort(
        _ text: String, in address: String, usual: UInt16?
    ) throws(CommandFailure) -> (String, UInt16) {
        var host = text[...]
        var port = usual
        let closing = host.lastIndex(of: "]")
        if let colon = host.lastIndex(of: ":"), closing.map({ colon > $0 }) ?? (host.firstIndex(of: ":") == colon) {
            guard let number = UInt16(host[host.index(after: colon)...]), number > 0 else {
                throw CommandFailure(.usage, "server address '\(address)' has no valid port")
            }
            port = number
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard let port, !host.isEmpty else {
            throw CommandFailure(.usage, "server address '\(address)' has no host and port")
        }
        return (String(host), port)
    }

    private static func http(_ text: String, in address: String) throws(CommandFailure) -> ServerAddress {
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        let (host, port) = try hostAndPort(String(text[..<slash]), in: address, usual: 80)
        let target = String(text[slash...])
        guard !target.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw CommandFailure(.usage, "server address '\(address)' has a blank in its path")
        }
        return .http(host: host, port: port, target: target.isEmpty ? "/RPC" : target)
    }
}
