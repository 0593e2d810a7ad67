import SIPMessage
import Synchronization

/// The two numbers by which a dialog is known outside: in Record-Route, on the control socket, in the tables.
struct DialogIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// A number made of the Call-ID, below the size of Kamailio's hash table.
    var entry: Int
    /// A number among those of the same entry.
    var number: Int

    /// Takes both numbers.
    init(entry: Int, number: Int) {
        self.entry = entry
        self.number = number
    }

    /// Reads what `description` has written.
    init?(_ text: ByteString) {
        let parts = text.split(on: UInt8(ascii: "."))
        guard parts.count == 2, let entry = Self.number(parts[0]), let number = Self.number(parts[1]) else {
            return nil
        }
        self.init(entry: entry, number: number)
    }

    /// Both in hexadecimal digits from the last to the first, as Kamailio writes them: `6c8.5b22`.
    var description: String { Self.text(entry) + "." + Self.text(number) }

    private static func text(_ number: Int) -> String {
        String(String(number, radix: 16).reversed())
    }

    private static func number(_ text: ByteString) -> Int? {
        guard (1...8).contains(text.count) else { return nil }
        return Int(String(text.string.reversed()), radix: 16)
    }

    /// The entry of a Call-ID, the same in every process.
    static func entry(of callID: ByteString, size: Int) -> Int {
        let hash = callID.bytes.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return Int(hash % UInt32(max(1, size)))
    }
}

/// Gives out the numbers of dialogs.
final class DialogNumbers: Sendable {
    private let next: Mutex<Int>

    /// Starts somewhere, so that a restart does not use the same numbers again at once.
    init() {
        next = Mutex(Int.random(in: 1...0xFFFF))
    }

    /// The next number; they stay below 2^31 because the tables have no room for more.
    func make() -> Int {
        next.withLock { next in
            defer { next = next >= Int(Int32.max) ? 1 : next + 1 }
            return next
        }
    }

    /// Keeps clear of a number that was loaded.
    func skip(_ number: Int) {
        next.withLock { $0 = $0 <= number && number < Int(Int32.max) ? number + 1 : $0 }
    }
}
