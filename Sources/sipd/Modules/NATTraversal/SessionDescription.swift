import SIPMessage

/// The lines of an SDP body that hold addresses (RFC 4566 §5).
struct SessionDescription {
    /// The address of the `o=` line.
    private(set) var origin: ByteString?
    /// The address of the session's `c=` line.
    private(set) var sessionAddress: ByteString?
    /// The address of each medium's own `c=` line.
    private(set) var streamAddresses: [ByteString?] = []
    /// All addresses of `c=` lines, in order.
    private(set) var connections: [ByteString] = []
    /// The addresses of `a=rtcp` lines, in order (RFC 3605).
    private(set) var controlAddresses: [ByteString] = []
    /// Where each medium ends in the message.
    private(set) var streamEnds: [Int] = []
    /// Where the body ends in the message.
    let end: Int
    /// Whether the body ends with a line end.
    let endsLine: Bool

    /// Reads the body of a message; nil when it is no SDP.
    init?(_ message: SIPMessage) {
        guard let type = message.firstText(.contentType)?.lowercased(), type.hasPrefix("application/sdp") else {
            return nil
        }
        self.init(body: ByteString(message.buffer)[message.bodyRange])
    }

    /// Reads a body, keeping the places of its addresses.
    init?(body: ByteString) {
        guard body.hasPrefix("v=") else { return nil }
        end = body.range.upperBound
        endsLine = body.last == UInt8(ascii: "\n")
        for line in body.split(on: UInt8(ascii: "\n")) { read(line) }
        if !streamAddresses.isEmpty { streamEnds.append(end) }
    }

    /// Whether there is a medium.
    var hasMedia: Bool { !streamAddresses.isEmpty }

    /// The address each medium is sent to: its own, or the session's.
    var mediaAddresses: [ByteString] { streamAddresses.compactMap { $0 ?? sessionAddress } }

    private mutating func read(_ line: ByteString) {
        let text = line.trimmed()
        if text.hasPrefix("m=") {
            if !streamAddresses.isEmpty { streamEnds.append(line.range.lowerBound) }
            streamAddresses.append(nil)
        } else if text.hasPrefix("o=") {
            origin = origin ?? Self.address(of: text, word: 5)
        } else if text.hasPrefix("a=rtcp:"), let address = Self.address(of: text, word: 3) {
            controlAddresses.append(address)
        } else if text.hasPrefix("c="), let address = Self.address(of: text, word: 2) {
            connections.append(address)
            if streamAddresses.isEmpty {
                sessionAddress = sessionAddress ?? address
            } else {
                streamAddresses[streamAddresses.count - 1] = address
            }
        }
    }

    private static func address(of line: ByteString, word: Int) -> ByteString? {
        let words = line.bytes.split(separator: UInt8(ascii: " "))
        guard words.count > word else { return nil }
        let address = words[word].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return address.first.flatMap { $0.isEmpty ? nil : ByteString($0) }
    }
}
