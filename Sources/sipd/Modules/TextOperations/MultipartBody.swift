package import SIPMessage

/// A body of several parts (RFC 2046 §5.1).
package struct MultipartBody {
    /// One part.
    package struct Part {
        /// The value of its Content-Type.
        package let contentType: ByteString
        /// What follows its headers.
        package let body: ByteString
    }

    /// How many parts are looked at.
    static let partsMax = 64

    /// The parts in order.
    package let parts: [Part]

    /// Takes the body of a message apart; nil when its type is not multipart or no boundary is named.
    package init?(_ message: SIPMessage) {
        guard let boundary = Self.boundary(of: message) else { return nil }
        parts = Self.sections(of: message.body, at: boundary).compactMap(Self.part)
    }

    /// The boundary that Content-Type names; nil when its type is not multipart.
    static func boundary(of message: SIPMessage) -> ByteString? {
        guard let type = message.firstText(.contentType), type.hasPrefixIgnoringCase("multipart/"),
            let start = type.offset(of: UInt8(ascii: ";")),
            let boundary = ParameterList(type.dropFirst(start)).value(named: "boundary").text, !boundary.isEmpty
        else { return nil }
        return boundary
    }

    /// The parts as they stand, each with its headers.
    static func sections(of body: ByteString, at boundary: ByteString) -> [ByteString] {
        split(body, at: "--" + boundary).prefix(partsMax).map { section in
            // The rest of the delimiter's line belongs to it.
            section.offset(of: 0x0A).map { section.dropFirst($0 + 1) } ?? ""
        }
    }

    /// The first part of a type.
    package func part(ofType type: ByteString) -> Part? {
        parts.first { Self.isOfType(type, $0.contentType) }
    }

    /// Whether the value of a Content-Type header is a type, whatever its parameters.
    static func isOfType(_ type: ByteString, _ text: ByteString) -> Bool {
        text.prefix(text.offset(of: UInt8(ascii: ";")) ?? text.count).trimmed().equalsIgnoringCase(type)
    }

    /// What stands between the delimiters, from the line end of one to the line end before the next.
    private static func split(_ body: ByteString, at delimiter: ByteString) -> [ByteString] {
        var sections: [ByteString] = []
        var rest = body
        guard let first = rest.offset(of: delimiter) else { return [] }
        rest = rest.dropFirst(first + delimiter.count)
        while !rest.hasPrefix("--"), sections.count < partsMax, let next = rest.offset(of: "\n" + delimiter) {
            let section = rest.prefix(next)
            sections.append(section.last == 0x0D ? section.dropLast() : section)
            rest = rest.dropFirst(next + 1 + delimiter.count)
        }
        return sections
    }

    static func part(_ section: ByteString) -> Part? {
        var rest = section
        var type: ByteString = "text/plain"
        while let end = rest.offset(of: 0x0A) {
            let line = rest.prefix(end).trimmed()
            rest = rest.dropFirst(end + 1)
            if line.isEmpty { return Part(contentType: type, body: rest) }
            if line.hasPrefixIgnoringCase("content-type:") { type = line.dropFirst(13).trimmed() }
        }
        return nil
    }
}
