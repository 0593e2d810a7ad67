import SIPMessage
import ScriptEngine

/// What rtpengine last told about the call of a message (`$rtpestat`).
final class EngineStatistics {
    static let key = ContextKey<EngineStatistics>()

    /// The answer to "query" or "delete".
    let answer: BencodeValue

    init(_ answer: BencodeValue) {
        self.answer = answer
    }

    /// `RTP: 54846 bytes, 1447 packets, 0 errors; RTCP: …`, or nil when the answer holds no totals.
    var text: ByteString? {
        guard let totals = answer["totals"] else { return nil }
        let parts = ["RTP", "RTCP"].compactMap { name -> String? in
            guard let part = totals[name], let bytes = part["bytes"]?.number, let packets = part["packets"]?.number,
                let errors = part["errors"]?.number
            else { return nil }
            return "\(name): \(bytes) bytes, \(packets) packets, \(errors) errors"
        }
        return parts.count == 2 ? ByteString(parts.joined(separator: "; ")) : nil
    }
}

/// The sets that `set_rtpengine_set()` chose for a message.
final class SelectedSets {
    static let key = ContextKey<SelectedSets>()

    let first: Int
    let second: Int?

    init(_ first: Int, _ second: Int?) {
        self.first = first
        self.second = second
    }
}
