/// A SIP, SIPS or TEL URI taken apart (RFC 3261 §19.1, RFC 3966).
///
/// `sip:alice:secret@example.com:5070;transport=tcp?subject=x`. Parts are places in `raw`; a setter writes `raw` anew.
/// In a TEL URI `user` is the number and there is no host. Equality and hash are those of the bytes;
/// `isEquivalent(to:)` compares as RFC 3261 §19.1.4 says.
package struct SIPURI: Sendable {
    /// The scheme of a URI.
    package enum Scheme: Hashable, Sendable {
        case sip, sips, tel, urn
        case other(ByteString)

        /// The scheme without the colon.
        package var bytes: ByteString {
            switch self {
            case .sip: "sip"
            case .sips: "sips"
            case .tel: "tel"
            case .urn: "urn"
            case .other(let name): name
            }
        }
    }

    /// The URI as written, or as composed by the setters.
    package private(set) var raw: ByteString
    private var parts: SIPURIParts

    /// Takes a URI apart.
    ///
    /// Checks the structure, not each character: what phones send is more than the grammar allows.
    package static func parse(
        _ text: ByteString, lengthMax: Int = MessageLimits.default.uriLengthMax
    ) throws(SIPParseError) -> SIPURI {
        let parts = try SIPURIParts.scan(text, lengthMax: lengthMax)
        return SIPURI(raw: text, parts: parts)
    }

    /// Composes a URI from its parts.
    package init(
        scheme: Scheme = .sip, user: ByteString? = nil, host: ByteString, port: UInt16? = nil,
        parameters: ByteString = ByteString()
    ) {
        raw = ByteString()
        parts = SIPURIParts()
        compose(
            Components(
                scheme: scheme, user: user, password: nil, host: host, port: port, parameters: parameters,
                headers: ByteString()))
    }

    private init(raw: ByteString, parts: SIPURIParts) {
        self.raw = raw
        self.parts = parts
    }

    /// The scheme, in lower case if it is a known one.
    package var scheme: Scheme {
        switch parts.scheme {
        case .sip: .sip
        case .sips: .sips
        case .tel: .tel
        case .urn: .urn
        case .other: .other(raw.part(parts.schemePart))
        }
    }

    /// The user part with its escapes, or the number of a TEL URI; nil if there is no `@`.
    package var user: ByteString? {
        get { raw.optionalPart(parts.user) }
        set { change { $0.user = newValue } }
    }

    /// The password; nil if there is none.
    package var password: ByteString? {
        get { raw.optionalPart(parts.password) }
        set { change { $0.password = newValue } }
    }

    /// The host as written, an IPv6 address in brackets; empty for schemes other than SIP and SIPS.
    package var host: ByteString {
        get { raw.part(parts.host) }
        set { change { $0.host = newValue } }
    }

    /// The port, if one is given.
    package var port: UInt16? {
        get { parts.port }
        set { change { $0.port = newValue } }
    }

    /// The parameters as written, without the first semicolon; empty if there are none.
    package var parameters: ByteString {
        get { raw.part(parts.parameters) }
        set { change { $0.parameters = newValue } }
    }

    /// The headers as written, without the question mark; empty if there are none.
    package var headers: ByteString {
        get { raw.part(parts.headers) }
        set { change { $0.headers = newValue } }
    }

    /// What `urn` and unknown schemes have behind the colon.
    package var opaque: ByteString { raw.dropFirst(Int(parts.schemePart.end) + 1) }

    /// The URI as it is printed.
    package var bytes: ByteString { raw }

    /// The place of the user part in the storage.
    package var userRange: Range<Int>? { raw.storageRange(parts.user) }

    /// The place of the host in the storage.
    package var hostRange: Range<Int>? { raw.storageRange(parts.host) }

    /// The place of the port's digits in the storage.
    package var portRange: Range<Int>? { raw.storageRange(parts.portText) }

    /// Finds a URI parameter by name, without regard to case.
    package func parameter(named name: String) -> ParameterValue {
        parts.parameters.exists ? ParameterList(parameters).value(named: name) : .absent
    }

    /// Finds a URI parameter by name, without regard to case.
    package func parameter(named name: ByteString) -> ParameterValue {
        parts.parameters.exists ? ParameterList(parameters).value(named: name) : .absent
    }

    /// The same URI in storage of its own.
    package func compacted() -> SIPURI {
        SIPURI(raw: raw.compacted(), parts: parts)
    }

    private struct Components {
        var scheme: Scheme
        var user: ByteString?
        var password: ByteString?
        var host: ByteString
        var port: UInt16?
        var parameters: ByteString
        var headers: ByteString
    }

    private mutating func change(_ edit: (inout Components) -> Void) {
        var components = Components(
            scheme: scheme, user: user, password: password, host: host, port: port, parameters: parameters,
            headers: headers)
        edit(&components)
        compose(components)
    }

    /// Writes the URI and the places of its parts side by side, so that it need not be read again.
    private mutating func compose(_ components: Components) {
        var output: [UInt8] = []
        output.reserveCapacity(raw.count + 32)
        var composed = SIPURIParts()
        composed.scheme = parts.kind(of: components.scheme)
        composed.schemePart = output.place(components.scheme.bytes)
        output.append(0x3A)
        if let user = components.user {
            composed.user = output.place(user)
            if let password = components.password {
                output.append(0x3A)
                composed.password = output.place(password)
            }
            if composed.scheme != .tel { output.append(0x40) }
        }
        composed.host = composed.scheme == .tel ? .none : output.place(components.host)
        if let port = components.port {
            output.append(0x3A)
            let start = output.count
            output.appendDecimal(Int(port))
            composed.portText = TextRange(start, output.count)
            composed.port = port
        }
        if !components.parameters.isEmpty {
            output.append(0x3B)
            composed.parameters = output.place(components.parameters)
        }
        if !components.headers.isEmpty {
            output.append(0x3F)
            composed.headers = output.place(components.headers)
        }
        raw = ByteString(output)
        parts = composed
    }
}

extension [UInt8] {
    /// Appends a text and tells where it stands.
    fileprivate mutating func place(_ text: ByteString) -> TextRange {
        let start = count
        append(text)
        return TextRange(start, count)
    }
}

extension SIPURI: Hashable, CustomStringConvertible {
    package static func == (left: SIPURI, right: SIPURI) -> Bool { left.raw == right.raw }

    package func hash(into hasher: inout Hasher) { hasher.combine(raw) }

    package var description: String { raw.string }
}
