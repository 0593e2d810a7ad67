import Glibc
import NIOCore
import NIOPosix
import OperatingSystem

/// Writes one answer to the pipe of a client, as fast as the client reads.
struct FIFOWriter {
    /// How often, and how long apart, it is looked whether the client reads.
    private static let attempts = 40
    private static let pause = TimeAmount.milliseconds(50)
    /// How long a client may not read.
    private static let stallMax = TimeAmount.seconds(30)

    private let channel: any Channel

    /// Opens the pipe; the client may open it a moment later.
    init(_ path: String, on group: MultiThreadedEventLoopGroup) async throws {
        let loop = group.next()
        var attempt = 1
        while true {
            switch NamedPipe.openWriter(path) {
            case .success(let descriptor):
                channel = try await NIOPipeBootstrap(group: loop).takingOwnershipOfDescriptor(output: descriptor).get()
                return
            case .failure(let error):
                guard error.number == ENXIO || error.number == ENOENT, attempt < Self.attempts else {
                    throw FIFOServer.Failure(
                        description: error.number == EINVAL ? "it is no FIFO" : ErrorText.of(error.number))
                }
                attempt += 1
                try await loop.scheduleTask(in: Self.pause) {}.futureResult.get()
            }
        }
    }

    func write(_ bytes: [UInt8]) async throws {
        let channel = channel
        let timer = channel.eventLoop.scheduleTask(in: Self.stallMax) { channel.close(promise: nil) }
        defer { timer.cancel() }
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    func close() async {
        try? await channel.close()
    }
}
