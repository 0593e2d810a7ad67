import NetworkAddress
import SIPMessage
import SessionDescriptionsModule

/// The SDP of a message with what rtpproxy says about each of its media.
struct ProxySession {
    /// A medium that is relayed.
    struct Medium {
        let stream: SessionDocument.Stream
        /// The address its sender receives at: its own `c=`, or the session's.
        let connection: SessionDocument.Line
    }

    /// What rtpproxy answers for a medium.
    struct Relayed: Equatable {
        let port: Port
        /// Where the relay is; nil when it tells only the port.
        let address: IPAddress?

        /// Reads `35000 192.0.2.1`, perhaps with more behind it; nil when there is no port.
        init?(_ answer: ByteString) {
            let words = answer.bytes.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D })
            guard let first = words.first, let port = Port(first), port.value != 0 else { return nil }
            self.port = port
            address = words.count > 1 ? IPAddress(words[1]) : nil
            guard words.count == 1 || address != nil else { return nil }
        }
    }

    let document: SessionDocument
    let media: [Medium]

    /// The most media that are relayed.
    private static let mediaMax = 32

    /// Takes the media that a relay can serve; nil when there are none, or too many.
    ///
    /// A medium with port 0 is refused and stays so.
    init?(_ text: ByteString) {
        guard let document = SessionDocument(text), document.streams.count <= Self.mediaMax else { return nil }
        self.document = document
        media = document.streams.compactMap { stream in
            guard let connection = stream.connection ?? document.connection, connection.address != nil,
                let port = Port(stream.port.bytes), port.value != 0
            else { return nil }
            return Medium(stream: stream, connection: connection)
        }
        guard !media.isEmpty else { return nil }
    }

    /// Whether another relay has left its mark.
    func carries(_ mark: ByteString) -> Bool {
        let line = mark.trimmed()
        return !line.isEmpty && document.text.range(of: line) != nil
    }

    /// Puts the relay in the place of the addresses and ports.
    func rewrite(
        _ relayed: [Relayed], _ flags: ProxyFlags, ownAddress: IPAddress?, mark: ByteString, _ edits: inout MessageEdits
    ) {
        var done: Set<Int> = []
        func replace(_ line: SessionDocument.Line?, _ address: IPAddress?) {
            guard let line, let address, let old = line.address, done.insert(line.whole.lowerBound).inserted else {
                return
            }
            // Who is on hold at the unspecified address stays on hold.
            if IPAddress(old.bytes)?.isUnspecified == true { return }
            edits.replace(old.range, with: ByteString(address.description))
            if let family = line.addressFamily { edits.replace(family.range, with: address.isIPv4 ? "IP4" : "IP6") }
        }
        for (medium, answer) in zip(media, relayed) {
            edits.replace(medium.stream.port.range, with: ByteString(integer: Int(answer.port.value)))
            replace(medium.connection, ownAddress ?? answer.address)
            for line in medium.stream.attributes where line.value.hasPrefix("rtcp:") {
                edits.replace(line.text, with: "a=rtcp:" + ByteString(integer: Int(answer.port.value) + 1))
            }
        }
        let address = ownAddress ?? relayed.first?.address
        if flags.replacesSessionConnection { replace(document.connection, address) }
        if flags.replacesOrigin { replace(document.origin, address) }
        guard !mark.isEmpty else { return }
        let end = document.text.range.upperBound
        edits.insert((document.text.last == 0x0A ? "" : "\r\n") + mark, before: end)
    }
}
