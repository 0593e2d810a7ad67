import SIPMessage
import Transport

/// What happens to bytes that are no SIP message: counted, logged at most now and then, and answered 400 where enough
/// is there to answer (RFC 3261 §16.3 item 1).
enum MalformedMessage {
    static func handle(_ bytes: [UInt8], _ error: SIPParseError, _ received: ReceivedFrom, _ worker: Worker) {
        worker.server.logger.debug(
            "malformed message dropped",
            metadata: ["peer.address": "\(received.source)", "transport": "\(received.transport)", "error": "\(error)"])
    }

    /// Whether the script may see a request: Kamailio drops one without the headers that identify it, of another
    /// version, or with a Request-URI that is not set off by single spaces.
    static func canBeRouted(_ message: SIPMessage) -> Bool {
        if let via = message.topVia, !via.isVersion2 { return false }
        return !message.defects.contains { defect in
            switch defect.kind {
            case .missingHeader:
                switch defect.header {
                case .via, .from, .to, .callID, .cseq: true
                default: false
                }
            case .badValue(.unterminated): defect.header == .from || defect.header == .to
            case .badValue: defect.header == .via
            case .unsupportedVersion, .badRequestURI: true
            case .duplicateHeader, .badHeaderLine, .cseqMethodMismatch, .uriTooLong, .unterminatedHeaders,
                .bodyShorterThanContentLength:
                false
            }
        }
    }
}
