import NetworkAddress
package import SIPMessage
import ScriptEngine
package import Transport

extension RecordRoute {
    /// Adds the Record-Route headers in front of all others: that of the outgoing socket first, then, when it is
    /// another, that of the incoming one (RFC 3261 §16.6 item 4; two headers: RFC 5658 §6).
    func add(
        to message: SIPMessage, from incoming: RouteSocket?, to outgoing: RouteSocket, _ edits: inout MessageEdits
    ) {
        guard isWanted else { return }
        if !presetHosts.isEmpty {
            for host in presetHosts { edits.insertHeader(line(host, isDouble: false)) }
            return
        }
        let incoming = incoming ?? outgoing
        guard doubling == .always || (doubling == .whenSocketsDiffer && incoming != outgoing) else {
            return _ = edits.insertHeader(line(advertisedHost ?? incoming.routeAddress, isDouble: false))
        }
        for socket in [outgoing, incoming] {
            let advertised = advertisedHost.map { $0 + ";transport=" + ByteString(socket.transport.name) }
            edits.insertHeader(line(advertised ?? socket.routeAddress, isDouble: true))
        }
    }

    /// Adds the Path headers in front of the first one that is there, or behind all headers.
    func addPaths(
        to message: SIPMessage, from incoming: RouteSocket?, to outgoing: RouteSocket, _ edits: inout MessageEdits
    ) {
        guard !paths.isEmpty else { return }
        var lines: ByteString = ""
        for path in paths.reversed() {
            lines += path.line(outgoing)
            if path.namesBothSockets { lines += path.line(incoming ?? outgoing) }
        }
        if let first = message.firstHeader(.path) {
            edits.insert(lines, before: first.range.lowerBound)
        } else {
            edits.appendHeader(lines)
        }
    }

    private func line(_ address: ByteString, isDouble: Bool) -> ByteString {
        let user = user.map { $0 + "@" } ?? ""
        return "Record-Route: <sip:" + user + address + (isDouble ? ";r2=on" : "") + suffix + parameters + ">\r\n"
    }
}

extension PathHeader {
    fileprivate func line(_ socket: RouteSocket) -> ByteString {
        let user = user.map { $0 + "@" } ?? ""
        return "Path: <sip:" + user + socket.routeAddress + suffix + (namesBothSockets ? ";r2=on" : "") + ">\r\n"
    }
}

extension ListenSocket {
    /// Host and port as they stand in Via and Record-Route: 5060 is left out.
    package var hostPort: ByteString {
        ByteString(shortHostPort)
    }

}

/// A socket as it stands in Record-Route and Path, with the transport that is spoken over it.
struct RouteSocket: Equatable {
    let socket: ListenSocket
    let transport: TransportProtocol

    /// Host and port, and the transport unless it is UDP.
    var routeAddress: ByteString {
        transport == .udp ? socket.hostPort : socket.hostPort + ";transport=" + ByteString(transport.name)
    }
}
