import ControlProtocol
import NIOCore

/// One connection of the native control socket: reads requests, calls methods, sends answers in the same order.
struct ControlConnection {
    let connection: StreamConnection
    let registry: MethodRegistry
    let audit: AuditLog
    let requestBytesMax: Int

    /// A fault that came after part of the answer had left: all that remains is to close.
    private struct AnswerCutShort: Error {}

    /// Serves until the client closes, breaks the framing, or goes away.
    func serve() async throws {
        var scanner = FrameScanner(limitBytes: requestBytesMax)
        var writer = AnswerWriter(connection)
        do {
            for try await chunk in connection.inbound {
                scanner.append(chunk.readableBytesView)
                while let frame = try scanner.next() {
                    connection.note(.working)
                    try await answer(frame, &writer)
                }
                connection.note(.idle)
            }
        } catch let failure as FrameScanner.Failure {
            try await refuse(failure, &writer)
        }
    }

    private func refuse(_ failure: FrameScanner.Failure, _ writer: inout AnswerWriter) async throws {
        let fault =
            switch failure {
            case .tooLong:
                MethodFault(
                    MethodFault.Code.invalidRequest, "invalid request: \(failure)", kind: "size",
                    hint: "send it in parts")
            case .badHeader: MethodFault.invalidRequest(failure.description)
            }
        writer.begin(isFramed: false)
        writer.append { JSONRPCResponse(id: .null, outcome: .failure(fault)).write(to: &$0) }
        try await writer.finish()
    }

    // MARK: Requests

    private func answer(_ frame: FrameScanner.Frame, _ writer: inout AnswerWriter) async throws {
        writer.begin(isFramed: frame.hasHeader)
        switch JSONRPCInput(text: frame.bytes.span) {
        case .single(let request):
            guard try await answer(request, &writer, mayStream: true) else { return }
        case .batch(let requests):
            var isFirst = true
            for request in requests {
                let before = writer.mark
                let separator = isFirst ? UInt8(ascii: "[") : UInt8(ascii: ",")
                writer.append { $0.append(separator) }
                if try await answer(request, &writer, mayStream: false) {
                    isFirst = false
                } else {
                    _ = writer.rewind(to: before)
                }
            }
            guard !isFirst else { return }
            writer.append { $0.append(UInt8(ascii: "]")) }
        }
        try await writer.finish()
    }

    /// Writes the answer to one request; false when it was a notification, which gets none.
    private func answer(
        _ request: Result<JSONRPCRequest, InvalidRequest>, _ writer: inout AnswerWriter, mayStream: Bool
    ) async throws -> Bool {
        switch request {
        case .failure(let invalid):
            writer.append { JSONRPCResponse(id: invalid.id, outcome: .failure(invalid.fault)).write(to: &$0) }
            return true
        case .success(let request):
            let outcome = await audit.perform(MethodCall(request, caller: connection.caller), in: registry)
            guard let id = request.id else { return false }
            switch outcome {
            case .success(.document(let source)):
                guard let listing = source as? Listing, listing.options.streams else {
                    try await write(.document(source), id: id, &writer)
                    break
                }
                try await stream(listing, id: id, &writer, mayStream: mayStream)
            case .success(let result): try await write(result, id: id, &writer)
            case .failure(let fault):
                writer.append { JSONRPCResponse(id: id, outcome: .failure(fault)).write(to: &$0) }
            }
            return true
        }
    }

    // MARK: Streams

