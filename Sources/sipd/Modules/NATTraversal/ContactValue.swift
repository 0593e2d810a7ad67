import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// The Contact that NAT functions look at: the last value of the first Contact header, as Kamailio does.
struct ContactValue {
    let address: NameAddress
    let uri: SIPURI

    /// The Contact of a message; nil when there is none with a SIP URI.
    init?(_ message: SIPMessage) {
        guard let field = message.firstHeader(.contact), let text = message.values(of: field).map({ $0 }).last,
            let address = try? NameAddress.parse(text), !address.isWildcard, let uri = address.parsedURI,
            uri.scheme == .sip || uri.scheme == .sips
        else { return nil }
        self.address = address
        self.uri = uri
    }

    /// The transport that the URI asks for.
    var transport: TransportProtocol {
        let named = uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) }
        return named ?? (uri.scheme == .sips ? .tls : .udp)
    }

    /// The port, or the usual one of the transport.
    var port: UInt16 { uri.port ?? transport.defaultPort.value }

    /// The value of the alias parameter, or nil.
    func alias(_ name: ByteString) -> ByteString? {
        uri.parameter(named: name).text
    }

    /// Takes the alias parameters out of the URI, each with the semicolon in front of it.
    func removeAlias(_ name: ByteString, _ edits: inout MessageEdits) {
        for parameter in ParameterList(uri.parameters) where parameter.name.equalsIgnoringCase(name) {
            edits.delete((parameter.range.lowerBound - 1)..<parameter.range.upperBound)
        }
    }

    /// Whether the Contact names the place the message came from.
    func isReached(by received: ReceivedFrom) -> Bool {
        IPAddress(uri.host.bytes) == received.source.address && port == received.source.port.value
            && transport == received.transport
    }

    /// Puts the address the message came from in the place of host and port.
    func replaceHostPort(with received: ReceivedFrom, _ edits: inout MessageEdits) {
        guard let host = uri.hostRange else { return }
        let end = uri.portRange?.upperBound ?? host.upperBound
        edits.replace(host.lowerBound..<end, with: ByteString("\(received.source)"))
    }

    /// Where a parameter of the URI is inserted.
    enum ParameterPlace {
        case behindHostPort
        case behindParameters
    }

    /// Adds a parameter, with its semicolon, to the URI; brackets come around a URI without them.
    func add(_ parameter: ByteString, _ place: ParameterPlace, _ edits: inout MessageEdits) {
        guard let host = uri.hostRange else { return }
        var position = uri.portRange?.upperBound ?? host.upperBound
        if place == .behindParameters, !uri.parameters.isEmpty { position = uri.parameters.range.upperBound }
        if address.isBracketed {
            edits.insert(parameter, before: position)
        } else {
            edits.insert("<", before: address.uriRange.lowerBound)
            edits.insert(parameter, before: position)
            edits.insert(">", before: address.uriRange.upperBound)
        }
    }
}
