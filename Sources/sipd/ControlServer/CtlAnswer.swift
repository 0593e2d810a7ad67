import ControlProtocol

/// What a `ctl` socket answers to one packet, whatever it came by.
struct CtlAnswer: Sendable {
    let registry: MethodRegistry
    let audit: AuditLog
    let answerBytesMax: Int

    /// The answer, and whether the connection has to be closed behind it.
    func answer(to packet: BinRPCPacket, from caller: MethodCaller) async -> (bytes: [UInt8], closes: Bool) {
        guard packet.kind == .request else {
            let fault = MethodFault(MethodFault.Code.badRequest, "bad request: \(BinRPCError.corruptedPacket)")
            return (bytes(.failure(fault), cookie: packet.cookie), true)
        }
        var decoder = BinRPCDecoder(packet.body)
        let method: String
        do {
            method = try decoder.methodName()
        } catch {
            let fault = MethodFault(MethodFault.Code.badRequest, "bad request method: \(error)")
            return (bytes(.failure(fault), cookie: packet.cookie), true)
        }
        return (bytes(await outcome(of: method, &decoder, caller), cookie: packet.cookie), false)
    }

    /// The answer to bytes that are no packet.
    func answer(to error: BinRPCError) -> [UInt8] {
        bytes(.failure(MethodFault(MethodFault.Code.badRequest, "bad request: \(error)")), cookie: 0)
    }

    private func outcome(
        of method: String, _ decoder: inout BinRPCDecoder, _ caller: MethodCaller
    ) async -> Result<[ResultRecord], MethodFault> {
        guard registry[method] != nil else {
            return .failure(.failed("command \(method) not found"))
        }
        do throws(MethodFault) {
            let call = MethodCall(method: method, positional: try parameters(&decoder), caller: caller)
            // A row or a part of a document is a byte at least, so this many cannot fit anyway.
            let result = try await audit.perform(call, in: registry).get().collect(limit: answerBytesMax)
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

    // MARK: Packets

    private func bytes(_ outcome: Result<[ResultRecord], MethodFault>, cookie: UInt32) -> [UInt8] {
        let packet: BinRPCPacket
        switch outcome {
        case .success(let records):
            var encoder = BinRPCEncoder()
            for record in records { encoder.append(record) }
            // The longest header has 10 bytes.
            guard encoder.bytes.count + 10 <= answerBytesMax else {
                return bytes(.failure(tooLarge(encoder.bytes.count)), cookie: cookie)
            }
            packet = BinRPCPacket(kind: .reply, cookie: cookie, body: encoder.bytes)
        case .failure(let fault):
            let (code, message) = Self.kamailioFault(fault)
            packet = BinRPCPacket(
                kind: .fault, cookie: cookie, body: BinRPCEncoder.fault(code: code, message: message))
        }
        var bytes: [UInt8] = []
        packet.write(to: &bytes)
        return bytes
    }

    private func tooLarge(_ bytes: Int) -> MethodFault {
        .failed("the answer of \(bytes) bytes is too large for kamcmd: use sipcmd, or ask for less")
    }

    /// What Kamailio says of a parameter that its handler could not read.
    private static func kamailioParameterText(_ fault: MethodFault) -> String {
        let types = ["a string": "string", "an integer": "integer", "a number": "float"]
        guard let wanted = fault.data?["wanted"]?.stringValue, let type = types[wanted],
            let position = fault.data?["position"]?.integerValue
        else { return fault.message }
        let found = fault.data?["missing"] == true ? "end of packet encountered" : "record doesn't match type"
        return "error at parameter \(position): expected \(type) type but \(found)"
    }

    /// A fault in the codes and words that scripts for Kamailio know.
    private static func kamailioFault(_ fault: MethodFault) -> (code: Int, message: String) {
        switch fault.code {
        case MethodFault.Code.invalidParameters: return (400, kamailioParameterText(fault))
        case MethodFault.Code.tooLarge: return (500, "\(fault.message): use sipcmd, or ask for less")
        case ..<0: return (500, fault.message)
        default: return (fault.code, fault.message)
        }
    }
}
