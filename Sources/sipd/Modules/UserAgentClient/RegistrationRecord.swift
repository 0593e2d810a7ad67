import Database
import SIPMessage

/// A registration at another server, as the table has it.
struct RegistrationRecord: Sendable, Equatable {
    /// Its id, which is also the user of the Contact unless `contactUser` says otherwise.
    var identifier: ByteString
    /// Who calls for the registered user are for, here.
    var localUser: ByteString = ""
    var localDomain: ByteString = ""
    /// Who is registered, there.
    var remoteUser: ByteString = ""
    var remoteDomain: ByteString = ""
    /// The realm that credentials are given for; empty for any.
    var realm: ByteString = ""
    var authUser: ByteString = ""
    var password: ByteString = ""
    /// The HA1, instead of the password.
    var ha1: ByteString = ""
    /// The URI that requests are sent to instead of the domain; empty for the domain.
    var proxy: ByteString = ""
    var expiresSeconds = 0
    /// Whether it is not to be made (flag 1).
    var isDisabled = false
    /// Seconds after the start before it is made.
    var delaySeconds = 0
    /// Host and port of the Contact.
    var contactAddress: ByteString = ""
    var contactUser: ByteString = ""
    /// The socket to send from; empty for the default.
    var socket: ByteString = ""

    /// A row that cannot be used, and why.
    struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        let identifier: String
        let reason: String

        var description: String { "registration '\(identifier)': \(reason)" }
    }

    /// Longest time that a registration may be asked for, a year.
    static let expiresSecondsMax = 31_536_000

    /// Checks what requests are made of.
    ///
    /// - Throws: `Problem` with the first field that cannot be used.
    func check() throws(Problem) {
        func problem(_ reason: String) -> Problem { Problem(identifier: identifier.string, reason: reason) }
        guard !identifier.isEmpty else { throw problem("l_uuid is empty") }
        guard (0...Self.expiresSecondsMax).contains(expiresSeconds) else {
            throw problem("expires \(expiresSeconds) is not from 0 to \(Self.expiresSecondsMax)")
        }
        guard (0...Self.expiresSecondsMax).contains(delaySeconds) else {
            throw problem("reg_delay \(delaySeconds) is not from 0 to \(Self.expiresSecondsMax)")
        }
        guard Self.isURI("sip:" + remoteUser + "@" + remoteDomain) else {
            throw problem("r_username '\(remoteUser)' and r_domain '\(remoteDomain)' make no URI")
        }
        guard proxy.isEmpty || Self.isURI(proxy) else { throw problem("auth_proxy '\(proxy)' is no SIP URI") }
        guard Self.isURI("sip:" + contactUser + "@" + contactAddress) else {
            throw problem("contact_addr '\(contactAddress)' is no host with a port")
        }
    }

    private static func isURI(_ text: ByteString) -> Bool {
        guard let uri = try? SIPURI.parse(text), uri.scheme == .sip || uri.scheme == .sips else { return false }
        return !text.bytes.contains { $0 <= 0x20 || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") }
    }
}

/// The table of registrations.
struct RegistrationTable: Sendable {
    /// The columns in the order in which they are read, with the parameters that rename them.
    static let columnNames = [
        "l_uuid", "l_username", "l_domain", "r_username", "r_domain", "realm", "auth_username", "auth_password",
        "auth_ha1", "auth_proxy", "expires", "flags", "reg_delay", "contact_addr", "socket",
    ]

    /// More rows than that are refused.
    static let countMax = 100_000

    let table: SQLIdentifier
    let columns: [SQLIdentifier]
    /// Host and port of the Contact when a row has none.
    let contactAddress: ByteString

    /// Reads all rows, or the one with an id; blocking.
    func records(
        identifier: ByteString? = nil, _ connection: any DatabaseConnection
    ) throws(DatabaseError) -> [RegistrationRecord] {
        let query = SelectQuery(columns: columns, from: table, where: identifier == nil ? [] : [columns[0]])
        let values = identifier.map { [DatabaseValue.text($0.string)] } ?? []
        return try connection.rows(query.sql + " LIMIT \(Self.countMax)", values).map(record)
    }

    private func record(_ row: DatabaseRow) -> RegistrationRecord {
        func text(_ index: Int) -> ByteString { ByteString(row[index].text ?? "") }
        func number(_ index: Int) -> Int { Int(clamping: row[index].integer ?? 0) }
        var record = RegistrationRecord(identifier: text(0))
        record.localUser = text(1)
        record.localDomain = text(2)
        record.remoteUser = text(3)
        record.remoteDomain = text(4)
        record.realm = text(5)
        record.authUser = text(6)
        record.password = text(7)
        record.ha1 = text(8)
        record.proxy = text(9)
        record.expiresSeconds = number(10)
        record.isDisabled = number(11) & 1 != 0
        record.delaySeconds = number(12)
        record.contactAddress = text(13).isEmpty ? contactAddress : text(13)
        record.contactUser = record.identifier
        record.socket = text(14)
        return record
    }
}
