import ControlProtocol
import ControlServer
import Logging

/// Answers requests of JSON-RPC in Kamailio's shapes.
///
/// What Kamailio answers with nothing or with an empty result (text that is no JSON, a wrong version, scalar parameters)
/// is answered with a fault.
struct JSONRPCService: Sendable {
    /// What an answer came to, for HTTP and scripts.
    struct Outcome {
        /// The status of HTTP: 200, or the fault's code.
        var status = 200
        /// The reason: `OK`, or the fault's message.
        var reason = "OK"
    }

    let registry: MethodRegistry
    let audit: AuditLog
    /// Answers are laid out for people.
    let isPretty: Bool

    init(registry: MethodRegistry, logger: Logger, isPretty: Bool) {
        self.registry = registry
        audit = AuditLog(logger: logger)
        self.isPretty = isPretty
    }

    /// An answer that is kept whole.
    struct Whole: Sendable {
        var status: Int
        var reason: String
        var body: [UInt8]
    }

    /// The answer whole; one of more than `bytesMax` is replaced by a fault.
    func answer(_ text: [UInt8], from transport: String, bytesMax: Int) async -> Whole {
        var body: [UInt8] = []
        do {
            let outcome = try await answer(text, from: transport) { piece in
                guard body.count + piece.count <= bytesMax else { throw TooLong() }
                body += piece
            }
            return Whole(status: outcome.status, reason: outcome.reason, body: body)
        } catch {
            let id: JSONValue? =
                if case .single(.success(let request)) = JSONRPCInput(text: text.span) { request.id } else { nil }
            return fault(MethodFault(500, "the answer has more than \(bytesMax) bytes: use the FIFO"), id: id)
        }
    }

    private struct TooLong: Error {}

    /// The answer of a fault.
    func fault(_ fault: MethodFault, id: JSONValue?) -> Whole {
        var printer = KamailioPrinter(isPretty: isPretty)
        let outcome = write(fault, id: id, &printer)
        return Whole(status: outcome.status, reason: outcome.reason, body: printer.take())
    }

    /// Answers one document; `send` takes its pieces in order, and what it throws ends the answer.
    @discardableResult
    func answer(
        _ text: [UInt8], from transport: String, send: ([UInt8]) async throws -> Void
    ) async throws -> Outcome {
        var printer = KamailioPrinter(isPretty: isPretty)
        var outcome = Outcome()
        switch JSONRPCInput(text: text.span) {
        case .single(let request):
            outcome = try await answer(request, from: transport, &printer, send)
        case .batch(let requests):
            printer.write(.beginArray)
            for request in requests { _ = try await answer(request, from: transport, &printer, send) }
            printer.write(.end)
        }
        try await send(printer.take())
        return outcome
    }

    private func answer(
        _ request: Result<JSONRPCRequest, InvalidRequest>, from transport: String, _ printer: inout KamailioPrinter,
        _ send: ([UInt8]) async throws -> Void
    ) async throws -> Outcome {
        switch request {
        case .failure(let invalid):
            return write(invalid.fault, id: invalid.id == .null ? nil : invalid.id, &printer)
        case .success(let request):
            let call = MethodCall(request, caller: MethodCaller(transport: transport, role: .admin))
            switch await audit.perform(call, in: registry) {
            case .failure(let fault): return write(fault, id: request.id, &printer)
            case .success(let result): return try await write(result, id: request.id, &printer, send)
            }
        }
    }

    private func write(
        _ result: MethodResult, id: JSONValue?, _ printer: inout KamailioPrinter, _ send: ([UInt8]) async throws -> Void
    ) async throws -> Outcome {
        // The first part is asked for before anything is printed: most sources that fail, fail there.
        var parts: PartSource
        do throws(MethodFault) {
            parts = try await PartSource(result)
        } catch {
            return write(error, id: id, &printer)
        }
        printer.write(.beginObject)
        printer.member("jsonrpc", "2.0")
        printer.write(.name("result"))
        while let part = try await parts.next() {
            printer.write(part)
            if printer.bytes.count >= Self.pieceBytes {
                try await send(printer.take())
                await Task.yield()
            }
        }
        end(id: id, &printer)
        return Outcome()
    }

    private func write(_ fault: MethodFault, id: JSONValue?, _ printer: inout KamailioPrinter) -> Outcome {
        let (code, message) = Self.kamailioFault(fault)
        printer.write(.beginObject)
        printer.member("jsonrpc", "2.0")
        printer.member("error", ["code": .integer(Int64(code)), "message": .string(message)])
        end(id: id, &printer)
        return Outcome(status: (101...699).contains(code) ? code : 500, reason: message)
    }

    private func end(id: JSONValue?, _ printer: inout KamailioPrinter) {
        if let id { printer.member("id", id) }
        printer.write(.end)
    }

    private static let pieceBytes = 32 << 10

    /// A fault in the codes and words that scripts for Kamailio know.
    private static func kamailioFault(_ fault: MethodFault) -> (code: Int, message: String) {
        switch fault.code {
        case MethodFault.Code.methodNotFound: (500, "Method Not Found")
        case MethodFault.Code.invalidParameters: (400, fault.message)
        case MethodFault.Code.tooLarge, MethodFault.Code.internalError, MethodFault.Code.busy: (500, fault.message)
        default: (fault.code, fault.message)
        }
    }
}

/// The parts of a result one by one, with the first one ready.
private struct PartSource {
    private enum Source {
        case value(JSONValue?)
        case rows(any RowSource, isOpen: Bool, isDone: Bool)
        case document(any DocumentSource)
    }

    private var source: Source
    private var first: DocumentPart?

    init(_ result: MethodResult) async throws(MethodFault) {
        switch result {
        case .value(let value): source = .value(value)
        case .rows(let rows): source = .rows(rows, isOpen: false, isDone: false)
        case .document(let document): source = .document(document)
        }
        first = try await pull()
    }

    mutating func next() async throws(MethodFault) -> DocumentPart? {
        if let first {
            self.first = nil
            return first
        }
        return try await pull()
    }

    private mutating func pull() async throws(MethodFault) -> DocumentPart? {
        switch source {
        case .value(let value):
            source = .value(nil)
            return value.map { .value($0) }
        case .rows(let rows, false, _):
            source = .rows(rows, isOpen: true, isDone: false)
            return .beginArray
        case .rows(var rows, true, false):
            let row = try await rows.next()
            source = .rows(rows, isOpen: true, isDone: row == nil)
            return row.map { .value($0) } ?? .end
        case .rows: return nil
        case .document(var document):
            let part = try await document.next()
            source = .document(document)
            return part
        }
    }
}
