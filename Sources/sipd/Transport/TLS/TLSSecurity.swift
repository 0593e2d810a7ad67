package import NIOCore
import NIOSSL
import NIOTLS
import NetworkAddress
import Synchronization

/// TLS for the connections of the transport layer, by the domain that fits each.
package final class TLSSecurity: StreamSecurity {
    private let contexts: Mutex<TLSContextSet>

    /// Starts with a set of domains.
    package init(_ contexts: TLSContextSet) {
        self.contexts = Mutex(contexts)
    }

    /// Uses another set for connections from now on; those that exist keep theirs.
    package func replace(with contexts: TLSContextSet) {
        self.contexts.withLock { $0 = contexts }
    }

    /// Reads the name that the client asks for, then goes on with the domain of that name.
    package func configureServer(_ channel: any Channel, socket: ListenSocket) throws {
        let contexts = contexts.withLock { $0 }
        let observer = TLSHelloObserver(isServer: true)
        let reporter = TLSSessionReporter(observer: observer)
        let operations = channel.pipeline.syncOperations
        let local = channel.localAddress.flatMap { Endpoint($0) } ?? socket.endpoint
        let bound = NIOLoopBound(reporter, eventLoop: channel.eventLoop)
        let names = SNIHandler { result in
            channel.eventLoop.makeCompletedFuture {
                let reporter = bound.value
                let name: String? = if case .hostname(let name) = result { name } else { nil }
                guard let context = contexts.server(at: local, name: name) else {
                    throw SendError.handshakeFailed("no TLS domain for \(local)")
                }
                reporter.serverName = name
                reporter.context = context
                try channel.pipeline.syncOperations.addHandler(
                    NIOSSLServerHandler(context: context.context), position: .before(reporter))
            }
        }
        try operations.addHandlers([observer, ByteToMessageHandler(names), reporter])
    }

    /// Asks for the name of the domain, or for the host that the message is for.
    package func configureClient(_ channel: any Channel, destination: Destination, socket: ListenSocket) throws {
        let contexts = contexts.withLock { $0 }
        guard let context = contexts.client(to: destination.remote, name: destination.serverName) else {
            throw SendError.handshakeFailed("no TLS domain for \(destination.remote)")
        }
        let observer = TLSHelloObserver(isServer: false)
        let reporter = TLSSessionReporter(observer: observer)
        reporter.context = context
        let name = context.domain.serverName ?? destination.serverName
        reporter.serverName = name
        let handler = try? NIOSSLClientHandler(context: context.context, serverHostname: name)
        // A name that is an address, or none a certificate can have, is not asked for (RFC 6066 §3).
        let client = try handler ?? NIOSSLClientHandler(context: context.context, serverHostname: nil)
        try channel.pipeline.syncOperations.addHandlers([observer, client, reporter])
    }
}
