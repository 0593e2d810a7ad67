import ControlProtocol
import NetworkAddress
import SIPMessage
import ScriptEngine
import Synchronization
import Transport

/// One media relay: where it is controlled, and whether it answers.
///
/// Its state is shared by all workers and survives a reload of the sets.
final class RelayNode: Sendable {
    /// The text of the configuration, without the weight: `udp:192.0.2.1:2223`.
    let url: String
    /// Where its control socket is.
    let target: ResolutionTarget
    /// `host:port`, for variables.
    let place: String
    private let state = Mutex(State())

    /// Whether it is used.
    struct State: Sendable {
        /// Taken out by an operator, until one puts it back.
        var isOut = false
        /// It did not answer, and is not asked before this second; nil when it answers.
        var disabledUntil: Int?
    }

    /// The longest text of a control socket.
    private static let lengthMax = 255

    /// Reads `udp:host:port` or `udp6:host:port`; without a protocol it is UDP.
    init(_ url: ByteString) throws(ScriptError) {
        func failure(_ hint: String) -> ScriptError {
            ScriptError("'\(url)' is no control socket of a media relay", hint: hint)
        }
        guard url.count <= Self.lengthMax else { throw failure("it is longer than \(Self.lengthMax) bytes") }
        var rest = url
        if rest.hasPrefix("udp6:") {
            rest = rest.dropFirst(5)
        } else if rest.hasPrefix("udp:") {
            rest = rest.dropFirst(4)
        } else if rest.hasPrefix("unix:") || rest.hasPrefix("/") || rest.hasPrefix("ws:") || rest.hasPrefix("wss:") {
            throw failure("only UDP is there: write udp:host:port")
        }
        guard let colon = rest.lastIndex(of: UInt8(ascii: ":")), let port = Port(rest.bytes[(colon + 1)...]),
            port.value != 0
        else { throw failure("write udp:host:port") }
        var host = ByteString(rest.bytes[..<colon])
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") { host = host.dropFirst().dropLast() }
        guard let target = ResolutionTarget(host: host, port: port, transport: .udp) else {
            throw failure("'\(host)' is neither an address nor a name")
        }
        self.url = url.string
        self.target = target
        place = rest.string
    }

    /// The present state.
    var current: State { state.withLock { $0 } }

    /// It answered.
    func noteAnswer() {
        state.withLock { $0.disabledUntil = nil }
    }

    /// It did not answer, and is left alone for a time; true when it was in use until now.
    func noteSilence(until second: Int) -> Bool {
        state.withLock { state in
            let wasInUse = state.disabledUntil == nil
            state.disabledUntil = second
            return wasInUse
        }
    }

    /// An operator takes it out, or puts it back.
    func setOut(_ isOut: Bool) {
        state.withLock { $0.isOut = isOut }
    }
}

/// A node as a member of a set.
struct RelayMember: Sendable {
    let node: RelayNode
    let weight: Int
    /// Whether rows of the database say that it is out of use.
    var isDisabled = false
}

extension RelayMember {
    /// The member as methods show it.
    func row(set: Int, index: Int, at now: Int) -> JSONValue {
        let state = node.current
        let isOut = state.isOut || isDisabled
        let disabled = isOut ? "1(permanent)" : state.disabledUntil == nil ? "0" : "1"
        let seconds = state.disabledUntil.map { max(0, $0 - now) } ?? 0
        return [
            "url": .string(node.url), "set": .integer(Int64(set)), "index": .integer(Int64(index)),
            "weight": .integer(Int64(weight)), "disabled": .string(disabled),
            "recheck_ticks": .string(isOut ? "N/A" : "\(seconds)"),
        ]
    }
}
