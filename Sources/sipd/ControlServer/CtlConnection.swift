import ControlProtocol
import NIOCore

/// One connection of a `ctl` socket.
struct CtlConnection {
    let connection: StreamConnection
    let registry: MethodRegistry
    let audit: AuditLog
    let configuration: CtlServer.Configuration

    /// Serves until the client closes or sends what is no request.
    func serve() async throws {
        var scanner = BinRPCScanner(limitBytes: configuration.requestBytesMax)
        do {
            for try await chunk in connection.inbound {
                scanner.append(chunk.readableBytesView)
                while let packet = try scanner.next() {
                    connection.note(.working)
                    guard try await answer(packet) else { return }
                }
                connection.note(.idle)
            }
        } catch let error as BinRPCError {
            try await send(.failure(MethodFault(MethodFault.Code.badRequest, "bad request: \(error)")), cookie: 0)
        }
    }

    /// Answers one packet; false when the connection has to be closed.
    private func answer(_ packet: BinRPCPacket) async throws -> Bool {
        guard packet.kind == .request else {
            let fault = MethodFault(MethodFault.Code.badRequest, "bad request: \(BinRPCError.corruptedPacket)")
            try await send(.failure(fault), cookie: packet.cookie)
            return false
        }
        var decoder = BinRPCDecoder(packet.body)
        let method: String
        do {
            method = try decoder.methodName()
        } catch {
            let fault = MethodFault(MethodFault.Code.badRequest, "bad request method: \(error)")
            try await send(.failure(fault), cookie: packet.cookie)
            return false
        }
        try await send(await outcome(of: method, &decoder), cookie: packet.cookie)
        return true
    }

    private func outcome(
        of method: String, _ decoder: inout BinRPCDecoder
    ) async -> Result<[ResultRecord], MethodFault> {
        guard registry[method] != nil else {
            return .failure(.failed("command \(method) not found"))
        }
        do throws(MethodFault) {
            let call = MethodCall(
                method: method, positional: try parameters(&decoder), caller: connection.caller)
            // A row or a part of a document is a byte at least, so this many cannot fit anyway.
            let result = try await audit.perform(call, in: registry).get()
                .collect(limit: configuration.answerBytesMax)
            return .success(ResultRecord.records(of: result))
        } catch {
            return .failure(error)
        }
    }

    private func parameters(_ decoder: inout BinRPCDecoder) throws(MethodFault) -> [JSONValue] {
        do throws(BinRPCError) {
            return try decoder.remainingRecords().map(\.json)
        } catch {
            throw .badRequest("error at the parameters: \(error)")
        }
    }

    // MARK: Answers

    private func send(_ outcome: Result<[ResultRecord], MethodFault>, cookie: UInt32) async throws {
        let packet: BinRPCPacket
        switch outcome {
        case .success(let records):
            var encoder = BinRPCEncoder()
            for record in records { encoder.append(record) }
            // The longest header has 10 bytes.
            guard encoder.bytes.count + 10 <= configuration.answerBytesMax else {
                return try await send(.failure(tooLarge(encoder.bytes.count)), cookie: cookie)
            }
            packet = BinRPCPacket(kind: .reply, cookie: cookie, body: encoder.bytes)
        case .failure(let fault):
            let (code, message) = Self.kamailioFault(fault)
            packet = BinRPCPacket(
                kind: .fault, cookie: cookie, body: BinRPCEncoder.fault(code: code, message: message))
        }
        var bytes: [UInt8] = []
        packet.write(to: &bytes)
        try await connection.send(bytes)
    }

    private func tooLarge(_ bytes: Int) -> MethodFault {
        .failed("the answer of \(bytes) bytes is too large for kamcmd: use sipcmd, or ask for less")
    }

    /// A fault in the codes and words that scripts for Kamailio know.
    private static func kamailioFault(_ fault: MethodFault) -> (code: Int, message: String) {
        switch fault.code {
        case MethodFault.Code.invalidParameters: return (400, fault.message)
        case MethodFault.Code.tooLarge: return (500, "\(fault.message): use sipcmd, or ask for less")
        case ..<0: return (500, fault.message)
        default: return (fault.code, fault.message)
        }
    }
}
