/// Writes a response to a request (RFC 3261 §8.2.6).
///
/// All Via, From, To, Call-ID and CSeq lines are copied in the request's order, as are Record-Route lines if wanted.
package struct ReplyBuilder: Sendable {
    private let request: SIPMessage
    private let status: Int
    private let reason: ByteString

    /// The tag added to To, if the request's To has none.
    package var toTag: ByteString?
    /// The address the request came from, set in the top Via as `received` (RFC 3261 §18.2.1).
    package var received: ByteString?
    /// The port the request came from, set in the top Via as `rport` (RFC 3581 §4).
    package var rport: UInt16?
    /// Tells whether Record-Route lines are copied, as in responses that create a dialog (RFC 3261 §12.1.1).
    package var copiesRecordRoute = false
    /// Further header lines, each with its CRLF.
    package var headerLines = ByteString()
    /// Header lines behind those, which the caller keeps apart so that nothing has to be joined for each response.
    package var furtherHeaderLines = ByteString()
    /// The line that names the server, with its CRLF, behind all others.
    package var serverLine: ByteString?
    /// The body; Content-Length follows.
    package var body = ByteString()
    /// The type of the body.
    package var contentType: ByteString?

    /// Creates a response with nothing but what the request gives.
    package init(to request: SIPMessage, status: Int, reason: ByteString) {
        self.request = request
        self.status = status
        self.reason = reason
    }

    /// Appends a header line.
    package mutating func addHeader(_ name: String, _ value: ByteString) {
        headerLines.append(name)
        headerLines.append(": ")
        headerLines.append(value)
        headerLines.append("\r\n")
    }

    /// The response as it goes to the wire.
    package func bytes() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(
            request.headersEnd + headerLines.count + furtherHeaderLines.count + body.count + reason.count + 256)
        output.append(literal: "SIP/2.0 ")
        appendStatus(to: &output)
        output.append(0x20)
        output.append(reason)
        output.append(literal: "\r\n")
        appendRequestHeaders(to: &output)
        output.append(headerLines)
        output.append(furtherHeaderLines)
        if let serverLine { output.append(serverLine) }
        if let contentType {
            output.append(literal: "Content-Type: ")
            output.append(contentType)
            output.append(literal: "\r\n")
        }
        output.append(literal: "Content-Length: ")
        output.appendDecimal(body.count)
        output.append(literal: "\r\n\r\n")
        output.append(body)
        return output
    }

    /// A status code has three digits (RFC 3261 §25.1), also where a script asks for 99.
    private func appendStatus(to output: inout [UInt8]) {
        if status < 100 { output.append(0x30) }
        if status < 10 { output.append(0x30) }
        output.appendDecimal(status)
    }

    private func appendRequestHeaders(to output: inout [UInt8]) {
        var isTopVia = true
        for field in request.headers {
            switch field.name {
            case .via:
                if isTopVia { appendTopVia(field, to: &output) } else { append(field.range, to: &output) }
                isTopVia = false
            case .to: appendTo(field, to: &output)
            case .from, .callID, .cseq: append(field.range, to: &output)
            case .recordRoute where copiesRecordRoute: append(field.range, to: &output)
            default: break
            }
        }
    }

    private func append(_ range: Range<Int>, to output: inout [UInt8]) {
        output.append(contentsOf: request.buffer[range])
        // The last line of a message without an empty line may lack its line end.
        if output.last != 0x0A { output.append(literal: "\r\n") }
    }

    private func appendTo(_ field: HeaderField, to output: inout [UInt8]) {
        guard let toTag, let to = request.to, !to.hasTag, field.bodyRange == to.text.range else {
            return append(field.range, to: &output)
        }
        output.append(contentsOf: request.buffer[field.range.lowerBound..<field.bodyRange.upperBound])
        output.append(literal: ";tag=")
        output.append(toTag)
        output.append(literal: "\r\n")
    }

    /// Copies the first Via field with `received` and `rport` set in its first value.
    private func appendTopVia(_ field: HeaderField, to output: inout [UInt8]) {
        guard received != nil || rport != nil, let via = request.topVia else {
            return append(field.range, to: &output)
        }
        let rportRange = via.rportRange
        let receivedRange = via.receivedRange
        var position = field.range.lowerBound
        if let rportRange, let receivedRange, receivedRange.lowerBound < rportRange.lowerBound {
            replaceReceived(receivedRange, &position, &output)
            replaceRport(rportRange, &position, &output)
        } else {
            if let rportRange { replaceRport(rportRange, &position, &output) }
            if let receivedRange { replaceReceived(receivedRange, &position, &output) }
        }
        output.append(contentsOf: request.buffer[position..<via.range.upperBound])
        if rportRange == nil { appendRport(to: &output) }
        if receivedRange == nil { appendReceived(to: &output) }
        append(via.range.upperBound..<field.range.upperBound, to: &output)
    }

    /// Copies what stands in front of the parameter, and writes ours in its place.
    private func replaceRport(_ range: Range<Int>, _ position: inout Int, _ output: inout [UInt8]) {
        guard rport != nil else { return }
        output.append(contentsOf: request.buffer[position..<range.lowerBound])
        appendRport(to: &output)
        position = range.upperBound
    }

    /// Copies what stands in front of the parameter, and writes ours in its place.
    private func replaceReceived(_ range: Range<Int>, _ position: inout Int, _ output: inout [UInt8]) {
        guard received != nil else { return }
        output.append(contentsOf: request.buffer[position..<range.lowerBound])
        appendReceived(to: &output)
        position = range.upperBound
    }

    private func appendRport(to output: inout [UInt8]) {
        guard let rport else { return }
        output.append(literal: ";rport=")
        output.appendDecimal(Int(rport))
    }

    private func appendReceived(to output: inout [UInt8]) {
        guard let received else { return }
        output.append(literal: ";received=")
        output.append(received)
    }
}
