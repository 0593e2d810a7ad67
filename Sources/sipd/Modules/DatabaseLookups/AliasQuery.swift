import Database
import SIPMessage

/// The question for the aliases of an address, or for the address of an alias.
struct AliasQuery: Sendable {
    /// Which way a table is read, and by what.
    struct Mode: Sendable, Equatable {
        /// From the account to its alias (`r`).
        var isReverse = false
        /// Whether the domain counts too (`u`, not with `d`).
        var usesDomain: Bool

        /// Reads the flags of a call; letters that mean nothing are passed over, as Kamailio does.
        init(flags: ByteString, usesDomain: Bool) {
            self.usesDomain = usesDomain
            for flag in flags.lowercased().bytes {
                switch flag {
                case UInt8(ascii: "r"): isReverse = true
                case UInt8(ascii: "d"): self.usesDomain = false
                case UInt8(ascii: "u"): self.usesDomain = true
                default: break
                }
            }
        }
    }

    /// Names of the columns.
    struct Columns: Sendable {
        let user: SQLIdentifier
        let domain: SQLIdentifier
        let aliasUser: SQLIdentifier
        let aliasDomain: SQLIdentifier
    }

    /// More addresses for one alias than a request may have branches are of no use.
    static let countMax = 12

    let columns: Columns

    /// The addresses as URIs; blocking.
    ///
    /// Rows that make no URI are left out.
    func fetch(
        _ address: LookupAddress, _ mode: Mode, from table: SQLIdentifier, by connection: any DatabaseConnection
    ) throws(DatabaseError) -> [ByteString] {
        let key = mode.isReverse ? (columns.user, columns.domain) : (columns.aliasUser, columns.aliasDomain)
        let value = mode.isReverse ? (columns.aliasUser, columns.aliasDomain) : (columns.user, columns.domain)
        var sql = "SELECT \(value.0.quoted), \(value.1.quoted) FROM \(table.quoted) WHERE \(key.0.quoted) = ?"
        var parameters: [DatabaseValue] = [.text(address.user.string)]
        if mode.usesDomain {
            sql += " AND \(key.1.quoted) = ?"
            parameters.append(.text(address.domain.string))
        }
        return try connection.rows(sql + " LIMIT \(Self.countMax)", parameters).compactMap(Self.uri)
    }

    private static func uri(_ row: DatabaseRow) -> ByteString? {
        guard let user = row[0].text, let domain = row[1].text, !user.isEmpty, !domain.isEmpty else { return nil }
        let uri = ByteString("sip:" + user + "@" + domain)
        return (try? SIPURI.parse(uri)) == nil ? nil : uri
    }
}
