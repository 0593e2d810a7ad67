/// The result of a listing method as the caller's options want it.
///
/// As a document it is `{"rows": […], "count": 2, "cursor": "300"}`; the cursor is null when there is nothing behind.
/// The native socket sends the rows by `nextRow()` when they are to be streamed.
package struct Listing: DocumentSource {
    private enum Phase {
        case beginning
        case rows
        case finished
    }

    /// What the caller wants.
    package let options: ListingOptions
    /// How many rows were handed out.
    package private(set) var count = 0
    private var reader: RowReader
    private var position = 0
    private var ahead: [JSONMember]?
    private var phase = Phase.beginning
    private var tail: [DocumentPart] = []

    /// Whether rows come as things happen, so that none may be held back.
    package var isLive: Bool { reader.isLive }

    /// The cursor for the next call, null when the listing is at its end.
    package var cursor: JSONValue { ahead == nil ? .null : .string(String(position - 1)) }

    /// The result of a streamed call, behind its rows.
    package var summary: JSONValue { ["count": JSONValue(count), "cursor": cursor] }

    init(_ result: MethodResult, _ options: ListingOptions) {
        self.options = options
        reader = RowReader(result)
    }

    /// The next row that fulfils the conditions, with the columns asked for; nil at the end or the limit.
    package mutating func nextRow() async throws(MethodFault) -> JSONValue? {
        guard count < options.limit ?? .max else {
            // Whether there is more decides about the cursor.
            if ahead == nil, !isLive { ahead = try await pull() }
            return nil
        }
        while let row = try await pull() {
            guard position > options.cursor, options.conditions.allSatisfy({ $0.isMet(by: row) }) else { continue }
            count += 1
            return .object(selected(row))
        }
        return nil
    }

    private mutating func pull() async throws(MethodFault) -> [JSONMember]? {
        guard let row = try await reader.next() else { return nil }
        position += 1
        return row
    }

    private func selected(_ row: [JSONMember]) -> [JSONMember] {
        guard let fields = options.fields else { return row }
        return fields.compactMap { name in row.first { $0.name == name } }
    }

    /// The next part of the answer as a document.
    package mutating func next() async throws(MethodFault) -> DocumentPart? {
        switch phase {
        case .beginning:
            tail = [.beginArray, .name("rows")]
            phase = .rows
            return .beginObject
        case .rows:
            if let part = tail.popLast() { return part }
            if let row = try await nextRow() { return .value(row) }
            tail = [.end, .value(cursor), .name("cursor"), .value(JSONValue(count)), .name("count")]
            phase = .finished
            return .end
        case .finished: return tail.popLast()
        }
    }
}
