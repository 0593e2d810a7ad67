import ModuleInterface
import SIPMessage
import ScriptEngine

extension TextOperationsModule {
    private static let partRoutes: RouteMask = [.request, .branch, .failure, .onReply, .coreReply, .local]

    /// Functions that build and change bodies of several parts (RFC 2046 §5.1).
    static var partFunctions: [Function] {
        [
            Function(
                "set_body_multipart", [.format, .format, .format], required: 0, routes: partRoutes,
                summary: "Makes the body, or a given text of a type, the first part of a body of several.",
                example: "set_body_multipart();"
            ) { _, arguments throws(ScriptError) in
                guard arguments.count != 1 else {
                    throw ScriptError("set_body_multipart takes no arguments, or text, type and perhaps a boundary")
                }
                return { setMultipart($0, arguments) ? .success : .failure }
            },
            append("append_body_part", "Adds a part of a type to a body of several.") { $0 },
            append("append_body_part_hex", "Adds a part, given in hexadecimal, to a body of several.", bytes),
            Function(
                "remove_body_part", [.text], routes: partRoutes, summary: "Takes the first part of a type out.",
                example: "remove_body_part(\"text/plain\");"
            ) { _, arguments in
                let type = arguments[0].source
                return { PendingParts.of($0)?.remove(ofType: type, $0) == true ? .success : .failure }
            },
            Function(
                "get_body_part_raw", [.text, .variable], routes: partRoutes,
                summary: "Puts the part of a type with its headers, and the delimiter behind it, into a variable.",
                example: "get_body_part_raw(\"application/sdp\", \"$var(part)\");"
            ) { _, arguments throws(ScriptError) in
                guard let write = arguments[1].variable?.write else {
                    throw ScriptError("'\(arguments[1].source)' cannot be written")
                }
                let type = arguments[0].source
                return { context in
                    guard !context.message.body.isEmpty else { return .failure }
                    // As in Kamailio, a body that is one part is given whole, whatever its type.
                    let part = PendingParts.of(context).map { $0.raw(ofType: type) } ?? context.message.body
                    return part.map { write(context, .string($0)) } == true ? .success : .failure
                }
            },
        ]
    }

    private static func setMultipart(_ context: ScriptContext, _ arguments: [Argument]) -> Bool {
        var body = context.message.body
        var type = context.message.firstText(.contentType) ?? ""
        if arguments.count >= 2 {
            body = arguments[0].text(in: context)
            type = arguments[1].text(in: context)
        } else if PendingParts.of(context) != nil {
            return true
        }
        let boundary = arguments.count > 2 ? arguments[2].text(in: context) : PendingParts.defaultBoundary
        guard !body.isEmpty, !type.isEmpty, isBoundary(boundary), body.range(of: "--" + boundary) == nil else {
            return false
        }
        PendingParts.begin(with: "Content-Type: " + type + "\r\n\r\n" + body, boundary: boundary, context)
        return true
    }

    /// What may stand in quotes as a boundary (RFC 2046 §5.1.1).
    private static func isBoundary(_ text: ByteString) -> Bool {
        (1...70).contains(text.count) && text.last != 0x20
            && text.bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "'()+_,-./:=? ".utf8.contains(byte)
                }
            }
    }

    private static func append(
        _ name: String, _ summary: String, _ content: @escaping @Sendable (ByteString) -> ByteString?
    ) -> Function {
        Function(
            name, [.format, .format, .format], required: 2, routes: partRoutes, summary: summary,
            example: "\(name)(\"$var(text)\", \"text/plain\", \"signal;handling=required\");"
        ) { _, arguments in
            { context in
                guard let parts = PendingParts.of(context), let content = content(arguments[0].text(in: context)) else {
                    return .failure
                }
                var section: ByteString = "Content-Type: " + arguments[1].text(in: context) + "\r\n"
                if arguments.count > 2 {
                    section += "Content-Disposition: " + arguments[2].text(in: context) + "\r\n"
                }
                return parts.append(section + "\r\n" + content, context) ? .success : .failure
            }
        }
    }

    /// The bytes that pairs of hexadecimal digits stand for, blanks between them not minded; nil when there is more.
    static func bytes(hexadecimal text: ByteString) -> ByteString? {
        let digits = text.bytes.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return ByteString(bytes)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
