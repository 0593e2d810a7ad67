/// Changes to a message, collected first and applied in one pass when it is sent on (Kamailio: lumps).
///
/// Offsets are those of the message as received and stay valid however many edits there are. Deleted ranges may
/// overlap. What is inserted at a place inside a deleted range is kept. Inserts at one place come out in the order of
/// the calls; those anchored behind the preceding text before those anchored in front of the following text.
package struct MessageEdits: Sendable {
    /// Names one edit, so that it can be taken back.
    package struct Identifier: Hashable, Sendable {
        let value: Int
    }

    /// A new body and, if it changes, its type.
    struct Body: Sendable {
        var bytes: ByteString
        var contentType: ByteString?
    }

    private(set) var changes: [Change] = []
    private(set) var newBody: Body?
    private var nextIdentifier = 0

    /// Creates an empty collection.
    package init() {}

    /// Tells whether nothing is to be changed.
    package var isEmpty: Bool { changes.isEmpty && newBody == nil }

    /// Takes a range of the message out.
    @discardableResult
    package mutating func delete(_ range: Range<Int>) -> Identifier {
        add(.range(range.lowerBound, range.upperBound), ByteString(), .replacement)
    }

    /// Puts other bytes in the place of a range.
    @discardableResult
    package mutating func replace(_ range: Range<Int>, with bytes: ByteString) -> Identifier {
        add(.range(range.lowerBound, range.upperBound), bytes, .replacement)
    }

    /// Inserts bytes in front of what stands at an offset.
    @discardableResult
    package mutating func insert(_ bytes: ByteString, before offset: Int) -> Identifier {
        add(.range(offset, offset), bytes, .beforeFollowing)
    }

    /// Inserts bytes behind what ends at an offset.
    @discardableResult
    package mutating func insert(_ bytes: ByteString, after offset: Int) -> Identifier {
        add(.range(offset, offset), bytes, .afterPreceding)
    }

    /// Inserts whole header lines, each with its CRLF, in front of the first header.
    @discardableResult
    package mutating func insertHeader(_ lines: ByteString) -> Identifier {
        add(.headersStart, lines, .afterPreceding)
    }

    /// Appends whole header lines, each with its CRLF, behind the last header.
    @discardableResult
    package mutating func appendHeader(_ lines: ByteString) -> Identifier {
        add(.headersEnd, lines, .beforeFollowing)
    }

    /// Puts another body in the place of the message's; Content-Length follows, Content-Type if given.
    package mutating func setBody(_ bytes: ByteString, contentType: ByteString? = nil) {
        newBody = Body(bytes: bytes, contentType: contentType)
    }

    /// Takes one edit back.
    package mutating func cancel(_ identifier: Identifier) {
        changes.removeAll { $0.identifier == identifier }
    }

    /// Takes all edits back.
    package mutating func removeAll() {
        changes.removeAll(keepingCapacity: true)
        newBody = nil
    }

    /// Adds another collection's edits behind these.
    package mutating func append(_ other: MessageEdits) {
        for change in other.changes { _ = add(change.place, change.bytes, change.side) }
        if let body = other.newBody { newBody = body }
    }

    private mutating func add(_ place: Place, _ bytes: ByteString, _ side: Side) -> Identifier {
        let identifier = Identifier(value: nextIdentifier)
        nextIdentifier += 1
        // Most messages have some edits, few have many: one allocation serves.
        if changes.isEmpty { changes.reserveCapacity(6) }
        changes.append(Change(identifier: identifier, place: place, bytes: bytes, side: side))
        return identifier
    }
}

extension MessageEdits {
    /// Where a change applies; the ends of the headers are known only with the message.
    enum Place: Sendable {
        case range(Int, Int)
        case headersStart
        case headersEnd
    }

    /// The order of changes at one offset.
    enum Side: UInt8, Sendable {
        case afterPreceding, beforeFollowing, replacement
    }

    struct Change: Sendable {
        let identifier: Identifier
        let place: Place
        let bytes: ByteString
        let side: Side
    }

    /// A change with its place in a certain message.
    private struct Operation {
        let start: Int
        let end: Int
        let bytes: ByteString
        let side: Side

        func precedes(_ other: Operation) -> Bool {
            start != other.start ? start < other.start : side.rawValue < other.side.rawValue
        }
    }

