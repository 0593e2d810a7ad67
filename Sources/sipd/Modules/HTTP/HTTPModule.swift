package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `xhttp`: requests of HTTP that come over the TCP and TLS sockets of SIP.
///
/// Each runs through `event_route[xhttp:request]`, unless `url_skip` or `url_match` leave it out. One that the route
/// does not answer is answered 404, so that no client waits for nothing.
package struct HTTPModule: ScriptModule {
    private let match: RegularExpression?
    private let skip: RegularExpression?

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        match = try Self.expression("url_match", parameters)
        skip = try Self.expression("url_skip", parameters)
    }

    private static func expression(
        _ name: String, _ parameters: ModuleParameters
    ) throws(ScriptError) -> RegularExpression? {
        guard let text = parameters.string(name), !text.isEmpty else { return nil }
        guard let expression = try? RegularExpression(text) else {
            throw ScriptError("parameter '\(name)': '\(text.string)' is no regular expression")
        }
        return expression
    }

    /// Takes the requests of HTTP on a worker.
    package func start(on worker: Worker) {
        worker.httpRequestHandler = { context in handle(context, worker) }
    }

    private func handle(_ context: ScriptContext, _ worker: Worker) {
        context.routeKind = .request
        let url = context.message.requestURI ?? ""
        let isWanted = skip?.matches(url) != true && match?.matches(url) != false
        guard isWanted, let route = worker.program.route(kind: .event, name: "xhttp:request") else {
            HTTPRequest.reply(context, status: 404, reason: "Not Found")
            return
        }
        worker.program.run(route, in: context) { _ in
            // DIFFERS: Kamailio lets the client wait.
            HTTPRequest.reply(context, status: 404, reason: "Not Found")
            for handler in worker.requestEndHandlers { handler(context) }
        }
    }

    /// What the module offers.
    package static var description: ModuleDescription<HTTPModule> {
        ModuleDescription(
            name: "xhttp", summary: "Requests of HTTP on the TCP and TLS sockets of SIP.",
            parameters: [
                .string("url_match", nil, "Only requests whose URL matches this regular expression are served."),
                .string("url_skip", nil, "Requests whose URL matches this regular expression are not served."),
                .ignored("event_callback", because: "scripts are written in the native language only"),
            ],
            functions: [reply], variables: [url], transformations: [urlParts], eventRoutes: ["xhttp:request"])
    }

    private static var reply: FunctionDescription<HTTPModule> {
        FunctionDescription(
            "xhttp_reply", [.format, .format, .format, .format], routes: [.request],
            summary: "Answers the request of HTTP: status, reason, type of the body, body.",
            example: "xhttp_reply(\"200\", \"OK\", \"text/html\", \"<html><body>$si</body></html>\");"
        ) { _, arguments in
            { context in
                guard context.message.isHTTP,
                    let status = arguments[0].text(in: context).integerValue, (100...699).contains(status)
                else { return .failure }
                let body = arguments[3].text(in: context)
                let isSent = HTTPRequest.reply(
                    context, status: status, reason: arguments[1].text(in: context),
                    contentType: body.isEmpty ? nil : arguments[2].text(in: context), body: body)
                return isSent ? .success : .failure
            }
        }
    }

    private static var url: VariableDescription<HTTPModule> {
        VariableDescription(["hu"], summary: "the URL of the request of HTTP") { _, _ in
            ScriptVariable(source: "$hu") { context in
                guard context.message.isHTTP else { return .null }
                return context.message.requestURI.map { .string($0) } ?? .null
            }
        }
    }

    private static var urlParts: TransformationDescription<HTTPModule> {
        TransformationDescription("url", summary: "Parts of a URL: path, querystring.") {
            _, name, _, _ throws(ScriptError) in
            switch name {
            case "path": { _, value in .string(parts(of: value.text).path) }
            case "querystring": { _, value in .string(parts(of: value.text).query) }
            default: throw ScriptError("unknown transformation 'url.\(name)'", hint: "it is path or querystring")
            }
        }
    }

    private static func parts(of url: ByteString) -> (path: ByteString, query: ByteString) {
        let bytes = url.bytes
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return (url, "") }
        return (ByteString(bytes[..<mark]), ByteString(bytes[bytes.index(after: mark)...]))
    }
}
