import ControlProtocol
import NIOCore

/// One connection of a `ctl` stream socket.
struct CtlConnection {
    let connection: StreamConnection
    let answers: CtlAnswer
    let requestBytesMax: Int

    /// Serves until the client closes or sends what is no request.
    func serve() async throws {
        var scanner = BinRPCScanner(limitBytes: requestBytesMax)
        do {
            for try await chunk in connection.inbound {
                scanner.append(chunk.readableBytesView)
                while let packet = try scanner.next() {
                    connection.note(.working)
                    let answer = await answers.answer(to: packet, from: connection.caller)
                    try await connection.send(answer.bytes)
                    guard !answer.closes else { return }
                }
                connection.note(.idle)
            }
        } catch let error as BinRPCError {
            try await connection.send(answers.answer(to: error))
        }
    }
}
