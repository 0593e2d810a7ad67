import Database
import SIPMessage

extension Contact {
    /// Takes a row of the table.
    init(_ record: LocationRecord) {
        self.init(
            Texts(
                uri: ByteString(record.contact), ruid: ByteString(record.ruid), callID: ByteString(record.callID),
                received: ByteString(record.received ?? ""), path: ByteString(record.path ?? ""),
                userAgent: ByteString(record.userAgent), instance: ByteString(record.instance ?? ""),
                socket: ByteString(record.socket ?? "")))
        expires = Self.end(record.expires)
        lastModified = UInt32(clamping: record.lastModified ?? 0)
        cseq = UInt32(clamping: record.cseq)
        flags = UInt32(truncatingIfNeeded: record.flags)
        branchFlags = UInt32(truncatingIfNeeded: record.branchFlags)
        methods = record.methods.map { UInt32(truncatingIfNeeded: $0) } ?? Contact.allMethods
        registrationID = UInt32(clamping: record.regID)
        // Any number may stand in the column; only 0 to 1 is a preference.
        q = (0...1).contains(record.q) ? Int16((record.q * 1000).rounded()) : -1
        state = .synchronized
    }

    /// Only an explicit 0 is for ever; a row without a readable time has ended.
    private static func end(_ expires: Int64?) -> UInt32 {
        guard let expires, expires >= 0 else { return 1 }
        return UInt32(clamping: expires)
    }

    /// The row of the table for an address of record.
    func record(of aor: AddressOfRecord, serverID: Int64) -> LocationRecord {
        var record = LocationRecord(
            ruid: ruid.string, username: aor.username.string, domain: aor.domain.map(\.string) ?? "",
            contact: uri.string)
        record.received = received.isEmpty ? nil : received.string
        record.path = path.isEmpty ? nil : path.string
        record.expires = Int64(expires)
        record.q = q < 0 ? -1 : Double(q) / 1000
        record.callID = callID.string
        record.cseq = Int64(cseq)
        record.lastModified = Int64(lastModified)
        record.flags = Int64(flags)
        record.branchFlags = Int64(branchFlags)
        record.userAgent = userAgent.string
        record.socket = socket.isEmpty ? nil : socket.string
        record.methods = methods == Contact.allMethods ? nil : Int64(Int32(bitPattern: methods))
        record.instance = instance.isEmpty ? nil : instance.string
        record.regID = Int64(registrationID)
        record.serverID = serverID
        record.connectionID = connection == 0 ? -1 : Int64(Int32(truncatingIfNeeded: connection))
        return record
    }
}
