/// An answer that is too long to be held in memory: its result, part by part as it comes.
package final class LongAnswer {
    private var reader: JSONPartReader
    /// How many containers of the result are open.
    private var depth = 0
    private var isFinished = false

    /// Reads up to the result.
    ///
    /// - Throws: the fault when the answer is one, or what is wrong with it.
    init(_ reader: JSONPartReader) throws(ControlClientError) {
        self.reader = reader
        guard try self.reader.next() == .beginObject else { throw .malformedAnswer("the answer is not an object") }
        while let part = try self.reader.next() {
            guard case .name(let name) = part else { throw .malformedAnswer("the answer has no 'result'") }
            if name == "result" { return }
            let value = try readValue()
            if name == "error" {
                let document: JSONValue = ["id": .null, "error": value]
                guard let response = try? JSONRPCResponse(document: document),
                    case .failure(let fault) = response.outcome
                else { throw .malformedAnswer("the answer's 'error' has no code and message") }
                throw .fault(fault)
            }
        }
        throw .malformedAnswer("the answer has no 'result'")
    }

    /// The next part of the result, or nil when the whole answer was read.
    package func next() throws(ControlClientError) -> DocumentPart? {
        guard !isFinished else { return nil }
        guard let part = try reader.next() else { throw .malformedAnswer("the answer ends too early") }
        switch part {
        case .beginObject, .beginArray: depth += 1
        case .end: depth -= 1
        case .name, .value: break
        }
        if depth == 0 {
            isFinished = true
            // What else is in the envelope says nothing, but it has to be there up to its end.
            while try reader.next() != nil {}
        }
        return part
    }

    /// The whole result, for those that cannot do with less.
    package func document() throws(ControlClientError) -> JSONValue {
        var builder = DocumentBuilder()
        while let part = try next() { _ = builder.append(part) }
        return builder.finished ?? .null
    }

    private func readValue() throws(ControlClientError) -> JSONValue {
        var builder = DocumentBuilder()
        while builder.finished == nil, let part = try reader.next() { _ = builder.append(part) }
        return builder.finished ?? .null
    }
}
