import Glibc

/// The system's words for an error number.
package enum ErrorText {
    /// The text of an `errno` value, like "No such file or directory".
    package static func of(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        // SAFETY: strerror_r writes a terminated text of at most the given count into the array.
        let isKnown = unsafe strerror_r(number, &buffer, buffer.count) == 0
        guard isKnown else { return "error \(number)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
