/// Cuts a byte stream into SIP messages (RFC 3261 §18.3).
///
/// Bytes are appended as they arrive; `next()` gives what is complete. Each byte is looked at once however the
/// stream is cut. After an error the stream has lost its place and the connection must be closed.
package struct StreamFramer: Sendable {
    /// One piece of the stream.
    package enum Frame: Hashable, Sendable {
        /// A whole message, headers and body.
        case message([UInt8])
        /// A double CRLF between messages, to be answered with a single one (RFC 5626 §3.5.1).
        case ping
        /// A single CRLF between messages: the answer to a ping, or padding.
        case pong
    }

    private let limits: MessageLimits
    private let acceptsMissingContentLength: Bool
    private var buffer: [UInt8] = []
    /// The first byte that is not yet given out.
    private var start = 0
    /// The first byte that the search for the end of the headers has not looked at.
    private var scanned = 0
    /// The start of the line being searched.
    private var lineStart = 0
    /// The end of the message, once its headers are complete.
    private var messageEnd: Int?

    /// Creates a framer for a new connection.
    ///
    /// A message without Content-Length is an error, or one without a body if so wished (Kamailio: `tcp_accept_no_cl`).
    package init(limits: MessageLimits = .default, acceptsMissingContentLength: Bool = false) {
        self.limits = limits
        self.acceptsMissingContentLength = acceptsMissingContentLength
    }

    /// The number of bytes waiting for the rest of their message.
    package var bufferedCount: Int { buffer.count - start }

    /// Tells whether a message has begun and not ended.
    package var isInsideMessage: Bool {
        buffer[start...].contains { $0 != 0x0D && $0 != 0x0A }
    }

    /// Takes bytes that have arrived.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        compact()
        // SAFETY: the storage is read inside the closure only. Without it, a collection of another module would be
        // copied byte by byte through its witnesses.
        let isCopied: Void? = bytes.withContiguousStorageIfAvailable { storage in
            unsafe buffer.append(contentsOf: storage)
        }
        if isCopied == nil { buffer.append(contentsOf: bytes) }
    }

    /// The next complete piece, or nil if more bytes are needed.
    package mutating func next() throws(StreamFramingError) -> Frame? {
        if messageEnd == nil, scanned == start {
            if let keepalive = nextKeepalive() { return keepalive }
            if start < buffer.count, buffer[start] == 0x0D || buffer[start] == 0x0A { return nil }
        }
        if messageEnd == nil {
            guard let headersEnd = try endOfHeaders() else { return nil }
            messageEnd = try endOfMessage(headersEnd: headersEnd)
        }
        guard let end = messageEnd, end <= buffer.count else { return nil }
        let message = Array(buffer[start..<end])
        moveTo(end)
        return .message(message)
    }

    /// Reads line ends between messages; a lone CRLF at the end of what arrived may become a ping and is kept.
    private mutating func nextKeepalive() -> Frame? {
        while start < buffer.count, buffer[start] == 0x0A {
            moveTo(start + 1)
        }
        guard start + 1 < buffer.count, buffer[start] == 0x0D else { return nil }
        guard buffer[start + 1] == 0x0A else {
            moveTo(start + 1)
            return nextKeepalive()
        }
        guard start + 2 < buffer.count else { return nil }
        guard buffer[start + 2] == 0x0D else {
            moveTo(start + 2)
            return .pong
        }
        guard start + 3 < buffer.count else { return nil }
        guard buffer[start + 3] == 0x0A else {
            moveTo(start + 2)
            return .pong
        }
        moveTo(start + 4)
        return .ping
    }

    /// The position behind the empty line, searched from where the last search ended.
    private mutating func endOfHeaders() throws(StreamFramingError) -> Int? {
        let limit = start + limits.streamLengthMax
        var position = scanned
        var line = lineStart
        let bytes = buffer
        let span = bytes.span
        while let lineEnd = span.firstIndex(of: 0x0A, from: position, to: min(span.count, limit)) {
            let isEmpty = lineEnd == line || lineEnd == line + 1 && span[line] == 0x0D
            if isEmpty { return lineEnd + 1 }
            position = lineEnd + 1
            line = position
        }
        guard span.count < limit else { throw .headersTooLong(limit: limits.streamLengthMax) }
        scanned = span.count
        lineStart = line
        return nil
    }

    private func endOfMessage(headersEnd: Int) throws(StreamFramingError) -> Int {
        let length = try contentLength(headersEnd: headersEnd)
        let size = headersEnd - start
        guard length <= limits.streamLengthMax, size + length <= limits.streamLengthMax else {
            throw .messageTooLong(length: size + min(length, Int(Int32.max)), limit: limits.streamLengthMax)
        }
        return headersEnd + length
    }

    /// The announced length; every Content-Length must say the same.
    private func contentLength(headersEnd: Int) throws(StreamFramingError) -> Int {
        let span = buffer.span
        var length: Int?
        var position = start
        while position < headersEnd {
            let nameStart = position
            var end = (span.firstIndex(of: 0x0A, from: position, to: headersEnd) ?? headersEnd - 1) + 1
            while end < headersEnd, span[end] == 0x20 || span[end] == 0x09 {
                end = (span.firstIndex(of: 0x0A, from: end, to: headersEnd) ?? headersEnd - 1) + 1
            }
            position = end
            guard span[nameStart].lowercase == 0x63 || span[nameStart].lowercase == 0x6C,
                let colon = span.firstIndex(of: 0x3A, from: nameStart, to: min(end, nameStart + 64)),
                HeaderName.table.lookup(span, nameStart, span.trimmedEnd(from: nameStart, to: colon)) == .contentLength
            else { continue }
            var valueStart = colon + 1
            span.skipWhitespace(&valueStart, to: end)
            let valueEnd = span.trimmedEnd(from: valueStart, to: end)
            guard let value = span.decimal(from: valueStart, to: valueEnd, limit: Int(Int32.max)) else {
                throw .badContentLength(ByteString(buffer[valueStart..<min(valueEnd, valueStart + 32)]).compacted())
            }
            guard length == nil || length == value else { throw .contradictoryContentLength }
            length = value
        }
        if length == nil, acceptsMissingContentLength || isHTTPWithoutBody(headersEnd: headersEnd) { return 0 }
        guard let length else { throw .missingContentLength }
        return length
    }

    /// Whether the headers are those of an HTTP request that announces no body (RFC 9112 §6.3).
    private func isHTTPWithoutBody(headersEnd: Int) -> Bool {
        let span = buffer.span
        guard let lineEnd = span.firstIndex(of: 0x0A, from: start, to: headersEnd) else { return false }
        let end = span.trimmedEnd(from: start, to: lineEnd)
        guard end - start > 8, span.matches(ignoringCase: "http/1.", from: end - 8, to: end - 1) else { return false }
        var position = lineEnd + 1
        while position < headersEnd {
            // A body in chunks would be taken for the next request.
            if span.matches(ignoringCase: "transfer-encoding", from: position, to: min(position + 17, headersEnd)) {
                return false
            }
            position = (span.firstIndex(of: 0x0A, from: position, to: headersEnd) ?? headersEnd - 1) + 1
        }
        return true
    }

    private mutating func moveTo(_ position: Int) {
        start = position
        scanned = position
        lineStart = position
        messageEnd = nil
    }

    /// Drops what was given out, when that is at least half of the buffer, so that moving costs little a byte.
    private mutating func compact() {
        guard start > 0, start * 2 >= buffer.count else { return }
        buffer.removeFirst(start)
        scanned -= start
        lineStart -= start
        if let end = messageEnd { messageEnd = end - start }
        start = 0
    }
}

/// Why a byte stream cannot be cut into messages any more.
package enum StreamFramingError: Error, Hashable, Sendable {
    /// No header says where the message ends (RFC 3261 §18.3 requires one on streams).
    case missingContentLength
    /// The value is not a number in range; at most 32 bytes of it.
    case badContentLength(ByteString)
    /// Two Content-Length headers differ.
    case contradictoryContentLength
    /// The headers did not end within the limit.
    case headersTooLong(limit: Int)
    /// The message with its announced body is longer than the limit.
    case messageTooLong(length: Int, limit: Int)
}

extension StreamFramingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missingContentLength: "message without Content-Length on a stream"
        case .badContentLength(let value): "Content-Length '\(value)' is not a number in range"
        case .contradictoryContentLength: "two Content-Length headers differ"
        case .headersTooLong(let limit): "headers do not end within \(limit) bytes"
        case .messageTooLong(let length, let limit): "message of \(length) bytes exceeds the limit of \(limit)"
        }
    }
}
