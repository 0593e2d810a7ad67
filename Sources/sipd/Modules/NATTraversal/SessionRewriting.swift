import NetworkAddress
import SIPMessage
import ScriptEngine

/// What `fix_nated_sdp()` changes (Kamailio: `ADD_ADIRECTION` and its like).
struct SessionRewriting: OptionSet {
    let rawValue: Int

    /// Adds `a=direction:active` to each medium.
    static let direction = SessionRewriting(rawValue: 1)
    /// Replaces the addresses of the `c=` lines.
    static let connections = SessionRewriting(rawValue: 2)
    /// Adds a line that keeps further proxies from relaying the media.
    static let noProxy = SessionRewriting(rawValue: 4)
    /// Replaces the address of the `o=` line.
    static let origin = SessionRewriting(rawValue: 8)

    /// Makes the changes; 1 when an address was replaced, 2 when none was.
    func apply(
        to session: SessionDescription, address: IPAddress, noProxyLine: ByteString, keepsOldAddresses: Bool,
        _ edits: inout MessageEdits
    ) -> Int {
        let lineEnd: ByteString = session.endsLine ? "" : "\r\n"
        if contains(.direction) {
            for end in session.streamEnds {
                edits.insert((end == session.end ? lineEnd : "") + "a=direction:active\r\n", before: end)
            }
        }
        if contains(.noProxy) { edits.insert(lineEnd + noProxyLine, before: session.end) }
        var isReplaced = false
        var replaced: [ByteString] = []
        if contains(.connections) { replaced += session.connections }
        if contains(.origin), let origin = session.origin { replaced.append(origin) }
        for old in isDisjoint(with: [.connections, .origin]) ? [] : session.controlAddresses {
            isReplaced = Self.replace(old, with: address, &edits) || isReplaced
        }
        for old in replaced where Self.replace(old, with: address, &edits) {
            isReplaced = true
            if keepsOldAddresses { edits.insert(lineEnd + "a=oldmediaip:" + old + "\r\n", before: session.end) }
        }
        return isReplaced ? 1 : 2
    }

    /// A medium on hold, at the unspecified address, stays on hold.
    private static func replace(_ old: ByteString, with address: IPAddress, _ edits: inout MessageEdits) -> Bool {
        guard let current = IPAddress(old.bytes), current.family == address.family, current != address,
            !current.isUnspecified
        else { return false }
        edits.replace(old.range, with: ByteString(address.description))
        return true
    }
}
