import SIPMessage
import ScriptEngine

/// What `$uac_req(…)` holds: the description of a request to be sent, and in `event_route[uac:reply]` its outcome.
final class UACRequest {
    static let key = ContextKey<UACRequest>()
    /// The event route that runs when the response of a request with `evroute` has come.
    static let eventRoute = "uac:reply"

    /// The parts, by their names in the script.
    enum Part: String, CaseIterable {
        case method, ruri, furi, turi, ouri, hdrs, body, callid, cseqno, sock
        case auser, apasswd, arealm
        case evroute, evcode, evtype, evparam
        case all
    }

    private var values: [Part: ScriptValue] = [:]

    /// The description of a message, made when first asked for.
    static func of(_ context: ScriptContext) -> UACRequest {
        if let request = context[key] { return request }
        let request = UACRequest()
        context[key] = request
        return request
    }

    subscript(_ part: Part) -> ScriptValue {
        get { values[part] ?? .null }
        set {
            if part == .all {
                // $uac_req(all) is only ever deleted.
                if newValue.isNull { values = [:] }
            } else {
                values[part] = newValue.isNull ? nil : newValue
            }
        }
    }

    /// The text of a part; nil when it is unset or empty.
    func text(_ part: Part) -> ByteString? {
        let text = self[part].text
        return text.isEmpty ? nil : text
    }
}
