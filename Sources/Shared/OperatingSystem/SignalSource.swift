import Dispatch
import Glibc

/// Turns signals into an asynchronous sequence; their default action is off from the moment it is made.
package struct SignalSource {
    /// The signals as they arrive.
    package let values: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]

    /// Takes over the given signals, and ignores SIGPIPE.
    package init(_ numbers: [Int32]) {
        let (stream, continuation) = AsyncStream<Int32>.makeStream(bufferingPolicy: .bufferingNewest(16))
        values = stream
        sources = numbers.map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
        // A peer that closes its socket must not end the daemon.
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