    /// Sends each row as a notification of its own, then appends the answer.
    private func stream(
        _ listing: Listing, id: JSONValue, _ writer: inout AnswerWriter, mayStream: Bool
    ) async throws {
        var listing = listing
        var outcome: Result<JSONValue, MethodFault>
        do throws(StreamFailure) {
            guard mayStream else {
                throw .fault(
                    MethodFault(
                        MethodFault.Code.invalidParameters, "a request in a batch cannot be streamed",
                        kind: "parameter", hint: "leave 'stream' out, or send the request by itself"))
            }
            while let row = try await pull({ () async throws(MethodFault) in try await listing.nextRow() }) {
                writer.appendDocument(Self.notification(row, id: id))
                do {
                    try await writer.flushDocuments(atOnce: listing.isLive)
                } catch {
                    throw .connection(error)
                }
            }
            outcome = .success(listing.summary)
        } catch {
            switch error {
            case .connection(let underlying): throw underlying
            case .fault(let fault): outcome = .failure(fault)
            }
        }
        // The answer is a document of its own, and only that is framed by `finish`.
        if mayStream { try await writer.flushDocuments(atOnce: true) }
        writer.append { JSONRPCResponse(id: id, outcome: outcome).write(to: &$0) }
    }

    private static func notification(_ row: JSONValue, id: JSONValue) -> [UInt8] {
        var bytes = Array(#"{"jsonrpc":"2.0","method":"stream.row","params":{"id":"#.utf8)
        id.write(to: &bytes)
        bytes += Array(#","row":"#.utf8)
        row.write(to: &bytes)
        bytes += Array("}}".utf8)
        return bytes
    }

    // MARK: Results

    private func write(_ result: MethodResult, id: JSONValue, _ writer: inout AnswerWriter) async throws {
        let before = writer.mark
        writer.append { JSONRPCResponse.writeOpening(id: id, to: &$0) }
        do throws(StreamFailure) {
            switch result {
            case .value(let value): writer.append { value.write(to: &$0) }
            case .rows(let source): try await write(rows: source, &writer)
            case .document(let source): try await write(document: source, &writer)
            }
        } catch {
            switch error {
            case .connection(let underlying): throw underlying
            case .fault(let fault):
                guard writer.rewind(to: before) else { throw AnswerCutShort() }
                return writer.append { JSONRPCResponse(id: id, outcome: .failure(fault)).write(to: &$0) }
            }
        }
        writer.append { JSONRPCResponse.writeClosing(to: &$0) }
    }

    private enum StreamFailure: Error {
        case fault(MethodFault)
        case connection(any Error)
    }

    private func write(rows source: any RowSource, _ writer: inout AnswerWriter) async throws(StreamFailure) {
        var source = source
        writer.append { $0.append(UInt8(ascii: "[")) }
        var isFirst = true
        while let row = try await pull({ () async throws(MethodFault) in try await source.next() }) {
            writer.append { output in
                if !isFirst { output.append(UInt8(ascii: ",")) }
                row.write(to: &output)
            }
            isFirst = false
            try await flush(&writer)
        }
        writer.append { $0.append(UInt8(ascii: "]")) }
    }

    private func write(
        document source: any DocumentSource, _ writer: inout AnswerWriter
    ) async throws(StreamFailure) {
        var source = source
        var printer = DocumentPrinter()
        while let part = try await pull({ () async throws(MethodFault) in try await source.next() }) {
            var isWellFormed = false
            writer.append { isWellFormed = printer.write(part, to: &$0) }
            guard isWellFormed else { throw .fault(.internalError("the result is malformed")) }
            try await flush(&writer)
        }
        guard printer.isFinished else { throw .fault(.internalError("the result is malformed")) }
    }

    private func pull<Part>(
        _ next: () async throws(MethodFault) -> Part?
    ) async throws(StreamFailure) -> Part? {
        do throws(MethodFault) {
            return try await next()
        } catch {
            throw .fault(error)
        }
    }

    private func flush(_ writer: inout AnswerWriter) async throws(StreamFailure) {
        guard !writer.isOverlong else {
            throw .fault(
                MethodFault(
                    MethodFault.Code.tooLarge, "the answer is longer than \(AnswerWriter.framedBytesMax) bytes",
                    kind: "size", hint: "send the request as a line, without Content-Length: then it is streamed"))
        }
        do {
            try await writer.flushIfLarge()
        } catch {
            throw .connection(error)
        }
    }
}
