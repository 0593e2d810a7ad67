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
        output.reserveCapacity(request.headersEnd + headerLines.count + body.count + reason.count + 192)
        StartLine.response(status: status, reason: reason).append(to: &output)
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
        output.append(headerLines)
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

    private func append(_ range: Range<Int>, to output: inout [UInt8]) {
        output.append(contentsOf: request.buffer[range])
        // The last line of a message without an empty line may lack its line end.
        if output.last != 0x0A { output.append(literal: "\r\n") }
    }

    private func appendTo(_ field: HeaderField, to output: inout [UInt8]) {
        guard let toTag, let to = request.to, to.tag == nil, field.bodyRange == to.text.range else {
            return append(field.range, to: &output)
        }
        output.append(contentsOf: request.buffer[field.range.lowerBound..<field.bodyRange.upperBound])
        output.append(literal: ";tag=")
        output.append(toTag)
        output.append(literal: "\r\n")
    }

    /// Copies the first Via field with `received` and `rport` set in its first value.
    private func appendTopVia(_ field: HeaderField, to output: inout [UInt8]) {
        guard let via = request.topVia, received != nil || rport != nil else {
            return append(field.range, to: &output)
        }
        var position = field.range.lowerBound
        let rportRange = rport == nil ? nil : via.rportRange
        let receivedRange = received == nil ? nil : via.receivedRange
        if let first = rportRange, let second = receivedRange, second.lowerBound < first.lowerBound {
            replace(second, &position, &output, appendReceived)
            replace(first, &position, &output, appendRport)
        } else {
            if let rportRange { replace(rportRange, &position, &output, appendRport) }
            if let receivedRange { replace(receivedRange, &position, &output, appendReceived) }
        }
        output.append(contentsOf: request.buffer[position..<via.range.upperBound])
        if via.rportRange == nil { appendRport(to: &output) }
        if via.receivedRange == nil { appendReceived(to: &output) }
        append(via.range.upperBound..<field.range.upperBound, to: &output)
    }

    /// Copies what stands in front of a range, and writes something in the range's place.
    private func replace(
        _ range: Range<Int>, _ position: inout Int, _ output: inout [UInt8], _ write: (inout [UInt8]) -> Void
    ) {
        output.append(contentsOf: request.buffer[position..<range.lowerBound])
        write(&output)
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
