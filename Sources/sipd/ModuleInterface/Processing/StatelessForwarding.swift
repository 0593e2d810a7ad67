import NetworkAddress
package import SIPMessage
package import ScriptEngine
package import Transport

/// Sends messages on without keeping state: replies along their Via, requests for `forward()` and ACKs to 2xx.
package enum StatelessForwarding {
    /// Sends a reply to where its second Via leads (RFC 3261 §16.11, §18.2.2), without the top one.
    ///
    /// - Returns: false when the top Via is not ours or no second one exists; the reply is dropped then.
    @discardableResult
    package static func forwardReply(_ context: ScriptContext, _ worker: Worker) -> Bool {
        let message = context.message
        guard let top = message.topVia,
            worker.isLocal(host: top.host, port: top.port ?? 5060, transport: nil),
            let vias = try? message.vias(), vias.count > 1,
            let destination = ReplyDestination.of(vias[1], worker)
        else { return false }
        var edits = context.edits
        TopVia.remove(from: message, &edits)
        let bytes = edits.apply(
            to: message, startLine: context.changedStartLine, needsContentLength: destination.transport.isStream)
        worker.server.transport.send(bytes, to: destination, from: worker.index)
        return true
    }
}

/// Removing the Via of this server from a reply.
package enum TopVia {
    /// Deletes the first Via value: the whole header, or only the value when more follow in it.
    package static func remove(from message: SIPMessage, _ edits: inout MessageEdits) {
        guard let field = message.firstHeader(.via) else { return }
        var values = message.values(of: field).makeIterator()
        _ = values.next()
        if let second = values.next() {
            edits.delete(field.bodyRange.lowerBound..<second.range.lowerBound)
        } else {
            edits.delete(field.range)
        }
    }
}

/// Where a response goes, by the Via of the one who sent the request (RFC 3261 §18.2.2, RFC 3581 §4).
package enum ReplyDestination {
    /// Where replies to the request of a context go: back over its connection, or to its source or sent-by address.
    package static func of(requestIn context: ScriptContext) -> Destination? {
        guard let received = context.received, let via = context.message.topVia else { return nil }
        let routing = context.replyRouting
        var remote = received.source
        if !received.transport.isStream, !via.asksForRport, !routing.forcesRport {
            // RFC 3261 §18.2.2: the address the request came from, the port of the sent-by.
            remote.port = via.port.map { Port($0) } ?? received.transport.defaultPort
        }
        return Destination(
            transport: received.transport, remote: remote, socket: received.socket, connection: received.connection,
            reuseOnly: routing.reuseOnly, closeAfter: routing.closeAfter)
    }

    /// The destination for the Via value that will be topmost, or nil when its host is no address.
    ///
    /// A host name without `received` cannot be answered without DNS; requests that came in here always got
    /// `received` then.
    package static func of(_ via: Via, _ worker: Worker) -> Destination? {
        guard let transport = TransportProtocol(via.transport.bytes) else { return nil }
        let host = via.received ?? via.host
        guard let address = IPAddress(LocalHost.withoutBrackets(host).bytes) else { return nil }
        var port = via.port.map { Port($0) } ?? transport.defaultPort
        if case .value(let text) = via.rport, let number = text.integerValue, let rport = Port(exactly: number) {
            port = rport
        }
        return Destination(transport: transport, remote: Endpoint(address: address, port: port))
    }
}

/// Host texts.
package enum LocalHost {
    /// An IPv6 address without its brackets, anything else as it is.
    package static func withoutBrackets(_ host: ByteString) -> ByteString {
        guard host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") else { return host }
        return ByteString(host.bytes.dropFirst().dropLast())
    }
}
