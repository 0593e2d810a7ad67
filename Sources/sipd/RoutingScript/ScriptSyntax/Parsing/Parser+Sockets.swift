import Suggestions

extension Parser {
    /// Reads `[transport:]host[:port]`.
    mutating func parseSocket(_ place: String) throws(Failure) -> SocketIdentifier {
        let start = token
        let transport = try takeTransport()
        var hosts: [String] = []
        if take(.leftParenthesis) {
            repeat { hosts.append(try parseHost(place)) } while take(.comma)
            try expect(.rightParenthesis, "after the list of addresses")
        } else {
            hosts.append(try parseHost(place))
        }
        var port: Int32?
        if take(.colon) { port = try parsePort() }
        return SocketIdentifier(transport: transport, hosts: hosts, port: port, range: range(from: start))
    }

    private mutating func takeTransport() throws(Failure) -> TransportName? {
        guard isSymbol(.colon, at: 1) else { return nil }
        if isSymbol(.asterisk) {
            advance()
            advance()
            return .any
        }
        guard let word = token.word else { return nil }
        // WebSockets have no sockets of their own; they begin on those for TCP and TLS.
        if let transport = Keywords.transports[word], transport != .ws, transport != .wss {
            advance()
            advance()
            return transport
        }
        if case .integer = peek(2), !isSymbol(.period, at: 3) { return nil }
        let names = ["udp", "tcp", "tls", "sctp"]
        report(
            "transport", "'\(word.shortened)' is no transport of a socket", at: token,
            hint: word.hasPrefix("ws")
                ? "WebSockets come in over tcp and tls" : NearestName.hint(word, among: names))
        throw Failure()
    }

    mutating func parsePort() throws(Failure) -> Int32 {
        guard case .integer(let port) = token.kind else { throw fail("a port number after ':'") }
        guard (0...65535).contains(port) else { throw fail("a port number from 0 to 65535") }
        advance()
        return port
    }

    /// An address or a name can start here.
    func canStartHost() -> Bool {
        switch token.kind {
        case .word, .numberWord, .integer, .string, .addressIPv6: true
        case .symbol(let symbol): symbol == .leftBracket
        default: false
        }
    }

    /// An address, the name of a host or of an interface, in quotes or not; IPv6 comes out without brackets.
    mutating func parseHost(_ place: String) throws(Failure) -> String {
        switch token.kind {
        case .string(let text):
            advance()
            return text.string
        case .addressIPv6(let text):
            advance()
            return text
        case .symbol(.leftBracket):
            advance()
            guard case .addressIPv6(let text) = token.kind else { throw fail("an IPv6 address after '['") }
            advance()
            try expect(.rightBracket, "after the IPv6 address")
            return text
        case .integer where isSymbol(.period, at: 1):
            if isAddressIPv4() { return try parseAddressIPv4() }
            return try parseHostName(place)
        case .integer(let value) where value >= 0:
            advance()
            return String(value)
        case .word, .numberWord: return try parseHostName(place)
        default: throw fail("an address or the name of a host \(place)")
        }
    }

    /// Four numbers with points between.
    func isAddressIPv4() -> Bool {
        for offset in stride(from: 0, through: 6, by: 2) {
            guard case .integer = peek(offset), offset == 6 || isSymbol(.period, at: offset + 1) else { return false }
        }
        return true
    }

    mutating func parseAddressIPv4() throws(Failure) -> String {
        let start = token
        var numbers: [Int32] = []
        while numbers.count < 4, case .integer(let value) = token.kind {
            numbers.append(value)
            advance()
            if numbers.count < 4, !take(.period) { break }
        }
        let text = numbers.map(String.init).joined(separator: ".")
        guard numbers.count == 4, numbers.allSatisfy({ (0...255).contains($0) }) else {
            report(
                "address", "'\(text)' is not an IPv4 address", at: start, hint: "it has four numbers from 0 to 255")
            throw Failure()
        }
        return text
    }

    /// Words with points and hyphens between; words that are keywords elsewhere are fine.
    private mutating func parseHostName(_ place: String) throws(Failure) -> String {
        var name = ""
        while true {
            switch token.kind {
            case .word(let text), .numberWord(let text): name += text
            case .integer(let value): name += String(value)
            default: throw fail("the rest of the host name '\(name.shortened)' \(place)")
            }
            advance()
            guard isSymbol(.period) || isSymbol(.minus) else { return name }
            name += take(.period) ? "." : "-"
            if name.hasSuffix("-") { advance() }
        }
    }
}

// MARK: Listen and alias

