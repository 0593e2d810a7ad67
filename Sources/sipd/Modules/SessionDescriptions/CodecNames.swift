import SIPMessage

/// The names of payload types.
enum CodecNames {
    /// Those that need no `a=rtpmap` line (RFC 3551 §6).
    private static let fixed: [String: [String]] = [
        "pcmu": ["0"], "gsm": ["3"], "g723": ["4"], "dvi4": ["5", "6", "16", "17"], "lpc": ["7"], "pcma": ["8"],
        "g722": ["9"], "l16": ["10", "11"], "qcelp": ["12"], "cn": ["13"], "mpa": ["14"], "g728": ["15"],
        "g729": ["18"], "celb": ["25"], "jpeg": ["26"], "nv": ["28"], "h261": ["31"], "mpv": ["32"], "mp2t": ["33"],
        "h263": ["34"],
    ]

    /// The payload types with one of the names in a medium, as its `a=rtpmap` lines and the fixed names say.
    static func payloadTypes(named names: [ByteString], in stream: SessionDocument.Stream) -> [ByteString] {
        var mapped: [ByteString: ByteString] = [:]
        for line in stream.attributes where line.value.hasPrefix("rtpmap:") {
            let rest = line.value.dropFirst(7)
            guard let blank = rest.firstIndex(of: 0x20) else { continue }
            let name = ByteString(rest.bytes[(blank + 1)...].prefix { $0 != UInt8(ascii: "/") }).trimmed()
            mapped[ByteString(rest.bytes[..<blank])] = name.lowercased()
        }
        let wanted = Set(names.map { $0.lowercased() })
        return stream.formats.filter { format in
            if let name = mapped[format] { return wanted.contains(name) }
            return wanted.contains { fixed[$0.string]?.contains(format.string) == true }
        }
    }
}
