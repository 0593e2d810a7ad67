import SIPMessage
import ScriptEngine

/// `$avp(name)/flags`, as the functions of avpops take it.
struct AttributeReference: Sendable, Equatable {
    /// The name under which the values are kept.
    let name: ByteString
    /// The letters behind the slash.
    let flags: Set<UInt8>
    /// The second attribute of `$avp(a)/$avp(b)/flags`.
    let destination: ByteString?

    /// Reads a reference.
    init(_ text: ByteString, allowing letters: String, destinations: Bool = false) throws(ScriptError) {
        var parts = text.trimmed().split(on: UInt8(ascii: "/")).map { $0.trimmed() }
        let name = try Self.attribute(parts.removeFirst())
        var destination: ByteString?
        if destinations, let next = parts.first, next.hasPrefix("$") {
            destination = try Self.attribute(next)
            parts.removeFirst()
        }
        guard parts.count <= 1 else { throw ScriptError("'\(text)' has too many slashes") }
        let flags = Set((parts.first ?? "").bytes)
        if let unknown = flags.first(where: { !letters.utf8.contains($0) }) {
            throw ScriptError(
                "'\(text)' has the unknown flag '\(String(UnicodeScalar(unknown)))'", hint: "flags are: \(letters)")
        }
        self.name = name
        self.flags = flags
        self.destination = destination
    }

    /// Whether a letter stands behind the slash.
    func has(_ letter: Unicode.Scalar) -> Bool {
        flags.contains(UInt8(ascii: letter))
    }

    /// The name in `$avp(name)`, `$avp(s:name)`, `$(avp(name))`.
    static func attribute(_ text: ByteString) throws(ScriptError) -> ByteString {
        var inner = text
        if inner.hasPrefix("$("), inner.last == UInt8(ascii: ")") { inner = "$" + inner.dropFirst(2).dropLast() }
        guard inner.hasPrefix("$avp("), inner.last == UInt8(ascii: ")") else {
            throw ScriptError("'\(text)' is no $avp(name)")
        }
        let name = inner.dropFirst(5).dropLast().trimmed()
        guard !name.isEmpty, !name.contains(UInt8(ascii: "$")) else {
            throw ScriptError("'\(text)' has no constant name")
        }
        return (name.hasPrefix("s:") ? name.dropFirst(2) : name).compacted()
    }
}
