import DigestAuthentication
import ModuleInterface
import SIPMessage
import ScriptEngine
import Transport

/// The opening handshake of WebSocket (RFC 6455 §4.2, RFC 7118 §4.1).
struct WebSocketHandshake {
    /// A refusal: the answer's status, reason and headers.
    struct Refusal: Error {
        let status: Int
        let reason: ByteString
        let headers: ByteString
    }

    /// Whether the header `Access-Control-Allow-Origin` is added (`cors_mode`).
    enum CrossOrigin: Int {
        case none = 0
        case any = 1
        case asked = 2
    }

    let context: ScriptContext
    let crossOrigin: CrossOrigin

    /// The bytes of the answer that opens the connection.
    func answer() throws(Refusal) -> [UInt8] {
        let message = context.message
        guard message.method?.bytes == "GET" else { throw bad("Method Not Allowed", status: 405) }
        guard words(of: "Upgrade").contains("websocket"), words(of: "Connection").contains("upgrade") else {
            throw bad("Bad Request")
        }
        guard header("Sec-WebSocket-Version") == "13" else {
            throw Refusal(status: 426, reason: "Upgrade Required", headers: "Sec-WebSocket-Version: 13\r\n")
        }
        guard let key = header("Sec-WebSocket-Key"), key.bytes.count == Self.keyLength,
            words(of: "Sec-WebSocket-Protocol").contains("sip")
        else { throw bad("Bad Request") }
        var headers: ByteString = "Sec-WebSocket-Protocol: sip\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        headers += "Sec-WebSocket-Accept: " + Self.accept(key) + "\r\n"
        headers += crossOriginHeader
        return HTTPRequest.answer(to: context, status: 101, reason: "Switching Protocols", headers: headers, body: nil)
    }

    /// What proves that the key was read by a server of WebSocket (RFC 6455 §4.2.2).
    private static func accept(_ key: ByteString) -> ByteString {
        let whole = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        return Base64.encode(ByteString(HashFunction.sha1.digest(of: whole.bytes)), .standard, padded: true)
    }

    /// 16 bytes in Base64.
    private static let keyLength = 24

    private var crossOriginHeader: ByteString {
        switch crossOrigin {
        case .none: return ""
        case .any: return "Access-Control-Allow-Origin: *\r\n"
        case .asked: return header("Origin").map { "Access-Control-Allow-Origin: " + $0 + "\r\n" } ?? ""
        }
    }

    private func bad(_ reason: ByteString, status: Int = 400) -> Refusal {
        Refusal(
            status: status, reason: reason, headers: "Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n")
    }

    private func header(_ name: ByteString) -> ByteString? {
        context.message.firstHeader(named: name).map { context.message.text(of: $0) }
    }

    /// The words of a list, in lower case.
    private func words(of name: ByteString) -> [String] {
        guard let text = header(name)?.lowercased().string else { return [] }
        return text.split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
    }
}
