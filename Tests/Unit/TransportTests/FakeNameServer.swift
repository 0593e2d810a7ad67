import NIOCore
import NIOPosix
import NetworkAddress
import Synchronization
import Transport

/// A name server on loopback, over UDP and TCP on one port, that answers from a table.
final class FakeNameServer: Sendable {
    /// What it does with a question.
    enum Behaviour: Sendable {
        case records([DNSRecord])
        /// Truncated over UDP, whole over TCP.
        case truncated([DNSRecord])
        case missing(minimum: UInt32)
        case failure(DNSMessage.ResponseCode)
        case silence
        /// An answer to another question with the right identifier, and then the right one.
        case forgedFirst([DNSRecord])
        case bytes([UInt8])
    }

    private let table: Mutex<[DNSMessage.Question: Behaviour]>
    private let asked = Mutex<[DNSMessage.Question]>([])
    private let channels: Mutex<[any Channel]> = Mutex([])
    let endpoint: Endpoint

    private init(_ table: [DNSMessage.Question: Behaviour], endpoint: Endpoint) {
        self.table = Mutex(table)
        self.endpoint = endpoint
    }

    static func start(_ entries: [(String, DNSRecordType, Behaviour)]) async throws -> FakeNameServer {
        var table: [DNSMessage.Question: Behaviour] = [:]
        for (name, type, behaviour) in entries { table[question(name, type)] = behaviour }
        // The TCP port may be taken when the UDP port is free: try again with another one.
        for _ in 0..<20 {
            let pending = Pending()
            let udp = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(DatagramHandler(pending))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = udp.localAddress?.port ?? 0
            let tcp = try? await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(StreamHandler(pending))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
            guard let tcp else {
                try await udp.close().get()
                continue
            }
            let server = FakeNameServer(table, endpoint: loopback(port))
            pending.server.withLock { $0 = server }
            server.channels.withLock { $0 = [udp, tcp] }
            return server
        }
        throw ChannelError.alreadyClosed
    }

    func stop() async throws {
        for channel in channels.withLock({ $0 }) { try await channel.close().get() }
    }

    /// The questions so far, in the order in which they came.
    var questions: [DNSMessage.Question] { asked.withLock { $0 } }

    func set(_ name: String, _ type: DNSRecordType, _ behaviour: Behaviour) {
        table.withLock { $0[question(name, type)] = behaviour }
    }

    fileprivate func answers(to bytes: [UInt8], isStream: Bool) -> [[UInt8]] {
        guard let query = try? DNSMessage(decoding: bytes), let question = query.question else { return [] }
        asked.withLock { $0.append(question) }
        var answer = DNSMessage(identifier: query.identifier, question: question, isResponse: true)
        switch table.withLock({ $0[question] }) {
        case .records(let records):
            answer.answers = records
        case .truncated(let records):
            answer.isTruncated = !isStream
            answer.answers = isStream ? records : []
        case .missing(let minimum):
            answer.responseCode = .nameError
            answer.authorities = [record("test", .soa, .startOfAuthority(minimum: minimum), ttl: 3600)]
        case .failure(let code):
            answer.responseCode = code
        case .silence:
            return []
        case .forgedFirst(let records):
            var forged = answer
            forged.question = DNSMessage.Question(name: name("forged.test"), type: .a)
            forged.answers = [record("forged.test", .a, .address(address("6.6.6.6")))]
            answer.answers = records
            return [forged.encoded(), [], [1, 2, 3], answer.encoded()]
        case .bytes(let bytes):
            return [[UInt8(query.identifier >> 8), UInt8(truncatingIfNeeded: query.identifier)] + bytes]
        case nil:
            answer.responseCode = .nameError
        }
        return [answer.encoded()]
    }

    /// Filled when the port is known.
    private final class Pending: Sendable {
        let server = Mutex<FakeNameServer?>(nil)

        func answers(to bytes: [UInt8], isStream: Bool) -> [[UInt8]] {
            server.withLock { $0 }?.answers(to: bytes, isStream: isStream) ?? []
        }
    }

    private final class DatagramHandler: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        private let pending: Pending

        init(_ pending: Pending) { self.pending = pending }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            for answer in pending.answers(to: Array(envelope.data.readableBytesView), isStream: false) {
                let reply = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: answer))
                context.writeAndFlush(NIOAny(reply), promise: nil)
            }
        }
    }

    private final class StreamHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let pending: Pending
        private var buffer = ByteBuffer()

        init(_ pending: Pending) { self.pending = pending }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            buffer.writeImmutableBuffer(unwrapInboundIn(data))
            while let query = buffer.readLengthPrefixedSlice(as: UInt16.self) {
                for answer in pending.answers(to: Array(query.readableBytesView), isStream: true) {
                    var output = ByteBuffer(integer: UInt16(answer.count))
                    output.writeBytes(answer)
                    context.writeAndFlush(NIOAny(output), promise: nil)
                }
            }
        }
    }
}

private func loopback(_ port: Int) -> Endpoint { endpoint("127.0.0.1:\(port)") }

func name(_ text: String) -> DNSName { DNSName(text) ?? DNSName(root: ()) }

func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }

func question(_ text: String, _ type: DNSRecordType) -> DNSMessage.Question {
    DNSMessage.Question(name: name(text), type: type)
}

func record(_ owner: String, _ type: DNSRecordType, _ data: DNSRecord.Data, ttl: UInt32 = 300) -> DNSRecord {
    DNSRecord(name: name(owner), type: type, timeToLiveSeconds: ttl, data: data)
}

func a(_ owner: String, _ text: String, ttl: UInt32 = 300) -> DNSRecord {
    record(owner, address(text).isIPv4 ? .a : .aaaa, .address(address(text)), ttl: ttl)
}

func alias(_ owner: String, _ target: String) -> DNSRecord { record(owner, .cname, .canonicalName(name(target))) }

func srv(_ owner: String, _ priority: UInt16, _ weight: UInt16, _ port: UInt16, _ target: String) -> DNSRecord {
    let target = target == "." ? DNSName(root: ()) : name(target)
    return record(
        owner, .srv, .service(DNSService(priority: priority, weight: weight, port: port, target: target)))
}

func naptr(_ owner: String, _ order: UInt16, _ preference: UInt16, _ services: String, _ target: String) -> DNSRecord {
    record(
        owner, .naptr,
        .namingAuthority(
            DNSNamingAuthority(
                order: order, preference: preference, flags: "s", services: services, regexp: "",
                replacement: name(target))))
}
