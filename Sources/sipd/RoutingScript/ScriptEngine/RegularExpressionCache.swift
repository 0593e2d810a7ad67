package import SIPMessage
import Synchronization

/// Keeps the expressions that scripts compute (`=~ $var(pattern)`), so that each is compiled once.
package final class RegularExpressionCache: Sendable {
    /// The cache of the process.
    package static let shared = RegularExpressionCache()
    /// How many are kept; patterns made from messages would fill any table.
    package static let countMax = 256

    private let expressions = Mutex<[ByteString: RegularExpression?]>([:])

    init() {}

    /// The expression of a pattern, without regard to the case of letters; nil when the pattern is wrong, too large or
    /// holds a back-reference, whose matching takes time without bound.
    package func expression(_ pattern: ByteString) -> RegularExpression? {
        expressions.withLock { expressions in
            if let known = expressions[pattern] { return known }
            let compiled = Self.hasBackReference(pattern) ? nil : try? RegularExpression(pattern, .ignoresCase)
            if expressions.count >= Self.countMax { expressions.removeAll(keepingCapacity: true) }
            expressions[pattern.compacted()] = .some(compiled)
            return compiled
        }
    }

    private static func hasBackReference(_ pattern: ByteString) -> Bool {
        var isEscaped = false
        for byte in pattern.bytes {
            if isEscaped, byte >= 0x31, byte <= 0x39 { return true }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        return false
    }
}