extension Parser {
    mutating func parseListen() throws(Failure) {
        let start = advance()
        try expect(.equal, "after 'listen'")
        var sockets = [try parseSocket("to listen on")]
        while canContinueList() { sockets.append(try parseSocket("to listen on")) }
        var directive = ListenDirective(socket: sockets[0], range: start.range)
        if take("advertise") || take("ADVERTISE") {
            directive.advertisedHost = try parseHost("to advertise")
            if take(.colon) { directive.advertisedPort = try parsePort() }
        }
        if take("name") { directive.name = try expectString("with the name of the socket") }
        if take("virtual") { directive.isVirtual = true }
        directive.range = range(from: start)
        for socket in sockets {
            directive.socket = socket
            items.append(.listen(directive))
        }
    }

    mutating func parseAlias() throws(Failure) {
        advance()
        try expect(.equal, "after 'alias'")
        repeat {
            var isQuoted = false
            if case .string = token.kind { isQuoted = true }
            let socket = try parseSocket("as an alias")
            items.append(.alias(AliasDirective(socket: socket, isQuoted: isQuoted)))
        } while canContinueList()
    }

    /// What comes next is one more name of a list, for which nothing but space stands between names.
    private func canContinueList() -> Bool {
        if isSymbol(.asterisk) { return true }
        if isSymbol(.leftParenthesis) { return !isFirstOfLine() }
        guard canStartHost() else { return false }
        guard let word = token.word else { return true }
        switch peek() {
        // A call or a block; neither belongs here, but it is no name either.
        case .symbol(.leftParenthesis), .symbol(.leftBrace), .string: return false
        default: break
        }
        if ["advertise", "ADVERTISE", "name", "virtual"].contains(word), !isSymbol(.period, at: 1) { return false }
        return !isItemStart()
    }

    /// `socket = { bind = ...; name = ...; }` of Kamailio 5.7 and later.
    mutating func parseSocketBlock() throws(Failure) {
        let start = advance()
        try expect(.equal, "after 'socket'")
        try expect(.leftBrace, "after 'socket ='")
        var directive: ListenDirective?
        var portLast: Int32?
        var attributes = ListenDirective(
            socket: SocketIdentifier(transport: nil, hosts: [], port: nil, range: start.range), range: start.range)
        while !take(.rightBrace) {
            if take(.semicolon) { continue }
            guard let name = token.word else { throw fail("an attribute of the socket or '}'") }
            let nameToken = advance()
            try expect(.equal, "after '\(name.shortened)'")
            if name == "bind" {
                let socket = try parseSocket("to listen on")
                directive = ListenDirective(socket: socket, range: start.range)
                if take(.minus) { portLast = try parsePort() }
            } else {
                try parseSocketAttribute(name, nameToken, &attributes)
            }
            if !isSymbol(.rightBrace) { try expect(.semicolon, "after the value of '\(name)'") }
        }
        guard let directive else {
            report("socket-bind", "the socket has no 'bind'", at: start, hint: "bind = udp:192.0.2.1:5060;")
            return
        }
        attributes.socket = directive.socket
        attributes.range = range(from: start)
        appendSockets(attributes, through: portLast, at: start)
    }

    private mutating func parseSocketAttribute(
        _ name: String, _ nameToken: Token, _ directive: inout ListenDirective
    ) throws(Failure) {
        switch name {
        case "advertise":
            directive.advertisedHost = try parseHost("to advertise")
            if take(.colon) { directive.advertisedPort = try parsePort() }
        case "name": directive.name = try expectString("with the name of the socket")
        case "agname": directive.workerGroup = try expectString("with the name of the group of workers")
        case "vrf": directive.routingDomain = try expectString("with the name of the device")
        case "workers", "virtual":
            guard let value = number(of: token.kind), value >= 0 else { throw fail("a number for '\(name)'") }
            advance()
            if name == "workers" { directive.workers = value } else { directive.isVirtual = value != 0 }
        default:
            let names = ["bind", "advertise", "name", "agname", "vrf", "workers", "virtual"]
            report(
                "socket-attribute", "a socket has no attribute '\(name.shortened)'", at: nameToken,
                hint: NearestName.hint(name, among: names))
            throw Failure()
        }
    }

    /// One directive for each port of a range; ports are added to the name and to the advertised port.
    private mutating func appendSockets(_ directive: ListenDirective, through portLast: Int32?, at start: Token) {
        guard let portLast else { return items.append(.listen(directive)) }
        guard let first = directive.socket.port, first <= portLast, portLast - first < 1000 else {
            return report("socket-range", "the range of ports is empty or has more than 1000", at: start)
        }
        for port in first...portLast {
            var single = directive
            single.socket.port = port
            single.name = directive.name.map { ScriptText(bytes: $0.bytes + Array(String(port).utf8)) }
            single.advertisedPort = directive.advertisedPort.map { $0 &+ (port - first) }
            items.append(.listen(single))
        }
    }
}
