import SIPMessage

/// A URI hidden in the user part of another: `sip:prefix*user*password*host*port*transport@host`
/// (Kamailio: siputils `encode_contact()`).
struct ContactEncoding {
    /// What stands between the fields (`contact_flds_separator`).
    let separator: UInt8

    /// Hides a URI; nil when a field holds the separator, since it could not be found again.
    func encode(_ uri: SIPURI, prefix: ByteString, host: ByteString) -> ByteString? {
        let port = uri.port.map { ByteString(integer: Int($0)) } ?? ""
        let transport = uri.parameter(named: "transport").text ?? ""
        let fields = [prefix, uri.user ?? "", uri.password ?? "", uri.host, port, transport]
        guard !fields.contains(where: { $0.contains(separator) }) else { return nil }
        let mark = ByteString([separator])
        return uri.scheme.bytes + ":" + fields.dropFirst().reduce(fields[0]) { $0 + mark + $1 } + "@" + host
    }

    /// Why a URI cannot be decoded.
    enum Problem: Error {
        /// It has not the six fields.
        case notEncoded
        /// The fields are no URI.
        case malformed
    }

    /// Finds a hidden URI.
    func decode(_ uri: SIPURI) throws(Problem) -> ByteString {
        var text = uri.user ?? ""
        if let password = uri.password { text += ":" + password }
        let fields = text.split(on: separator)
        guard fields.count == 6 else { throw .notEncoded }
        var result = uri.scheme.bytes + ":" + fields[1]
        if !fields[2].isEmpty { result += ":" + fields[2] }
        if !fields[1].isEmpty { result += "@" }
        result += fields[3]
        if !fields[4].isEmpty { result += ":" + fields[4] }
        if !fields[5].isEmpty { result += ";transport=" + fields[5] }
        guard let decoded = try? SIPURI.parse(result), !decoded.host.isEmpty else { throw .malformed }
        return result
    }
}
