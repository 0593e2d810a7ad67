import ModuleInterface
import SIPMessage
import ScriptEngine

/// `$rm`, `$rs`, `$ci`, `$rb`, …: the message itself.
enum MessageVariables {
    static let all: [Variable] =
        startLine + headers + contents + [
            VariableBuilder.keyed(
                "msg", summary: "parts of the message",
                keys: [
                    "buf": { .string(ByteString($0.message.buffer)) },
                    "len": { .integer($0.message.buffer.count) },
                    "body": { .string($0.message.body) },
                    "body_len": { .integer($0.message.bodyRange.count) },
                    "hdrs": { .string(headerText($0.message)) },
                    "hdrs_len": { .integer(headerText($0.message).count) },
                    "hdrc": { .integer($0.message.headers.count) },
                    "fline": { .string(firstLine($0.message)) },
                    "fpart": { .string(ByteString($0.message.buffer[..<($0.message.headersEnd - 2)])) },
                    "lpart": { .string(ByteString($0.message.buffer[$0.message.headersStart...])) },
                ]),
            Variable(["msgbuf"], inner: .required, summary: "one byte of the message") {
                _, reference throws(ScriptError) in
                guard let index = reference.inner?.integerValue else {
                    throw ScriptError("'$msgbuf()' takes the number of a byte")
                }
                return ScriptVariable(source: "$msgbuf") { context in
                    let buffer = context.message.buffer
                    return buffer.indices.contains(index) ? .string(ByteString([buffer[index]])) : .null
                }
            },
        ]

    private static let startLine: [Variable] = [
        VariableBuilder.plain("rm", summary: "method; of a reply, that of its CSeq") { context in
            context.message.method.map { .both(Int($0.bit), $0.bytes) } ?? .null
        },
        VariableBuilder.number("rmid", summary: "number of the method") { $0.message.method.map { Int($0.bit) } },
        VariableBuilder.plain("rs", summary: "status code of a reply") { context in
            context.message.status.map { .both($0, ByteString(integer: $0)) } ?? .null
        },
        VariableBuilder.number("rsi", summary: "status code of a reply as a number, 0 in a request") {
            $0.message.status ?? 0
        },
        VariableBuilder.text("rr", summary: "reason phrase of a reply") { context in
            guard case .response(_, let reason) = context.message.startLine else { return nil }
            return reason
        },
        VariableBuilder.text("rv", summary: "version in the start line") { $0.message.version },
        VariableBuilder.number("mt", summary: "1 for a request, 2 for a reply") { $0.message.isRequest ? 1 : 2 },
        VariableBuilder.text("mts", summary: "rq for a request, rp for a reply") { $0.message.isRequest ? "rq" : "rp" },
        VariableBuilder.number("mi", summary: "running number of the message in its worker") {
            Int(truncatingIfNeeded: $0.messageNumber & 0x7FFF_FFFF)
        },
    ]

    private static let headers: [Variable] = [
        VariableBuilder.text("ci", summary: "Call-ID") { $0.message.callID },
        VariableBuilder.text("cs", summary: "number of CSeq") { context in
            context.message.cseq.map { ByteString(integer: Int($0.number)) }
        },
        VariableBuilder.text("csb", summary: "value of CSeq") { $0.message.firstText(.cseq) },
        VariableBuilder.text("ct", summary: "value of the first Contact header") { $0.message.firstText(.contact) },
        VariableBuilder.text("cT", summary: "value of Content-Type") { $0.message.firstText(.contentType) },
        VariableBuilder.number("cl", summary: "value of Content-Length") { $0.message.contentLength },
        VariableBuilder.text("ua", summary: "value of User-Agent") { $0.message.firstText(.userAgent) },
    ]

    private static let contents: [Variable] = [
        VariableBuilder.text("rb", summary: "body") { $0.message.body },
        VariableBuilder.number("bs", summary: "size of the body") { $0.message.bodyRange.count },
        VariableBuilder.text("mb", summary: "the whole message as received") { ByteString($0.message.buffer) },
        VariableBuilder.text("mbu", summary: "the whole message with the edits of the script") { context in
            ByteString(context.edits.apply(to: context.message, startLine: context.message.startLine))
        },
        VariableBuilder.number("ml", summary: "length of the message") { $0.message.buffer.count },
    ]

    private static func headerText(_ message: SIPMessage) -> ByteString {
        ByteString(message.buffer[message.headersStart..<(message.headersEnd - 2)])
    }

    private static func firstLine(_ message: SIPMessage) -> ByteString {
        ByteString(message.buffer[message.startLineRange]).trimmedAtEnd()
    }
}
