/// A header name with a case of its own, or `.other`.
///
/// All of RFC 3261 and its common extensions. Order of the cases is that of `texts`.
package enum HeaderName: UInt8, CaseIterable, Hashable, Sendable {
    case via, from, to, callID, cseq, contact, maxForwards, contentLength, contentType, route, recordRoute, expires
    case authorization, proxyAuthorization, wwwAuthenticate, proxyAuthenticate, authenticationInfo, accept
    case acceptContact, acceptEncoding, acceptLanguage, acceptResourcePriority, alertInfo, allow, allowEvents
    case answerMode, callInfo, contentDisposition, contentEncoding, contentLanguage, date, diversion, errorInfo
    case event, featureCaps, flowTimer, geolocation, historyInfo, identity, identityInfo, inReplyTo, infoPackage
    case join, maxBreadth, mimeVersion, minExpires, minSE, organization, pAccessNetworkInfo, pAssertedIdentity
    case pAssertedService, pAssociatedURI, pCalledPartyID, pChargingFunctionAddresses, pChargingVector, pEarlyMedia
    case pPreferredIdentity, pPreferredService, pServedUser, pVisitedNetworkID, path, permissionMissing
    case policyContact, priority, privacy, proxyRequire, rAck, reason, recvInfo, referSub, referTo, referredBy
    case rejectContact, remotePartyID, replaces, replyTo, requestDisposition, require, resourcePriority, retryAfter
    case rSeq, securityClient, securityServer, securityVerify, server, serviceRoute, sessionExpires, sessionID
    case sipETag, sipIfMatch, subject, subscriptionState, supported, targetDialog, timestamp, triggerConsent
    case unsupported, userAgent, userToUser, warning
    /// A header that has no case here; its name must be compared as bytes.
    case other

    /// Names the header that a full or compact name spells, without regard to case.
    package init(_ name: ByteString) {
        let span = name.bytes.span
        self = HeaderName.table.lookup(span, 0, span.count)
    }

    /// The name as it is usually written; empty for `.other`.
    package var text: String { HeaderName.texts[Int(rawValue)] }

    /// The name as it is usually written, as bytes; empty for `.other`.
    package var bytes: ByteString { ByteString(text) }

    /// The one-letter form (RFC 3261 §7.3.3), if the header has one.
    package var compactForm: UInt8? {
        HeaderName.compactForms.first { $0.name == self }?.letter
    }

    static let texts: [String] = [
        "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Content-Length", "Content-Type",
        "Route", "Record-Route", "Expires", "Authorization", "Proxy-Authorization", "WWW-Authenticate",
        "Proxy-Authenticate", "Authentication-Info", "Accept", "Accept-Contact", "Accept-Encoding",
        "Accept-Language", "Accept-Resource-Priority", "Alert-Info", "Allow", "Allow-Events", "Answer-Mode",
        "Call-Info", "Content-Disposition", "Content-Encoding", "Content-Language", "Date", "Diversion",
        "Error-Info", "Event", "Feature-Caps", "Flow-Timer", "Geolocation", "History-Info", "Identity",
        "Identity-Info", "In-Reply-To", "Info-Package", "Join", "Max-Breadth", "MIME-Version", "Min-Expires",
        "Min-SE", "Organization", "P-Access-Network-Info", "P-Asserted-Identity", "P-Asserted-Service",
        "P-Associated-URI", "P-Called-Party-ID", "P-Charging-Function-Addresses", "P-Charging-Vector",
        "P-Early-Media", "P-Preferred-Identity", "P-Preferred-Service", "P-Served-User", "P-Visited-Network-ID",
        "Path", "Permission-Missing", "Policy-Contact", "Priority", "Privacy", "Proxy-Require", "RAck", "Reason",
        "Recv-Info", "Refer-Sub", "Refer-To", "Referred-By", "Reject-Contact", "Remote-Party-ID", "Replaces",
        "Reply-To", "Request-Disposition", "Require", "Resource-Priority", "Retry-After", "RSeq",
        "Security-Client", "Security-Server", "Security-Verify", "Server", "Service-Route", "Session-Expires",
        "Session-ID", "SIP-ETag", "SIP-If-Match", "Subject", "Subscription-State", "Supported", "Target-Dialog",
        "Timestamp", "Trigger-Consent", "Unsupported", "User-Agent", "User-to-User", "Warning", "",
    ]

    static let compactForms: [(letter: UInt8, name: HeaderName)] = [
        (0x61, .acceptContact), (0x62, .referredBy), (0x63, .contentType), (0x64, .requestDisposition),
        (
            0x65,
            .contentEncoding
        ), (0x66, .from), (0x69, .callID), (0x6A, .rejectContact), (0x6B, .supported),
        (
            0x6C,
            .contentLength
        ), (0x6D, .contact), (0x6E, .identityInfo), (0x6F, .event), (0x72, .referTo), (0x73, .subject),
        (0x74, .to), (0x75, .allowEvents), (0x76, .via), (0x78, .sessionExpires), (0x79, .identity),
    ]

    static let table = HeaderNameTable()
}

extension HeaderName: CustomStringConvertible {
    package var description: String { self == .other ? "(other)" : text }
}
