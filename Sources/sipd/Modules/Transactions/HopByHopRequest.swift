import SIPMessage

/// Builds the ACK for a negative final response and the CANCEL of a request, from the request as it was sent
/// (RFC 3261 §9.1, §17.1.1.3): same Request-URI, own Via, From, Call-ID and Route, the same sequence number.
enum HopByHopRequest {
    /// The ACK; `to` is the To line of the response.
    static func acknowledge(_ request: [UInt8], to: ByteString, extraHeaders prefix: ByteString) -> [UInt8]? {
        build(.ack, for: request, to: to, headerLines: "", extraHeaders: prefix)
    }

    /// The CANCEL; `headerLines` (Reason) are appended.
    static func cancel(_ request: [UInt8], headerLines: ByteString, extraHeaders prefix: ByteString) -> [UInt8]? {
        build(.cancel, for: request, to: nil, headerLines: headerLines, extraHeaders: prefix)
    }

    private static func build(
        _ method: Method, for request: [UInt8], to: ByteString?, headerLines: ByteString,
        extraHeaders prefix: ByteString
    ) -> [UInt8]? {
        guard let message = try? SIPMessage.parse(request, over: request.count < 65_000 ? .datagram : .stream),
            let uri = message.requestURI,
            let cseq = message.cseq
        else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(message.headersEnd + headerLines.count)
        StartLine.request(method, uri: uri).append(to: &output)
        var isTopVia = true
        for field in message.headers {
            switch field.name {
            case .via where isTopVia:
                isTopVia = false
                appendTopVia(of: message, field, to: &output)
            case .to where to != nil:
                output.append(contentsOf: (to ?? "").bytes)
            case .cseq:
                appendCSeq(cseq.number, method, to: &output)
            case .from, .to, .callID, .route, .maxForwards:
                output.append(contentsOf: message.buffer[field.range])
            default:
                guard !prefix.isEmpty, message.nameText(of: field).hasPrefixIgnoringCase(prefix) else { continue }
                output.append(contentsOf: message.buffer[field.range])
            }
        }
        output.append(contentsOf: "Content-Length: 0\r\n".utf8)
        output.append(contentsOf: headerLines.bytes)
        output.append(contentsOf: "\r\n".utf8)
        return output
    }

    private static func appendTopVia(of message: SIPMessage, _ field: HeaderField, to output: inout [UInt8]) {
        guard let via = message.topVia else { return }
        output.append(contentsOf: "Via: ".utf8)
        output.append(contentsOf: via.text.bytes)
        output.append(contentsOf: "\r\n".utf8)
    }

    private static func appendCSeq(_ number: UInt32, _ method: Method, to output: inout [UInt8]) {
        output.append(contentsOf: "CSeq: \(number) ".utf8)
        output.append(contentsOf: method.bytes.bytes)
        output.append(contentsOf: "\r\n".utf8)
    }
}