    /// Writes the changed message.
    ///
    /// If the body's size changes, or the message has no Content-Length and `needsContentLength` says that the
    /// transport requires one, Content-Length is corrected or added. For such a transport bytes behind the announced body
    /// are left out. Places outside the message are cut to it.
    package func apply(
        to message: SIPMessage, startLine: StartLine? = nil, needsContentLength: Bool = false
    ) -> [UInt8] {
        let operations = operations(for: message, needsContentLength: needsContentLength)
        var output: [UInt8] = []
        output.reserveCapacity(message.bodyRange.upperBound + operations.reduce(64) { $0 + $1.bytes.count })
        if let startLine {
            startLine.append(to: &output)
        } else {
            output.append(contentsOf: message.buffer[message.startLineRange])
        }
        var position = message.headersStart
        for operation in operations {
            if operation.start > position {
                output.append(contentsOf: message.buffer[position..<operation.start])
                position = operation.start
            }
            output.append(operation.bytes)
            position = max(position, operation.end)
        }
        if position < message.bodyRange.upperBound {
            output.append(contentsOf: message.buffer[position..<message.bodyRange.upperBound])
        }
        return output
    }

    private func operations(for message: SIPMessage, needsContentLength: Bool) -> [Operation] {
        var operations: [Operation] = []
        operations.reserveCapacity(changes.count + 3)
        for change in changes {
            insert(resolve(change, in: message), into: &operations)
        }
        if let newBody {
            let range = message.bodyRange
            insert(operation(range, newBody.bytes), into: &operations)
            if let type = newBody.contentType { setHeader(.contentType, type, message, &operations) }
        }
        if needsContentLength, let announced = message.contentLength, announced < message.bodyRange.count {
            let end = message.bodyRange.lowerBound + announced
            insert(operation(end..<message.bodyRange.upperBound, ByteString()), into: &operations)
        }
        let length = bodyLength(of: message, operations)
        if length != message.bodyRange.count || needsContentLength && !message.has(.contentLength) {
            setHeader(.contentLength, ByteString(integer: length), message, &operations)
        }
        return operations
    }

    private func operation(_ range: Range<Int>, _ bytes: ByteString) -> Operation {
        Operation(start: range.lowerBound, end: range.upperBound, bytes: bytes, side: .replacement)
    }

    private func resolve(_ change: Change, in message: SIPMessage) -> Operation {
        let start: Int
        let end: Int
        switch change.place {
        case .headersStart:
            start = message.headersStart
            end = start
        case .headersEnd:
            start = message.headersEnd
            end = start
        case .range(let lower, let upper):
            let bounds = message.headersStart...message.bodyRange.upperBound
            start = min(max(lower, bounds.lowerBound), bounds.upperBound)
            end = min(max(upper, bounds.lowerBound), bounds.upperBound)
        }
        return Operation(start: start, end: end, bytes: change.bytes, side: change.side)
    }

    /// Keeps the operations in order; edits are few and come mostly in order, so the place is near the end.
    private func insert(_ operation: Operation, into operations: inout [Operation]) {
        var index = operations.count
        while index > 0, operation.precedes(operations[index - 1]) { index -= 1 }
        operations.insert(operation, at: index)
    }

    /// Replaces the value of the first field of a name, or appends a field if there is none that stays.
    private func setHeader(
        _ name: HeaderName, _ value: ByteString, _ message: SIPMessage, _ operations: inout [Operation]
    ) {
        if let field = message.firstHeader(name), !deletes(field, operations) {
            insert(operation(field.bodyRange, value), into: &operations)
        } else {
            var line: [UInt8] = []
            line.append(text: name.text)
            line.append(literal: ": ")
            line.append(value)
            line.append(literal: "\r\n")
            insert(
                Operation(
                    start: message.headersEnd, end: message.headersEnd, bytes: ByteString(line), side: .beforeFollowing),
                into: &operations)
        }
    }

    private func deletes(_ field: HeaderField, _ operations: [Operation]) -> Bool {
        operations.contains { $0.start <= field.range.lowerBound && $0.end >= field.range.upperBound }
    }

    private func bodyLength(of message: SIPMessage, _ operations: [Operation]) -> Int {
        let body = message.bodyRange
        var length = body.count
        var position = body.lowerBound
        for operation in operations where operation.end >= body.lowerBound {
            if operation.start >= body.lowerBound { length += operation.bytes.count }
            let start = max(position, operation.start)
            if operation.end > start { length -= operation.end - start }
            position = max(position, operation.end)
        }
        return length
    }
}
