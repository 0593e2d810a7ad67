import SIPMessage
import Testing

@testable import SessionDescriptionsModule

@Suite struct SessionDocumentTests {
    private static let body =
        "v=0\r\no=- 1 7 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9/127\r\nt=0 0\r\nm=audio 4000/2 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\nm=video 5000 RTP/SAVP 96\nc=IN IP6 ::1\na=rtpmap:96 H264/90000\nm=text 0 RTP/AVP 98\r\na=inactive"

    private static func message() throws -> SIPMessage {
        let head = "INVITE sip:x@y SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n"
        return try SIPMessage.parse(Array((head + body).utf8))
    }

    private static func document(_ message: SIPMessage) throws -> SessionDocument {
        try #require(SessionDocument(message.body))
    }

    @Test func `lines belong to the session or to a medium`() throws {
        let document = try Self.document(Self.message())
        #expect(document.sessionLines.count == 5)
        #expect(document.streams.map(\.media.string) == ["audio", "video", "text"])
        #expect(document.streams.map(\.port.string) == ["4000", "5000", "0"])
        #expect(document.streams[0].formats.map(\.string) == ["0", "8", "101"])
        #expect(document.streams.map(\.isActive) == [true, true, false])
        #expect(document.connection?.address == "10.0.0.9")
        #expect(document.streams[1].connection?.addressFamily == "IP6")
        #expect(document.origin?.address == "10.0.0.9")
    }

    @Test(arguments: ["", "x", "m=audio\r\n", "v"] as [ByteString])
    func `what does not begin as SDP is none`(_ text: ByteString) {
        #expect(SessionDocument(text) == nil)
    }

    @Test(
        arguments: ["v=\r\nm=\r\nc=\r\na=", "v=0\nm=audio\nm=audio x\nc=IN IP4\no=\n\n=\n", "v=0\r\nc=IN IP4 /\r\n"]
            as [ByteString])
    func `broken lines do no harm`(_ text: ByteString) throws {
        let document = try #require(SessionDocument(text))
        #expect(document.lines.allSatisfy { $0.address == nil })
    }

    @Test func `a document has a bound`() {
        #expect(SessionDocument("v=0\n" + ByteString(String(repeating: "a=x\n", count: 3000))) == nil)
    }

    @Test func `changes add up`() throws {
        let message = try Self.message()
        let editing = SessionEditing(document: try Self.document(message))
        var edits = MessageEdits()
        #expect(editing.remove({ _ in ["0"] }, media: nil, &edits) == 1)
        let names = { (stream: SessionDocument.Stream) in
            Set(CodecNames.payloadTypes(named: ["Telephone-Event", "PCMA"], in: stream))
        }
        #expect(editing.remove(names, media: "audio", &edits) == 2)
        #expect(editing.removeStreams(&edits) { $0.media == "text" } == 1)
        editing.removeLines("c=", media: "video", &edits)
        let changed = try SIPMessage.parse(edits.apply(to: message))
        #expect(
            changed.body.string
                == "v=0\r\no=- 1 7 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9/127\r\nt=0 0\r\nm=audio 4000/2 RTP/AVP\r\nm=video 5000 RTP/SAVP 96\na=rtpmap:96 H264/90000\n"
        )
    }

    @Test func `fixed names count where no line says otherwise`() throws {
        let document = try #require(
            SessionDocument("v=0\r\nm=audio 1 RTP/AVP 0 8 9\r\na=rtpmap:8 SPEEX/8000\r\n"))
        #expect(CodecNames.payloadTypes(named: ["pcmu"], in: document.streams[0]) == ["0"])
        #expect(CodecNames.payloadTypes(named: ["PCMA"], in: document.streams[0]).isEmpty)
        #expect(CodecNames.payloadTypes(named: ["speex", "g722"], in: document.streams[0]) == ["8", "9"])
    }
}
