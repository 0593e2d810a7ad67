/// The form of one argument of a core command.
enum CoreArgument: Sendable {
    case number
    case string
    /// Number, or declared name with or without quotes.
    case flag
    /// `[transport:]host[:port]`
    case socket
    /// `uri:host`, address, name of a host, string.
    case host
    /// Number or `uri:port`.
    case port
    case transport
    /// Bare word, or an expression.
    case route
    /// Address, name of a host, string.
    case address
    case expression

    /// What a message says was expected.
    var title: String {
        switch self {
        case .number: "a number"
        case .string: "a string"
        case .flag: "a flag: a number from 0 to 31, or a name that 'flags' declares"
        case .socket: "a socket like 'udp:192.0.2.1:5060'"
        case .host: "'uri:host', an address, a host name or a string"
        case .port: "a port number or 'uri:port'"
        case .transport: "one of udp, tcp, tls, sctp"
        case .route: "the name of a route"
        case .address: "an address, a host name or a string"
        case .expression: "an expression"
        }
    }
}

/// A command with a syntax of its own; functions of modules take expressions only.
struct CoreCommand: Sendable {
    /// The lists of arguments that the command takes.
    var forms: [[CoreArgument]]
    /// May be written without parentheses.
    var isBare: Bool

    init(_ forms: [CoreArgument]..., isBare: Bool = false) {
        self.forms = forms
        self.isBare = isBare
    }

    /// All commands by name (Kamailio 5.6.3).
    static let all: [String: CoreCommand] = {
        var commands: [String: CoreCommand] = [
            "route": CoreCommand([.route]),
            "forward": CoreCommand([], [.host], [.host, .port]),
            "force_send_socket": CoreCommand([.socket]),
            "log": CoreCommand([.string], [.number, .string]),
            "error": CoreCommand([.string, .string]),
            "exec": CoreCommand([.string]),
            "prefix": CoreCommand([.string]),
            "strip": CoreCommand([.number]),
            "strip_tail": CoreCommand([.number]),
            "userphone": CoreCommand([]),
            "remove_branch": CoreCommand([], [.number]),
            "clear_branches": CoreCommand([]),
            "set_advertised_address": CoreCommand([.address]),
            "set_advertised_port": CoreCommand([.number]),
            "udp_mtu_try_proto": CoreCommand([.transport]),
            "cfg_select": CoreCommand([.string, .expression]),
            "cfg_reset": CoreCommand([.string]),
            "force_tcp_alias": CoreCommand([], [.number], isBare: true),
            "add_tcp_alias": CoreCommand([], [.number], isBare: true),
        ]
        for name in ["forward_udp", "forward_tcp", "forward_tls", "forward_sctp"] {
            commands[name] = CoreCommand([.host], [.host, .port])
        }
        for name in ["setflag", "resetflag", "isflagset"] { commands[name] = CoreCommand([.flag]) }
        for name in ["setavpflag", "resetavpflag", "isavpflagset"] {
            commands[name] = CoreCommand([.expression, .flag])
        }
        for name in [
            "force_rport", "add_rport", "add_local_rport", "revert_uri", "set_forward_no_connect",
            "set_reply_no_connect", "set_forward_close", "set_reply_close",
        ] {
            commands[name] = CoreCommand([], isBare: true)
        }
        for name in [
            "rewriteuri", "seturi", "rewritehost", "sethost", "seth", "rewritehostport", "sethostport", "sethp",
            "rewritehostporttrans", "sethostporttrans", "sethpt", "rewriteport", "setport", "setp", "rewriteuser",
            "setuser", "setu", "rewriteuserpass", "setuserpass", "setup",
        ] {
            commands[name] = CoreCommand([.string])
        }
        return commands
    }()
}
