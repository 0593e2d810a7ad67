extension SIPMessage {
    /// The digest credentials for a realm in Authorization or Proxy-Authorization headers.
    ///
    /// - Parameters:
    ///   - name: `.authorization` or `.proxyAuthorization`.
    ///   - realm: compared with case; nil takes the first digest credentials.
    /// - Returns: the header field and its credentials; nil if there are none that can be read.
    package func credentials(
        _ name: HeaderName, realm: ByteString? = nil
    ) -> (field: HeaderField, credentials: Credentials)? {
        guard has(name) else { return nil }
        for field in headers where field.name == name {
            guard let credentials = try? Credentials.parse(text(of: field)), credentials.isDigest else { continue }
            if realm == nil || credentials.realm == realm { return (field, credentials) }
        }
        return nil
    }
}
