package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `sdpops`: questions about SDP, and changes of it.
package struct SDPOperationsModule: ScriptModule {
    /// There is nothing to configure.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {}

    /// What the module offers.
    package static var description: ModuleDescription<SDPOperationsModule> {
        ModuleDescription(
            name: "sdpops", summary: "Questions about SDP, and changes of it.",
            functions: questions + contents + codecChanges + streamChanges, variables: [sessionVariable])
    }

    private static var sessionVariable: VariableDescription<SDPOperationsModule> {
        VariableDescription(
            ["sdp"], inner: .required, summary: "`body`, or `sess_version` of the o= line, where -1 counts it up"
        ) { _, reference throws(ScriptError) in
            switch reference.inner?.string {
            case "body":
                return ScriptVariable(source: "$sdp(body)") { context in
                    SessionBody(context.message).map { .string($0.text) } ?? .null
                }
            case "sess_version":
                return ScriptVariable(
                    source: "$sdp(sess_version)",
                    read: { version($0).map { .string($0) } ?? .null },
                    write: { context, value in
                        guard let old = version(context) else { return false }
                        var next = value.text
                        if value.text.integerValue == -1 {
                            let (sum, isTooBig) = (old.integerValue ?? 0).addingReportingOverflow(1)
                            guard !isTooBig else { return false }
                            next = ByteString(integer: sum)
                        }
                        guard let number = next.integerValue, number >= 0 else { return false }
                        context.edits.replace(old.range, with: next)
                        return true
                    })
            default:
                throw ScriptError(
                    "'$sdp(\(reference.inner ?? ""))' is unknown", hint: "body and sess_version are there")
            }
        }
    }

    /// The third word of the o= line.
    private static func version(_ context: ScriptContext) -> ByteString? {
        guard let body = SessionBody(context.message), let origin = SessionDocument(body.text)?.origin else {
            return nil
        }
        let words = origin.value.bytes.split(separator: 0x20)
        return words.count > 2 ? ByteString(words[2]) : nil
    }
}
