import SIPMessage
import ScriptEngine

/// `strip`, `prefix`, `seturi`, …: changes of the Request-URI.
enum RequestURICommands {
    static let all: [Command] = numbers + texts + others

    private static let numbers: [Command] = [
        number("strip", "Takes characters off the start of the user of the Request-URI.") { uri, count in
            guard let user = uri.user else { return }
            uri.user = user.dropFirst(count).nonEmpty
        },
        number("strip_tail", "Takes characters off the end of the user of the Request-URI.") { uri, count in
            guard let user = uri.user else { return }
            uri.user = user.dropLast(count).nonEmpty
        },
    ]

    private static let texts: [Command] = [
        text(["prefix"], "Puts a text before the user of the Request-URI.") { uri, text in
            uri.user = text + (uri.user ?? "")
        },
        text(["rewriteuser", "setuser", "setu"], "Replaces the user of the Request-URI.") { uri, text in
            uri.user = text.nonEmpty
        },
        text(["rewriteuserpass", "setuserpass", "setup"], "Replaces user and password of the Request-URI.") {
            uri, text in
            let parts = text.split(on: UInt8(ascii: ":"))
            uri.user = parts[0].nonEmpty
            if parts.count > 1 { uri.password = parts[1] }
        },
        text(["rewritehost", "sethost", "seth"], "Replaces the host of the Request-URI and keeps its port.") {
            uri, text in
            uri.host = text
        },
        text(["rewritehostport", "sethostport", "sethp"], "Replaces host and port of the Request-URI.") {
            uri, text in setHostPort(&uri, text)
        },
        text(
            ["rewritehostporttrans", "sethostporttrans", "sethpt"],
            "Replaces host, port and transport of the Request-URI."
        ) { uri, text in
            let parts = text.split(on: UInt8(ascii: ";"))
            setHostPort(&uri, parts[0])
            let others = ParameterList(uri.parameters).filter { !$0.name.equalsIgnoringCase("transport") }
            let kept = others.map { ByteString(uri.parameters.bytes[$0.range]) } + parts.dropFirst()
            uri.parameters = ByteString(Array(kept.map(\.bytes).joined(separator: [UInt8(ascii: ";")])))
        },
        text(["rewriteport", "setport", "setp"], "Replaces the port of the Request-URI.") { uri, text in
            uri.port = text.integerValue.flatMap { UInt16(exactly: $0) }
        },
    ].flatMap { $0 }

    private static let others: [Command] = [
        setURI("rewriteuri"), setURI("seturi"),
        Command(
            "userphone", routes: .beforeSending, summary: "Adds ;user=phone to a Request-URI that looks like a number.",
            example: "userphone();"
        ) {
            _, _ in
            { context in
                change(context) { uri in
                    guard let user = uri.user, isNumber(user), uri.parameter(named: "user") == .absent else { return }
                    uri.parameters = uri.parameters.isEmpty ? "user=phone" : uri.parameters + ";user=phone"
                }
            }
        },
        Command(
            "revert_uri", routes: .beforeSending, summary: "Gives the Request-URI back as it was received.",
            example: "revert_uri();"
        ) { _, _ in
            { context in
                context.target.uri = nil
                return .success
            }
        },
    ]

    // MARK: - Definitions

    private static func setURI(_ name: String) -> Command {
        Command(
            name, [.text], routes: .beforeSending, summary: "Replaces the Request-URI.",
            example: "\(name)(\"sip:echo@example.com\");"
        ) {
            _, arguments in
            let text = arguments[0].source
            return { context in
                context.target.uri = text
                return .success
            }
        }
    }

    private static func number(
        _ name: String, _ summary: String, _ edit: @escaping @Sendable (inout SIPURI, Int) -> Void
    ) -> Command {
        Command(name, [.integer], summary: summary, example: "\(name)(2);") { _, arguments in
            let count = arguments[0].constant?.number ?? 0
            return { context in change(context) { edit(&$0, count) } }
        }
    }

    private static func text(
        _ names: [String], _ summary: String, _ edit: @escaping @Sendable (inout SIPURI, ByteString) -> Void
    ) -> [Command] {
        names.map { name in
            Command(name, [.text], routes: .beforeSending, summary: summary, example: "\(name)(\"text\");") {
                _, arguments in
                let text = arguments[0].source
                return { context in change(context) { edit(&$0, text) } }
            }
        }
    }

    private static func setHostPort(_ uri: inout SIPURI, _ text: ByteString) {
        let isLiteral = text.first == UInt8(ascii: "[")
        let end = isLiteral ? text.firstIndex(of: UInt8(ascii: "]")) : nil
        let rest = ByteString(text.bytes[(end ?? text.bytes.startIndex)...])
        guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else {
            uri.host = text
            uri.port = nil
            return
        }
        uri.host = ByteString(text.bytes[..<colon])
        uri.port = ByteString(text.bytes[(colon + 1)...]).integerValue.flatMap { UInt16(exactly: $0) }
    }

    private static func isNumber(_ user: ByteString) -> Bool {
        !user.isEmpty && user.bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 || "+-.()".utf8.contains($0) }
    }

    /// Changes the Request-URI of a request; -1 when it is no URI.
    static func change(_ context: ScriptContext, _ edit: (inout SIPURI) -> Void) -> FunctionResult {
        guard let text = context.target.uri ?? context.message.requestURI, var uri = try? SIPURI.parse(text) else {
            return .failure
        }
        edit(&uri)
        context.target.uri = uri.bytes.compacted()
        return .success
    }
}

extension ByteString {
    /// The text, or nil when it is empty.
    fileprivate var nonEmpty: ByteString? { isEmpty ? nil : self }
}
