import Glibc
package import SIPMessage

/// A POSIX extended regular expression, as `=~`, `case /"…"` and the functions of many modules take.
///
/// Uses the C library, because only that matches what Kamailio's configurations rely on; see
/// docs/decisions/0002-posix-regular-expressions.md. Works on bytes, in the C locale.
@safe
package final class RegularExpression: Sendable {
    /// How an expression is compiled.
    package struct Options: OptionSet, Sendable {
        /// The bits.
        package let rawValue: Int

        /// Makes options from their bits.
        package init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// Letters match in either case (`REG_ICASE`).
        package static let ignoresCase = Options(rawValue: 1)
        /// `.` and `[^x]` do not match a line end; `^` and `$` match at each line (`REG_NEWLINE`).
        package static let matchesLines = Options(rawValue: 2)
    }

    /// How many bytes of a text are looked at; no SIP message is longer.
    package static let textLengthMax = 65_536
    /// How long a pattern may be.
    package static let patternLengthMax = 4096

    /// The number of groups in parentheses.
    package let groupCount: Int

    // SAFETY: written in `init` and `deinit` only; `regexec` on a shared `regex_t` is thread-safe (POSIX).
    private nonisolated(unsafe) let compiled: UnsafeMutablePointer<regex_t>

    /// Compiles a pattern.
    /// - Throws: the C library's message when the pattern is wrong, or when it is too long or too large.
    package init(_ pattern: ByteString, _ options: Options = []) throws(ScriptError) {
        guard pattern.count <= Self.patternLengthMax, RegularExpressionSize.isBearable(pattern) else {
            throw ScriptError("regular expression '\(pattern.prefix(64).string)' is too large")
        }
        var flags = REG_EXTENDED
        if options.contains(.ignoresCase) { flags |= REG_ICASE }
        if options.contains(.matchesLines) { flags |= REG_NEWLINE }
        var text = pattern.bytes.map { CChar(bitPattern: $0) }
        text.append(0)
        let storage = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        // SAFETY: `storage` has room for one `regex_t` and `text` ends in a zero byte.
        let failure = unsafe regcomp(storage, text, flags)
        guard failure == 0 else {
            // SAFETY: after a failed `regcomp` the structure only serves `regerror` and holds nothing to free.
            let reason = unsafe Self.reason(of: failure, storage)
            unsafe storage.deallocate()
            throw ScriptError("bad regular expression '\(pattern.string)': \(reason)")
        }
        // SAFETY: `regcomp` has initialised the structure.
        groupCount = unsafe storage.pointee.re_nsub
        unsafe compiled = storage
    }

    deinit {
        // SAFETY: compiled in `init`, freed once.
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    /// Whether the pattern matches anywhere in the text.
    package func matches(_ text: ByteString) -> Bool {
        let bounded = text.bytes.prefix(Self.textLengthMax)
        var place = regmatch_t(rm_so: 0, rm_eo: regoff_t(bounded.count))
        // SAFETY: REG_STARTEND bounds the reading to the buffer; there is room for the one place that is asked for.
        return unsafe bounded.withUnsafeBytes { buffer in
            let empty: StaticString = ""
            let start = unsafe buffer.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
            return unsafe regexec(compiled, start.assumingMemoryBound(to: CChar.self), 1, &place, REG_STARTEND) == 0
        }
    }

    /// The places of the first match and of the groups in it, as indices of the slice's storage.
    ///
    /// Element 0 is the whole match; a group that took no part is nil. At most `groups` + 1 elements. With `continuing`
    /// the slice is the rest of a longer text, so `^` does not match at its start.
    package func firstMatch(
        in text: ArraySlice<UInt8>, groups: Int = 9, continuing: Bool = false
    ) -> [Range<Int>?]? {
        let bounded = text.prefix(Self.textLengthMax)
        let wanted = 1 + min(max(groups, 0), groupCount)
        var places = [regmatch_t](repeating: regmatch_t(), count: wanted)
        places[0] = regmatch_t(rm_so: 0, rm_eo: regoff_t(bounded.count))
        let flags = REG_STARTEND | (continuing ? REG_NOTBOL : 0)
        // SAFETY: REG_STARTEND bounds the reading to the buffer, and `places` has `wanted` elements.
        let result = unsafe bounded.withUnsafeBytes { buffer in
            let empty: StaticString = ""
            let start = unsafe buffer.baseAddress ?? UnsafeRawPointer(empty.utf8Start)
            return unsafe regexec(compiled, start.assumingMemoryBound(to: CChar.self), wanted, &places, flags)
        }
        guard result == 0 else { return nil }
        return places.map { place in
            guard place.rm_so >= 0 else { return nil }
            return (bounded.startIndex + Int(place.rm_so))..<(bounded.startIndex + Int(place.rm_eo))
        }
    }

    @unsafe
    private static func reason(of failure: Int32, _ storage: UnsafeMutablePointer<regex_t>) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        // SAFETY: `regerror` writes at most the given size, with a zero byte at the end.
        let length = unsafe regerror(failure, storage, &buffer, buffer.count)
        let text = buffer.prefix(max(0, min(length, buffer.count) - 1)).map { UInt8(bitPattern: $0) }
        return String(decoding: text, as: UTF8.self).lowercased()
    }
}
