import SIPMessage

/// Changes of an SDP document in a message.
///
/// Each takes out exactly what it is about, so that several of them add up.
struct SessionEditing {
    let document: SessionDocument

    /// Which payload types of a medium are meant.
    typealias Choice = (SessionDocument.Stream) -> Set<ByteString>

    /// Takes payload types out of media of a kind, with the attributes that are about them; how many were there.
    func remove(_ choice: Choice, media: ByteString?, _ edits: inout MessageEdits) -> Int {
        var count = 0
        for stream in document.streams where media.map({ $0 == stream.media }) ?? true {
            let chosen = choice(stream)
            for format in stream.formats where chosen.contains(format) {
                // With the blank in front of it.
                edits.delete((format.range.lowerBound - 1)..<format.range.upperBound)
                count += 1
            }
            for line in stream.attributes where Self.subject(of: line).map(chosen.contains) ?? false {
                edits.delete(line.whole)
            }
        }
        return count
    }

    /// The payload type that an attribute is about, or nil.
    private static func subject(of line: SessionDocument.Line) -> ByteString? {
        for name in ["rtpmap:", "fmtp:", "rtcp-fb:"] where line.value.hasPrefix(name) {
            return ByteString(line.value.dropFirst(name.utf8.count).bytes.prefix { $0 != 0x20 })
        }
        return nil
    }

    /// Takes whole media out; how many.
    func removeStreams(_ edits: inout MessageEdits, where isMeant: (SessionDocument.Stream) -> Bool) -> Int {
        let chosen = document.streams.filter(isMeant)
        for stream in chosen { edits.delete(stream.range) }
        return chosen.count
    }

    /// Takes lines out that begin with a text, like `a=fmtp`, of media of a kind or of all of the document.
    func removeLines(_ prefix: ByteString, media: ByteString?, _ edits: inout MessageEdits) {
        guard prefix.count >= 2, prefix.dropFirst().first == UInt8(ascii: "=") else { return }
        let lines = media.map { media in document.streams.filter { $0.media == media }.flatMap(\.lines) }
        for line in lines ?? document.lines where line.kind == prefix.first && line.value.hasPrefix(prefix.dropFirst(2))
        {
            edits.delete(line.whole)
        }
    }
}

extension SessionDocument.Stream {
    /// Whether media flows: the port is not 0, and nothing says `a=inactive`.
    var isActive: Bool {
        port != "0" && !attributes.contains { $0.value == "inactive" }
    }
}
