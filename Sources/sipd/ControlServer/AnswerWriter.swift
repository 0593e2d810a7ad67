/// Sends answers in pieces as the client reads them.
///
/// Small answers go out whole; of a long one at most a piece is held in memory, and `write` suspends while the client
/// does not read.
struct AnswerWriter {
    // One piece: large enough that a piece costs little, small enough that 256 stalled clients cost 16 MiB.
    static let pieceBytes = 64 << 10
    // An answer behind a Content-Length header has to be whole before its first byte goes out.
    static let framedBytesMax = 64 << 20

    private let connection: StreamConnection
    private var bytes: [UInt8] = []
    private var isFramed = false
    /// How many bytes of the current answer document left already.
    private(set) var sentBytes = 0

    init(_ connection: StreamConnection) {
        self.connection = connection
    }

    /// Starts an answer document, framed as its request was.
    mutating func begin(isFramed: Bool) {
        self.isFramed = isFramed
        sentBytes = 0
    }

    /// A place in the document that can be returned to as long as nothing behind it was sent.
    var mark: Int { sentBytes + bytes.count }

    /// Takes back what was written since the mark; answers false when some of it is gone.
    mutating func rewind(to mark: Int) -> Bool {
        guard mark >= sentBytes, mark - sentBytes <= bytes.count else { return false }
        bytes.removeLast(bytes.count - (mark - sentBytes))
        return true
    }

    /// Whether the document is too long to be framed.
    var isOverlong: Bool { isFramed && bytes.count > Self.framedBytesMax }

    /// Appends to the document by a closure.
    mutating func append(_ write: (inout [UInt8]) -> Void) {
        write(&bytes)
    }

    /// Sends what there is when it makes a piece.
    mutating func flushIfLarge() async throws {
        guard bytes.count >= Self.pieceBytes, !isFramed else { return }
        try await flush()
        // A listing must not keep the other clients from the executor.
        await Task.yield()
    }

    /// Ends the document and sends the rest of it.
    mutating func finish() async throws {
        if isFramed {
            let body = bytes
            bytes = Array("Content-Length: \(body.count)\r\n\r\n".utf8)
            bytes += body
        } else {
            bytes.append(UInt8(ascii: "\n"))
        }
        try await flush()
    }

    /// Appends a document of its own, framed like the answer, which must not have been begun.
    mutating func appendDocument(_ document: [UInt8]) {
        if isFramed {
            bytes += Array("Content-Length: \(document.count)\r\n\r\n".utf8)
            bytes += document
        } else {
            bytes += document
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    /// Sends the documents that were appended, when they make a piece or must not wait.
    mutating func flushDocuments(atOnce: Bool) async throws {
        guard !bytes.isEmpty, atOnce || bytes.count >= Self.pieceBytes else { return }
        try await flush()
        // A listing must not keep the other clients from the executor.
        await Task.yield()
    }

    private mutating func flush() async throws {
        try await connection.send(bytes)
        sentBytes += bytes.count
        bytes.removeAll(keepingCapacity: true)
    }
}
