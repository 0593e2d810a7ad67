import SIPMessage
import ScriptEngine
import Suggestions

/// The class `nameaddr`: parts of `"name" <uri>`, without a look at what they hold.
enum NameAddressTransformations {
    private struct Parts {
        var name: ByteString
        var uri: ByteString
        var length: Int
    }

    static func compile(
        _ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler
    ) throws(ScriptError) -> TransformationBody {
        switch operation.lowercased() {
        case "name": { _, value in parts(of: value).map { .string($0.name) } ?? .null }
        case "uri": { _, value in parts(of: value).map { .string($0.uri) } ?? .null }
        case "len": { _, value in parts(of: value).map { .integer($0.length) } ?? .null }
        default:
            throw ScriptError(
                "unknown transformation 'nameaddr.\(operation)'", hint: "'name', 'uri' and 'len' are known")
        }
    }

    private static func parts(of value: ScriptValue) -> Parts? {
        guard !value.isNull, !value.text.isEmpty else { return nil }
        let text = value.text
        guard let open = openingBracket(text.bytes) else { return Parts(name: "", uri: text, length: text.count) }
        guard let close = text.bytes[open...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
        return Parts(
            name: ByteString(text.bytes[..<open]), uri: ByteString(text.bytes[(open + 1)..<close]),
            length: close + 1 - text.bytes.startIndex)
    }

    /// The first `<` outside of quotes.
    private static func openingBracket(_ bytes: ArraySlice<UInt8>) -> Int? {
        var isQuoted = false
        var isEscaped = false
        for index in bytes.indices {
            if isEscaped {
                isEscaped = false
            } else if bytes[index] == UInt8(ascii: "\\") {
                isEscaped = isQuoted
            } else if bytes[index] == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if bytes[index] == UInt8(ascii: "<"), !isQuoted {
                return index
            }
        }
        return nil
    }
}

/// The class `tobody`: parts of the value of a From or To header.
enum ToBodyTransformations {
    static func compile(
        _ operation: String, _ arguments: ByteString?, _ formats: FormatCompiler
    ) throws(ScriptError) -> TransformationBody {
        guard let reader = readers[operation.lowercased()] else {
            let nearest = NearestName.of(operation, among: readers.keys)
            throw ScriptError(
                "unknown transformation 'tobody.\(operation)'", hint: nearest.map { "did you mean 'tobody.\($0)'?" })
        }
        guard arguments == nil else { throw ScriptError("'{tobody.\(operation)}' takes no arguments") }
        return { _, value in
            guard !value.isNull, let address = try? NameAddress.parse(value.text), let uri = address.parsedURI
            else { return .null }
            return .string(reader(address, uri) ?? "")
        }
    }

    private static let readers: [String: @Sendable (NameAddress, SIPURI) -> ByteString?] = [
        "uri": { address, _ in address.uri },
        "display": { address, _ in address.displayName },
        "tag": { address, _ in address.tag?.unquoted() },
        "user": { _, uri in uri.user },
        "host": { _, uri in uri.host },
        "params": { address, _ in
            ByteString(address.parameters.bytes.drop { $0 == UInt8(ascii: ";") || $0.isWhitespace })
        },
    ]
}
