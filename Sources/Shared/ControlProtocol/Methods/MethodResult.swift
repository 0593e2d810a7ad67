/// The positive answer of a method.
///
/// A top-level array is what Kamailio's methods with the array flag answer: over `ctl`, each element is then a
/// record of its own.
package enum MethodResult: Sendable {
    /// A result small enough to be built whole.
    case value(JSONValue)
    /// An array of any length whose elements are pulled one by one.
    case rows(any RowSource)
    /// A document of any length and shape whose parts are pulled one by one.
    case document(any DocumentSource)
}

/// The elements of a long array, pulled only as fast as the caller reads.
///
/// `next()` is called by one task at a time, and never again after it returned nil or threw. It runs off the SIP event
/// loops; a source that reads what they own copies a shard at a time under its lock and hands out the copy. When the
/// caller goes away the source is released without a further call.
package protocol RowSource: Sendable {
    /// Whether rows come as things happen, so that none may be held back.
    var isLive: Bool { get }

    /// The next element, or nil at the end.
    ///
    /// - Throws: the fault that ends the answer. After the first bytes were sent the connection can only be closed.
    mutating func next() async throws(MethodFault) -> JSONValue?
}

extension RowSource {
    /// Rows that are there already.
    package var isLive: Bool { false }
}

/// The parts of a long document in reading order, for results whose rows lie inside a structure (`ul.dump`).
///
/// For `{"Size": 2, "AoRs": [{…}, {…}]}` it hands out `beginObject`, `name("Size")`, `value(2)`, `name("AoRs")`,
/// `beginArray`, `value({…})`, `value({…})`, `end`, `end`, nil. What is said of `RowSource` holds here too.
package protocol DocumentSource: Sendable {
    /// The next part, or nil after the last `end`.
    mutating func next() async throws(MethodFault) -> DocumentPart?
}

/// One step through a document.
package enum DocumentPart: Sendable, Hashable {
    /// An object starts; names and values follow by turns, then `end`.
    case beginObject
    /// An array starts; values follow, then `end`.
    case beginArray
    /// The name of the next member; only inside an object.
    case name(String)
    /// A whole value.
    case value(JSONValue)
    /// The innermost open object or array ends.
    case end
}

/// A `RowSource` over elements that exist already or are made lazily by a closure.
package struct LazyRows: RowSource {
    private let produce: @Sendable (Int) async throws(MethodFault) -> JSONValue?
    private var position = 0

    /// Makes rows from a closure that is given 0, 1, 2, … and answers nil at the end.
    package init(_ produce: @escaping @Sendable (Int) async throws(MethodFault) -> JSONValue?) {
        self.produce = produce
    }

    /// Makes rows from elements that exist already.
    package init(_ elements: [JSONValue]) {
        self.init { (position) in position < elements.count ? elements[position] : nil }
    }

    /// The next element, or nil at the end.
    package mutating func next() async throws(MethodFault) -> JSONValue? {
        defer { position += 1 }
        return try await produce(position)
    }
}

extension MethodResult {
    /// The result whole, for callers that cannot stream: `ctl`, scripts, tests.
    ///
    /// - Parameter limit: how many rows or parts there may be.
    /// - Returns: the result.
    /// - Throws: the source's fault, or one that says the answer is too large.
    package func collect(limit: Int) async throws(MethodFault) -> JSONValue {
        switch self {
        case .value(let value): return value
        case .rows(var source):
            var rows: [JSONValue] = []
            while let row = try await source.next() {
                guard rows.count < limit else { throw .answerTooLarge(limit: limit) }
                rows.append(row)
            }
            return .array(rows)
        case .document(var source):
            var builder = DocumentBuilder()
            var count = 0
            while let part = try await source.next() {
                guard count < limit else { throw .answerTooLarge(limit: limit) }
                count += 1
                guard builder.append(part) else { throw .internalError("the result is malformed") }
            }
            guard let value = builder.finished else { throw .internalError("the result is malformed") }
            return value
        }
    }
}

extension MethodFault {
    fileprivate static func answerTooLarge(limit: Int) -> MethodFault {
        MethodFault(
            Code.tooLarge, "the answer has more than \(limit) rows", kind: "size",
            hint: "ask for less, or use the native control socket, which streams")
    }
}

/// Puts the parts of a document together.
package struct DocumentBuilder {
    private struct Container {
        let isObject: Bool
        var name: String?
        var members: [JSONMember] = []
        var elements: [JSONValue] = []
    }

    private var open: [Container] = []

    /// The document, once its last part came.
    package private(set) var finished: JSONValue?

    /// Makes an empty builder.
    package init() {}

    /// Adds a part; answers false when it cannot stand there.
    package mutating func append(_ part: DocumentPart) -> Bool {
        guard finished == nil else { return false }
        let innermost = open.count - 1
        switch part {
        case .beginObject: open.append(Container(isObject: true))
        case .beginArray: open.append(Container(isObject: false))
        case .name(let name):
            guard innermost >= 0, open[innermost].isObject, open[innermost].name == nil else { return false }
            open[innermost].name = name
        case .value(let value): return add(value)
        case .end:
            guard let container = open.popLast(), container.name == nil else { return false }
            return add(container.isObject ? .object(container.members) : .array(container.elements))
        }
        return true
    }

    private mutating func add(_ value: JSONValue) -> Bool {
        let innermost = open.count - 1
        guard innermost >= 0 else {
            finished = value
            return true
        }
        guard open[innermost].isObject else {
            open[innermost].elements.append(value)
            return true
        }
        guard let name = open[innermost].name else { return false }
        open[innermost].members.append(JSONMember(name, value))
        open[innermost].name = nil
        return true
    }
}
