/// Cuts a byte stream into JSON documents: one a line, or one behind a `Content-Length` header.
///
///     {"jsonrpc":"2.0","method":"core.version","id":1}\n
///     Content-Length: 48\r\n\r\n{"jsonrpc":"2.0","method":"core.version","id":1}
///
/// Both may alternate on one connection. Empty lines are skipped, `\r\n` ends a line as `\n` does. Bytes are scanned
/// once, however small the pieces are in which they come.
package struct FrameScanner: Sendable {
    /// One document, not yet parsed.
    package struct Frame: Sendable, Hashable {
        /// The document's bytes without the line break.
        package var bytes: [UInt8]
        /// Whether it came behind a header, so that the answer should too.
        package var hasHeader: Bool
    }

    /// Why the stream cannot be cut any further; the connection has to be closed.
    package enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// A document longer than the limit.
        case tooLong(limitBytes: Int)
        /// A header block without a usable `Content-Length`, or one that does not end.
        case badHeader

        package var description: String {
            switch self {
            case .tooLong(let limitBytes): "the request is longer than \(limitBytes) bytes"
            case .badHeader: "the header has no usable Content-Length"
            }
        }
    }

    private enum State {
        case line
        case header(length: Int?, size: Int)
        case body(length: Int)
    }

    // Our own: enough for a Content-Type beside the length.
    private static let headerBytesMax = 4096

    private let limitBytes: Int
    private var buffer: [UInt8] = []
    /// Where the document that is being read starts in `buffer`.
    private var start = 0
    /// Up to where `buffer` was searched for a line break.
    private var scanned = 0
    private var state = State.line

    /// Makes a scanner that refuses documents longer than the limit.
    package init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// How many bytes wait for the rest of their document.
    package var pendingBytes: Int { buffer.count - start }

    /// Adds bytes as they came from the stream.
    package mutating func append(_ bytes: some Collection<UInt8>) {
        if start > 0, start == buffer.count || start > 1 << 16 {
            buffer.removeSubrange(..<start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete document, or nil when more bytes are needed.
    ///
    /// - Throws: when the stream is beyond repair; no further document can be had.
    package mutating func next() throws(Failure) -> Frame? {
        while true {
            switch state {
            case .line:
                guard let line = try nextLine(limit: limitBytes) else { return nil }
                if line.isEmpty { continue }
                if Self.contentLength(line) != nil || Self.isHeader(line) {
                    state = .header(length: try length(in: line), size: line.count)
                } else {
                    return Frame(bytes: line, hasHeader: false)
                }
            case .header(let known, let size):
                guard let line = try nextHeaderLine() else { return nil }
                if line.isEmpty {
                    guard let known else { throw .badHeader }
                    state = .body(length: known)
                } else {
                    guard size + line.count <= Self.headerBytesMax else { throw .badHeader }
                    state = .header(length: try length(in: line) ?? known, size: size + line.count)
                }
            case .body(let length):
                guard buffer.count - start >= length else { return nil }
                let bytes = Array(buffer[start..<start + length])
                start += length
                scanned = start
                state = .line
                return Frame(bytes: bytes, hasHeader: true)
            }
        }
    }

    private mutating func nextHeaderLine() throws(Failure) -> [UInt8]? {
        do throws(Failure) {
            return try nextLine(limit: Self.headerBytesMax)
        } catch {
            throw .badHeader
        }
    }

    private mutating func nextLine(limit: Int) throws(Failure) -> [UInt8]? {
        while scanned < buffer.count, buffer[scanned] != UInt8(ascii: "\n") { scanned += 1 }
        guard scanned - start <= limit else { throw .tooLong(limitBytes: limit) }
        guard scanned < buffer.count else { return nil }
        var line = buffer[start..<scanned]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        scanned += 1
        start = scanned
        return Array(line)
    }

    private func length(in line: [UInt8]) throws(Failure) -> Int? {
        guard let length = Self.contentLength(line) else { return nil }
        guard length >= 0 else { throw .badHeader }
        guard length <= limitBytes else { throw .tooLong(limitBytes: limitBytes) }
        return length
    }

    /// The value of a `Content-Length` line, -1 when it is not a number, nil when it is another line.
    private static func contentLength(_ line: [UInt8]) -> Int? {
        let name = Array("content-length:".utf8)
        guard line.count >= name.count, zip(line, name).allSatisfy({ ($0.0 | 0x20) == ($0.1 | 0x20) }) else {
            return nil
        }
        let digits = line[name.count...].filter { $0 != 0x20 && $0 != 0x09 }
        guard !digits.isEmpty, digits.count <= 18 else { return -1 }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return -1 }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// Whether a line is the other header of this framing, which may stand before the length.
    private static func isHeader(_ line: [UInt8]) -> Bool {
        let name = Array("content-type:".utf8)
        return line.count >= name.count && zip(line, name).allSatisfy { ($0.0 | 0x20) == ($0.1 | 0x20) }
    }
}
