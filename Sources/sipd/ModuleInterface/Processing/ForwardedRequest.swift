package import NetworkAddress
package import SIPMessage
package import ScriptEngine
package import Transport

/// Builds the bytes of a request that is sent on: own Via on top, `received` and `rport` in the one below, the
/// Request-URI of the target, and the edits of the script (RFC 3261 §16.6; Kamailio: `build_req_buf_from_sip_req()`).
package struct ForwardedRequest {
    /// The context whose message and edits are sent.
    package let context: ScriptContext
    /// Where it goes.
    package let target: RequestTarget
    /// The socket it leaves from, which gives the Via its sent-by.
    package let socket: ListenSocket
    /// The branch parameter of the own Via, with its cookie.
    package let branch: ByteString
    /// The transport it leaves over: that of the socket, or WebSocket on top of it.
    package let transport: TransportProtocol

    /// Prepares a request for one branch.
    package init(
        _ context: ScriptContext, to target: RequestTarget, from socket: ListenSocket, branch: ByteString,
        over transport: TransportProtocol? = nil
    ) {
        self.transport = transport ?? socket.transport
        self.context = context
        self.target = target
        self.socket = socket
        self.branch = branch
    }

    /// The bytes to send.
    package func bytes() -> [UInt8] {
        let message = context.message
        var edits = context.edits
        let incoming = context.received.map { RouteSocket(socket: $0.socket, transport: $0.transport) }
        let outgoing = RouteSocket(socket: socket, transport: transport)
        context.recordRoute.add(to: message, from: incoming, to: outgoing, &edits)
        context.recordRoute.addPaths(to: message, from: incoming, to: outgoing, &edits)
        addPath(message, &edits)
        edits.insert(viaLine(), before: message.topVia.map { headerStart(of: $0, message) } ?? message.headersStart)
        ReceivedParameters.add(to: message, context.received, forcesRport: context.replyRouting.forcesRport, &edits)
        guard let method = message.method else { return message.buffer }
        let uri = target.uri ?? context.target.uri ?? message.requestURI ?? ""
        return edits.apply(
            to: message, startLine: .request(method, uri: uri), needsContentLength: socket.transport != .udp)
    }

    private func headerStart(of via: Via, _ message: SIPMessage) -> Int {
        message.firstHeader(.via)?.range.lowerBound ?? message.headersStart
    }

    private func viaLine() -> ByteString {
        var line: [UInt8] = []
        line.append(contentsOf: "Via: SIP/2.0/".utf8)
        line.append(contentsOf: transport.viaName.utf8)
        line.append(UInt8(ascii: " "))
        line.append(contentsOf: socket.hostPort.bytes)
        line.append(contentsOf: ";branch=".utf8)
        line.append(contentsOf: branch.bytes)
        if context.replyRouting.addsLocalRport { line.append(contentsOf: ";rport".utf8) }
        line.append(contentsOf: "\r\n".utf8)
        return ByteString(line)
    }

    /// The path vector of a registered contact goes in front of the Route headers (RFC 3327 §5.1).
    private func addPath(_ message: SIPMessage, _ edits: inout MessageEdits) {
        guard let path = target.path, !path.isEmpty else { return }
        let anchor = message.firstHeader(.route)?.range.lowerBound ?? message.firstHeader(.via)?.range.lowerBound
        edits.insert("Route: " + path + "\r\n", before: anchor ?? message.headersStart)
    }
}

/// Writes into the topmost Via where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4).
package enum ReceivedParameters {
    /// Adds `;received=` behind the sent-by and fills in `;rport`, where they are due.
    package static func add(
        to message: SIPMessage, _ received: ReceivedFrom?, forcesRport: Bool, _ edits: inout MessageEdits
    ) {
        guard let via = message.topVia, let source = received?.source, let host = via.hostRange else { return }
        let asked = via.rport != .absent
        let address = ByteString(source.address.text())
        let differs = !via.host.equalsIgnoringCase(address) && via.host != "[" + address + "]"
        let afterSentBy = via.portRange?.upperBound ?? host.upperBound
        let rport = ";rport=" + ByteString(integer: Int(source.port.value))
        if let range = via.rportRange {
            edits.replace(range, with: rport)
        } else if forcesRport {
            edits.insert(rport, before: afterSentBy)
        }
        if differs || asked {
            if let range = via.receivedRange {
                edits.replace(range, with: ";received=" + address)
            } else {
                edits.insert(";received=" + address, before: afterSentBy)
            }
        }
    }
}
