package import SIPMessage

/// Tells from SDP whether audio is on hold (RFC 2543 §B.5, RFC 3264 §8.4).
package enum SessionHold {
    private static let byAddress = 1
    private static let byDirection = 2

    /// Kamailio's number of the way, or nil when no audio stream is on hold.
    package static func of(audioIn body: ByteString) -> Int? {
        var session = State()
        var stream: State?
        var isAudio = false
        for line in body.split(on: 0x0A) {
            let line = line.trimmed()
            if line.hasPrefix("m=") {
                if isAudio, let hold = stream?.hold { return hold }
                isAudio = line.hasPrefix("m=audio ")
                stream = session
            } else if stream != nil {
                stream?.read(line)
            } else {
                session.read(line)
            }
        }
        return isAudio ? stream?.hold : nil
    }

    /// What the lines so far say; a stream begins with what the session says.
    private struct State {
        var hasNoAddress = false
        var isOneWay = false

        var hold: Int? { hasNoAddress ? byAddress : isOneWay ? byDirection : nil }

        mutating func read(_ line: ByteString) {
            if line.hasPrefix("c=") {
                hasNoAddress = line.hasPrefix("c=IN IP4 0.0.0.0")
            } else if line == "a=sendonly" || line == "a=inactive" {
                isOneWay = true
            } else if line == "a=sendrecv" || line == "a=recvonly" {
                isOneWay = false
            }
        }
    }
}
