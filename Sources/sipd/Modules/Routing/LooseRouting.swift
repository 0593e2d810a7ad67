import ModuleInterface
import NetworkAddress
import SIPMessage
import ScriptEngine
import Transport

/// The Route of this server that `loose_route()` took off, for `check_route_param()` and `is_direction()`.
final class LocalRoute {
    static let key = ContextKey<LocalRoute>()

    /// The URI.
    let uri: ByteString
    /// The URI's parameters with a semicolon in front.
    let parameters: ByteString
    /// Whether the request goes on to another Route.
    var hasNext = false

    init(_ uri: SIPURI) {
        self.uri = uri.raw
        parameters = uri.parameters.isEmpty ? "" : ";" + uri.parameters
    }
}

/// One run of `loose_route()` (RFC 3261 §16.4, §16.12; Kamailio: rr `after_loose()`, `after_strict()`).
struct LooseRouting {
    /// The return codes.
    enum Outcome {
        static let driven = 1
        static let notDriven = -1
        /// The only Route was ours, in a request outside of a dialog: the caller put it there.
        static let preloaded = -3
    }

    /// A Route value with the header it stands in.
    private struct Route {
        let uri: SIPURI
        let field: HeaderField
        /// Where the next value of the same header starts, or nil for the last.
        let nextInField: Int?
        /// Where the value before it in the header ends.
        let previousEnd: Int?
    }

    private let context: ScriptContext
    private let forcesSocket: Bool
    private var routes: [Route] = []
    /// Whether this run met a Route of this server.
    private var wasNoted = false

    init(_ context: ScriptContext, forcesSocket: Bool) {
        self.context = context
        self.forcesSocket = forcesSocket
    }

    mutating func run() -> Int {
        let code = follow()
        if let route = context[LocalRoute.key], wasNoted {
            for handler in context.worker.looseRouteHandlers { handler(context, route.parameters) }
        }
        return code
    }

    private mutating func follow() -> Int {
        guard let found = Self.routes(of: context.message), !found.isEmpty else { return Outcome.notDriven }
        routes = found
        let isPreloaded = context.message.to?.tag == nil
        if !isPreloaded, let uri = try? SIPURI.parse(context.target.uri ?? context.message.requestURI ?? ""),
            isLocal(uri)
        {
            return afterStrictRouter(uri)
        }
        return followRoutes(isPreloaded: isPreloaded)
    }

    // MARK: - The previous hop is a loose router

    private mutating func followRoutes(isPreloaded: Bool) -> Int {
        let first = routes[0]
        guard isLocal(first.uri) else {
            // Not ours: the request goes on as its Route says.
            setNextHop(0, removing: 0)
            return Outcome.driven
        }
        note(first.uri)
        var count = 1
        if first.uri.parameter(named: "r2") != .absent, routes.count > 1, isLocal(routes[1].uri) {
            count = 2
            if forcesSocket { useSocket(of: routes[1].uri) }
        }
        guard routes.count > count else {
            remove(upTo: count)
            return isPreloaded ? Outcome.preloaded : Outcome.driven
        }
        setNextHop(count, removing: count)
        return Outcome.driven
    }

    /// Sends the request towards a Route, after the ones before it were taken off.
    private func setNextHop(_ index: Int, removing count: Int) {
        let next = routes[index]
        context[LocalRoute.key]?.hasNext = true
        if next.uri.parameter(named: "lr") == .absent, next.uri.scheme != .tel {
            return passToStrictRouter(index)
        }
        context.target.destination = next.uri.raw
        remove(upTo: count)
    }

    /// The next hop is a strict router: its URI becomes the Request-URI, and the Request-URI the last Route.
    private func passToStrictRouter(_ index: Int) {
        let remote = context.target.uri ?? context.message.requestURI ?? ""
        context.edits.appendHeader("Route: <" + remote + ">\r\n")
        context.target.uri = routes[index].uri.raw
        remove(upTo: index + 1)
    }

