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
        expires = UInt32(clamping: record.expires ?? 0)
        lastModified = UInt32(clamping: record.lastModified ?? 0)
        cseq = UInt32(clamping: record.cseq)
        flags = UInt32(truncatingIfNeeded: record.flags)
        branchFlags = UInt32(truncatingIfNeeded: record.branchFlags)
        methods = record.methods.map { UInt32(truncatingIfNeeded: $0) } ?? Contact.allMethods
        registrationID = UInt32(clamping: record.regID)
        q = record.q < 0 ? -1 : Int16(clamping: Int((record.q * 1000).rounded()))
        state = .synchronized
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
