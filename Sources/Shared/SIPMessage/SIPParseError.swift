/// Why bytes are not the SIP element they were read as.
package struct SIPParseError: Error, Hashable, Sendable {
    /// What was being read.
    package enum Element: Hashable, Sendable {
        case message, requestLine, statusLine, header(HeaderName), uri, via, nameAddress, cseq, credentials, parameter
    }

    /// What is wrong with it.
    package enum Reason: Hashable, Sendable {
        /// There are no bytes, or none but line ends.
        case empty
        /// The element ends before it is complete.
        case truncated
        /// A byte cannot stand at this place.
        case unexpectedByte(UInt8)
        /// A number is missing, has another character, or is too large.
        case badNumber
        /// A part that must not be empty is.
        case missingPart(String)
        /// The element is longer than a limit of `MessageLimits`, or there are more of them than it allows.
        case exceeds(limit: Int)
        /// A quoted string, `<` or `[` is not closed.
        case unterminated
    }

    /// What was being read.
    package let element: Element
    /// What is wrong with it.
    package let reason: Reason
    /// The offset of the error in the bytes that were given.
    package let offset: Int

    /// Creates an error.
    package init(_ element: Element, _ reason: Reason, at offset: Int) {
        self.element = element
        self.reason = reason
        self.offset = offset
    }
}

extension SIPParseError: CustomStringConvertible {
    package var description: String {
        "bad \(element.text): \(reason.text) at byte \(offset)"
    }
}

extension SIPParseError.Element {
    var text: String {
        switch self {
        case .message: "message"
        case .requestLine: "request line"
        case .statusLine: "status line"
        case .header(let name): "header \(name)"
        case .uri: "URI"
        case .via: "Via"
        case .nameAddress: "name-addr"
        case .cseq: "CSeq"
        case .credentials: "credentials"
        case .parameter: "parameter"
        }
    }
}

extension SIPParseError.Reason {
    var text: String {
        switch self {
        case .empty: "nothing to read"
        case .truncated: "it ends too early"
        case .unexpectedByte(let byte): "unexpected byte 0x\(String(byte, radix: 16))"
        case .badNumber: "not a number in range"
        case .missingPart(let part): "no \(part)"
        case .exceeds(let limit): "more than the limit of \(limit)"
        case .unterminated: "not closed"
        }
    }
}

/// Something wrong in a message that could be taken apart nonetheless, so that it can be answered with 400.
package struct Defect: Hashable, Sendable {
    /// What is wrong.
    package enum Kind: Hashable, Sendable {
        /// A header every message must have is absent (RFC 3261 §8.1.1).
        case missingHeader
        /// A header that may occur once occurs again; the first one counts.
        case duplicateHeader
        /// The value of a header cannot be read.
        case badValue(SIPParseError.Reason)
        /// A line among the headers is none: no colon, or a name that is no token.
        case badHeaderLine
        /// The method in CSeq is not that of the request line (RFC 3261 §8.1.1.5).
        case cseqMethodMismatch
        /// The version is not SIP/2.0.
        case unsupportedVersion
        /// The Request-URI holds white space, or is surrounded by more than one space.
        case badRequestURI
        /// The Request-URI is longer than `MessageLimits.uriLengthMax`.
        case uriTooLong
        /// The empty line behind the headers is missing.
        case unterminatedHeaders
        /// Fewer bytes arrived than Content-Length announces.
        case bodyShorterThanContentLength
    }

    /// What is wrong.
    package let kind: Kind
    /// The header concerned, or nil for the start line and for lines without a name.
    package let header: HeaderName?
    /// The offset in the message; 0 for a missing header.
    package let offset: Int

    /// Creates a defect.
    package init(_ kind: Kind, header: HeaderName? = nil, at offset: Int = 0) {
        self.kind = kind
        self.header = header
        self.offset = offset
    }
}
