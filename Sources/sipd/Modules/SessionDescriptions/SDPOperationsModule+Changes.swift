import ModuleInterface
import SIPMessage
import ScriptEngine

extension SDPOperationsModule {
    private static let routes: RouteMask = [.request, .branch, .failure, .local, .onReply, .coreReply]

    /// Functions that take codecs out.
    static var codecChanges: [Function] {
        [
            change("sdp_remove_codecs_by_id", "Takes payload types out of the media, or of those of a kind.", "0,8") {
                editing, types, media, edits in
                _ = editing.remove({ _ in Set(types) }, media: media, &edits)
                return 1
            },
            change("sdp_remove_codecs_by_name", "Takes codecs out of the media, or of those of a kind.", "PCMU") {
                editing, names, media, edits in
                let count = editing.remove(
                    { Set(CodecNames.payloadTypes(named: names, in: $0)) }, media: media, &edits)
                return count > 0 ? 1 : -1
            },
            change("sdp_keep_codecs_by_id", "Takes all other payload types out.", "0,8") {
                editing, types, media, edits in
                _ = editing.remove({ Set($0.formats).subtracting(types) }, media: media, &edits)
                return 1
            },
            change("sdp_keep_codecs_by_name", "Takes all other codecs out; -1 when none of these is there.", "PCMU") {
                editing, names, media, edits in
                let isThere = editing.document.streams.contains {
                    !CodecNames.payloadTypes(named: names, in: $0).isEmpty
                }
                guard isThere else { return -1 }
                _ = editing.remove(
                    { Set($0.formats).subtracting(CodecNames.payloadTypes(named: names, in: $0)) }, media: media,
                    &edits)
                return 1
            },
        ]
    }

    private static func change(
        _ name: String, _ summary: String, _ example: String,
        _ apply:
            @escaping @Sendable (SessionEditing, [ByteString], _ media: ByteString?, inout MessageEdits) -> Int
    ) -> Function {
        Function(
            name, [.format, .format], required: 1, routes: routes, summary: summary, example: "\(name)(\"\(example)\");"
        ) { _, arguments in
            { context in
                guard let document = document(context) else { return .failure }
                let media = arguments.count > 1 ? arguments[1].text(in: context) : nil
                let values = list(arguments[0], context)
                guard !values.isEmpty else { return .failure }
                return .code(apply(SessionEditing(document: document), values, media, &context.edits))
            }
        }
    }

    /// Functions that take media or lines out.
    static var streamChanges: [Function] {
        [
            streams("sdp_remove_media", "Takes media of a kind out.", "video") { $0.media == $1 },
            streams("sdp_remove_transport", "Takes media with a transport out.", "RTP/AVP") { $0.transport == $1 },
            Function(
                "sdp_remove_line_by_prefix", [.format, .format], required: 1, routes: routes,
                summary: "Takes lines out that begin with a text, of all of the SDP or of the media of a kind.",
                example: "sdp_remove_line_by_prefix(\"a=X-\");"
            ) { _, arguments in
                { context in
                    guard let document = document(context) else { return .failure }
                    let media = arguments.count > 1 ? arguments[1].text(in: context) : nil
                    let prefix = arguments[0].text(in: context)
                    SessionEditing(document: document).removeLines(prefix, media: media, &context.edits)
                    return .success
                }
            },
        ]
    }

    private static func streams(
        _ name: String, _ summary: String, _ example: String,
        _ isMeant: @escaping @Sendable (SessionDocument.Stream, ByteString) -> Bool
    ) -> Function {
        Function(name, [.format], routes: routes, summary: summary, example: "\(name)(\"\(example)\");") {
            _, arguments in
            { context in
                let text = arguments[0].text(in: context)
                guard let document = document(context), !text.isEmpty else { return .failure }
                let count = SessionEditing(document: document).removeStreams(&context.edits) { isMeant($0, text) }
                return count > 0 ? .success : .failure
            }
        }
    }
}
