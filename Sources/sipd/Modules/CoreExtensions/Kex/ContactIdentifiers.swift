import OperatingSystem
import SIPMessage
import Synchronization

/// Makes identifiers that are unique over restarts, as usrloc's `ruid` are.
final class ContactIdentifiers: Sendable {
    private let counter = Atomic<Int>(0)
    private let start = WallClock.now

    /// The next identifier: `srid-6b037bc3-1024-1`.
    func next() -> ByteString {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let seconds = String(start.seconds, radix: 16)
        return ByteString("srid-\(seconds)-\(String(start.microseconds, radix: 16))-\(String(number, radix: 16))")
    }
}
