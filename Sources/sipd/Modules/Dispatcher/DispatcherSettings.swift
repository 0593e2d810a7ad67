import ModuleInterface
import SIPMessage
import ScriptEngine

/// The parameters of the module, checked.
struct DispatcherSettings: Sendable {
    /// Which destinations are asked with OPTIONS (`ds_probing_mode`).
    enum Probing: Int {
        /// Those in probing state, once.
        case flagged = 0
        /// All.
        case all = 1
        /// Those that are inactive and in probing state.
        case inactive = 2
        /// Those in probing state, again and again.
        case onlyFlagged = 3
    }

    /// Whether only the user counts for hashes over URIs (`flags` 1).
    let hashesUserOnly: Bool
    /// Whether the other destinations are kept for when the chosen one fails (`flags` 2).
    let hasFailover: Bool
    /// Whether `$du` may be replaced.
    let forcesDestination: Bool
    let records: DestinationRecords
    let thresholds: SetState.Thresholds
    let pingSeconds: Int
    let pingMethod: ByteString
    let pingFrom: ByteString
    let goodReplies: ReplyCodes
    let probing: Probing
    let hasLatency: Bool
    /// What the latency estimate keeps of itself at each answer.
    let estimateWeight: Double
    let outboundProxy: ByteString?
    let defaultSocket: ByteString?
    /// Whether calls are counted (`ds_hash_size`).
    let countsCalls: Bool
    let callCheckSeconds: Int
    /// Seconds between resolutions of the names; 0 for only at the start.
    let resolveSeconds: Int

    init(_ parameters: ModuleParameters) throws(ScriptError) {
        let flags = parameters.integer("flags")
        hashesUserOnly = flags & 1 != 0
        hasFailover = flags & 2 != 0
        forcesDestination = parameters.flag("force_dst")
        records = try DestinationRecords(parameters)
        thresholds = SetState.Thresholds(
            failures: parameters.integer("ds_probing_threshold"), answers: parameters.integer("ds_inactive_threshold"))
        pingSeconds = parameters.integer("ds_ping_interval")
        pingMethod = parameters.string("ds_ping_method") ?? "OPTIONS"
        pingFrom = parameters.string("ds_ping_from") ?? ""
        goodReplies = try ReplyCodes(parameters.string("ds_ping_reply_codes") ?? "")
        probing = Probing(rawValue: parameters.integer("ds_probing_mode")) ?? .flagged
        hasLatency = parameters.flag("ds_ping_latency_stats")
        estimateWeight = Double(parameters.integer("ds_latency_estimator_alpha")) / 1000
        outboundProxy = parameters.string("outbound_proxy")
        defaultSocket = parameters.string("ds_default_sockname") ?? parameters.string("ds_default_socket")
        countsCalls = parameters.integer("ds_hash_size") > 0
        callCheckSeconds = parameters.integer("ds_hash_check_interval")
        resolveSeconds = parameters.integer("ds_dns_mode") == 0 ? 0 : parameters.integer("ds_dns_interval")
        guard let from = try? SIPURI.parse(pingFrom), from.scheme == .sip || from.scheme == .sips else {
            throw ScriptError("parameter 'ds_ping_from': '\(pingFrom)' is not a SIP URI")
        }
        switch Method(pingMethod) {
        case .invite, .ack, .cancel:
            throw ScriptError("parameter 'ds_ping_method': \(pingMethod) cannot be sent alone")
        default: break
        }
    }
}

/// The status codes of answers that show that a destination works, besides 200: `class=2;code=404`.
struct ReplyCodes: Sendable, Equatable {
    private var classes: Set<Int> = []
    private var codes: Set<Int> = [200]

    init(_ text: ByteString) throws(ScriptError) {
        let parts = text.bytes.split { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }
        for part in parts.map({ ByteString($0).trimmed() }) where !part.isEmpty {
            let sides = part.split(on: UInt8(ascii: "=")).map { $0.trimmed() }
            switch (sides.first, sides.last?.integerValue) {
            case ("class", let number?) where sides.count == 2 && (1...6).contains(number): classes.insert(number)
            case ("code", let number?) where sides.count == 2 && (100...699).contains(number): codes.insert(number)
            case (_, let number?) where sides.count == 1 && (100...699).contains(number): codes.insert(number)
            default:
                throw ScriptError(
                    "parameter 'ds_ping_reply_codes': '\(part)' is no status", hint: "write class=2;code=404")
            }
        }
    }

    func contains(_ status: Int) -> Bool { codes.contains(status) || classes.contains(status / 100) }
}
