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
}
