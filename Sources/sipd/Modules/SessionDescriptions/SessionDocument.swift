package import SIPMessage

/// An SDP document taken apart into its lines (RFC 4566 §5); all texts stand in the bytes it was read from.
package struct SessionDocument: Sendable {
    /// One line.
    package struct Line: Sendable {
        /// The letter in front of the equals sign.
        package let kind: UInt8
        /// What follows the equals sign, without the line end.
        package let value: ByteString
        /// The line with its line end.
        package let whole: Range<Int>
        /// The line without its line end.
        package var text: Range<Int> { (value.range.lowerBound - 2)..<value.range.upperBound }
    }

    /// A media description with the lines that belong to it.
    package struct Stream: Sendable {
        /// The kind: audio, video and others.
        package let media: ByteString
        /// The port, without a number of ports.
        package let port: ByteString
        /// The protocol, such as `RTP/AVP`.
        package let transport: ByteString
        /// The formats: payload types of RTP.
        package let formats: [ByteString]
        /// Its lines, the `m=` line first.
        package fileprivate(set) var lines: [Line]

        /// The range of all of it.
        package var range: Range<Int> {
            (lines.first?.whole.lowerBound ?? 0)..<(lines.last?.whole.upperBound ?? 0)
        }
    }

    /// The lines in front of the first medium.
    package private(set) var sessionLines: [Line] = []
    /// The media descriptions in order.
    package private(set) var streams: [Stream] = []
    /// The whole text.
    package let text: ByteString

    /// More lines are not read: the document is refused.
    package static let linesMax = 2000

    /// Takes a document apart; nil when it does not begin as SDP or is too long.
    ///
    /// Lines that are no SDP are passed over.
    package init?(_ text: ByteString) {
        guard text.hasPrefix("v=") else { return nil }
        self.text = text
        var count = 0
        var start = text.bytes.startIndex
        while start < text.bytes.endIndex {
            count += 1
            guard count <= Self.linesMax else { return nil }
            let feed = text.bytes[start...].firstIndex(of: 0x0A)
            let next = feed.map { $0 + 1 } ?? text.bytes.endIndex
            var end = feed ?? text.bytes.endIndex
            if end > start, text.bytes[end - 1] == 0x0D { end -= 1 }
            if end - start >= 2, text.bytes[start + 1] == UInt8(ascii: "=") {
                add(
                    Line(
                        kind: text.bytes[start], value: ByteString(text.bytes[(start + 2)..<end]), whole: start..<next))
            }
            start = next
        }
    }

    private mutating func add(_ line: Line) {
        if line.kind == UInt8(ascii: "m") {
            let words = line.value.bytes.split(separator: 0x20).map { ByteString($0) }
            let port = words.count > 1 ? words[1] : ""
            let plain = port.firstIndex(of: UInt8(ascii: "/")).map { ByteString(port.bytes[..<$0]) } ?? port
            streams.append(
                Stream(
                    media: words.first ?? "", port: plain, transport: words.count > 2 ? words[2] : "",
                    formats: Array(words.dropFirst(3)), lines: [line]))
        } else if streams.isEmpty {
            sessionLines.append(line)
        } else {
            streams[streams.count - 1].lines.append(line)
        }
    }

    /// All lines in order.
    package var lines: [Line] { sessionLines + streams.flatMap(\.lines) }
}

extension SessionDocument.Line {
    /// The address of a `c=` or `o=` line, without what follows a slash; nil for other lines and broken ones.
    package var address: ByteString? {
        let position =
            switch kind {
            case UInt8(ascii: "c"): 2
            case UInt8(ascii: "o"): 5
            default: -1
            }
        let words = value.bytes.split(separator: 0x20)
        guard position >= 0, words.count > position else { return nil }
        let address = words[position].prefix { $0 != UInt8(ascii: "/") }
        return address.isEmpty ? nil : ByteString(address)
    }

    /// The range of the word in front of the address, `IP4` or `IP6`.
    package var addressFamily: ByteString? {
        let words = value.bytes.split(separator: 0x20)
        guard let address, let index = words.firstIndex(where: { $0.startIndex == address.range.lowerBound }), index > 0
        else { return nil }
        return ByteString(words[index - 1])
    }
}

extension SessionDocument.Stream {
    /// Its own `c=` line, or nil.
    package var connection: SessionDocument.Line? { lines.first { $0.kind == UInt8(ascii: "c") } }

    /// Its attributes: the `a=` lines.
    package var attributes: [SessionDocument.Line] { lines.filter { $0.kind == UInt8(ascii: "a") } }
}

extension SessionDocument {
    /// The session's `c=` line, or nil.
    package var connection: Line? { sessionLines.first { $0.kind == UInt8(ascii: "c") } }

    /// The `o=` line, or nil.
    package var origin: Line? { sessionLines.first { $0.kind == UInt8(ascii: "o") } }
}
