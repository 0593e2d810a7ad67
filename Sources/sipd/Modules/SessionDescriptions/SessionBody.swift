package import SIPMessage
import TextOperationsModule

/// The SDP of a message: its body, or the part of that type in a body of several.
package struct SessionBody {
    /// The SDP; its bytes stand in the message.
    package let text: ByteString

    /// Finds the SDP; nil when there is none.
    package init?(_ message: SIPMessage) {
        guard !message.bodyRange.isEmpty, let type = message.firstText(.contentType) else { return nil }
        if let multipart = MultipartBody(message) {
            guard let part = multipart.part(ofType: "application/sdp"), !part.body.isEmpty else { return nil }
            text = part.body
            return
        }
        guard type.lowercased().hasPrefix("application/sdp") else { return nil }
        text = message.body
    }

    /// Puts another SDP in its place.
    package func replace(with text: ByteString, _ edits: inout MessageEdits) {
        edits.replace(self.text.range, with: text)
    }
}
