package import SIPMessage

/// Reason phrases of the statuses that this server makes up itself.
package enum ReasonPhrase {
    /// The usual phrase, or nil for a status that this server does not make up.
    package static func of(_ status: Int) -> ByteString? {
        switch status {
        case 100: "Trying"
        case 401: "Unauthorized"
        case 407: "Proxy Authentication Required"
        case 408: "Request Timeout"
        case 480: "Temporarily Unavailable"
        case 487: "Request Terminated"
        case 503: "Service Unavailable"
        default: nil
        }
    }
}