    // MARK: - The previous hop is a strict router

    /// The Request-URI is our Record-Route: the last Route is where the request really goes.
    private mutating func afterStrictRouter(_ own: SIPURI) -> Int {
        note(own)
        var count = 0
        if own.parameter(named: "r2") != .absent, isLocal(routes[0].uri) {
            count = 1
            if forcesSocket { useSocket(of: routes[0].uri) }
        }
        guard routes.count > count else { return Outcome.driven }
        let next = routes[count]
        if next.uri.parameter(named: "lr") == .absent {
            context.target.uri = next.uri.raw
            remove(upTo: count + 1)
            return Outcome.driven
        }
        let last = routes[routes.count - 1]
        context.target.destination = next.uri.raw
        context.target.uri = last.uri.raw
        remove(upTo: count)
        removeLast()
        return Outcome.driven
    }

    // MARK: - Edits

    private func remove(upTo count: Int) {
        guard count > 0 else { return }
        let last = routes[count - 1]
        var handled: [Range<Int>] = []
        for route in routes[..<count] where route.field.range != last.field.range {
            if !handled.contains(route.field.range) {
                handled.append(route.field.range)
                context.edits.delete(route.field.range)
            }
        }
        if let next = last.nextInField {
            context.edits.delete(last.field.bodyRange.lowerBound..<next)
        } else {
            context.edits.delete(last.field.range)
        }
    }

    private func removeLast() {
        let last = routes[routes.count - 1]
        if let previous = last.previousEnd {
            context.edits.delete(previous..<last.field.bodyRange.upperBound)
        } else {
            context.edits.delete(last.field.range)
        }
    }

    // MARK: - Questions

    private func isLocal(_ uri: SIPURI) -> Bool {
        guard uri.scheme == .sip || uri.scheme == .sips else { return false }
        let transport = uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) }
        let usual: UInt16 = uri.scheme == .sips || transport?.isSecure == true ? 5061 : 5060
        return context.host.isLocal(host: uri.host, port: uri.port ?? usual, transport: transport)
    }

    private mutating func note(_ uri: SIPURI) {
        wasNoted = true
        context[LocalRoute.key] = LocalRoute(uri)
    }

    private func useSocket(of uri: SIPURI) {
        let transport = uri.parameter(named: "transport").text.flatMap { TransportProtocol($0.bytes) } ?? .udp
        let port = uri.port ?? transport.defaultPort.value
        let host = LocalHost.withoutBrackets(uri.host)
        context.target.socket = context.host.sockets.first {
            $0.transport == transport.carrier && $0.portText.value == port
                && (IPAddress(host.bytes) == $0.endpoint.address
                    || ByteString($0.hostText).equalsIgnoringCase(uri.host))
        }
    }

    /// Whether the request goes against the direction of the one that created the dialog: the From tag is not the one
    /// in our Route.
    ///
    /// Without such a Route it goes downstream.
    static func isUpstream(_ context: ScriptContext) -> Bool {
        guard let route = context[LocalRoute.key],
            let tag = ParameterList(route.parameters).value(named: "ftag").text
        else { return false }
        return context.message.from?.tag != tag
    }

    private static func routes(of message: SIPMessage) -> [Route]? {
        var routes: [Route] = []
        for field in message.headers(named: .route) {
            let values = Array(message.values(of: field))
            for (index, value) in values.enumerated() {
                guard let address = try? NameAddress.parse(value), address.isBracketed,
                    let uri = try? SIPURI.parse(address.uri)
                else {
                    return routes.isEmpty ? nil : routes
                }
                routes.append(
                    Route(
                        uri: uri, field: field,
                        nextInField: index + 1 < values.count ? values[index + 1].range.lowerBound : nil,
                        previousEnd: index > 0 ? values[index - 1].range.upperBound : nil))
            }
        }
        return routes
    }
}
