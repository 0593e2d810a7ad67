/// Reads the result of any listing method as flat rows, pulling no more than it needs.
struct RowReader: Sendable {
    private enum Source {
        case rows(any RowSource)
        case document(any DocumentSource)
    }

    /// An object of a document that is still open: its plain values so far belong to the rows inside.
    private struct Container {
        let isObject: Bool
        var name: String?
        var plain: [JSONMember] = []
    }

    private var source: Source
    private var open: [Container] = []
    private var pending: [[JSONMember]] = []

    /// Whether rows come as things happen, so that none may be held back.
    var isLive: Bool {
        guard case .rows(let rows) = source else { return false }
        return rows.isLive
    }

    init(_ result: MethodResult) {
        switch result {
        case .value(let value): source = .rows(LazyRows(ListingRow.rows(ofResult: value).map { .object($0) }))
        case .rows(let rows): source = .rows(rows)
        case .document(let document): source = .document(document)
        }
    }

    /// The next row, or nil at the end.
    mutating func next() async throws(MethodFault) -> [JSONMember]? {
        while pending.isEmpty {
            switch source {
            case .rows(var rows):
                let row = try await rows.next()
                source = .rows(rows)
                guard let row else { return nil }
                pending = ListingRow.rows(of: row).reversed()
            case .document(var document):
                let part = try await document.next()
                source = .document(document)
                guard let part else { return nil }
                take(part)
            }
        }
        return pending.popLast()
    }

    private mutating func take(_ part: DocumentPart) {
        let innermost = open.count - 1
        switch part {
        case .beginObject: open.append(Container(isObject: true))
        case .beginArray: open.append(Container(isObject: false))
        case .name(let name): if innermost >= 0 { open[innermost].name = name }
        case .end: _ = open.popLast()
        case .value(let value):
            guard innermost >= 0 else { return pending = ListingRow.rows(ofResult: value).reversed() }
            guard open[innermost].isObject else {
                pending = ListingRow.rows(of: value, around: open.flatMap(\.plain)).reversed()
                return
            }
            guard let name = open[innermost].name else { return }
            switch value {
            case .array, .object: break
            case .null, .bool, .integer, .number, .string: open[innermost].plain.append(JSONMember(name, value))
            }
        }
    }
}
