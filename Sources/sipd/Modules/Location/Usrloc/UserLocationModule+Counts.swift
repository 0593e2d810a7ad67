import ControlProtocol
import Database
import ModuleInterface

extension UserLocationModule {
    /// `ul.db_*`: how many rows the database has.
    static var countMethods: [ModuleMethod<UserLocationModule>] {
        [
            count("ul.db_users", "Counts the addresses of record in the database.", .users),
            count("ul.db_contacts", "Counts the contacts in the database.", .contacts),
            count("ul.db_expired_contacts", "Counts the contacts in the database that have ended.", .expired),
        ]
    }

    private enum Subject {
        case users
        case contacts
        case expired
    }

    private static func count(
        _ name: String, _ summary: String, _ subject: Subject
    ) -> ModuleMethod<UserLocationModule> {
        ModuleMethod(
            MethodDescription(
                name, parameters: [tableParameter], summary: summary,
                doc: """
                    A number. Faults: 500 "Command is not supported in db_mode=0", 500 "Not enough parameters (table \
                    to lookup)", 500 when the database does not answer.
                    """,
                example: "sipcmd \(name) location")
        ) { module in
            { call throws(MethodFault) in
                let location = module.location
                guard location.settings.storage != .memory, let pool = location.settings.pool else {
                    throw .failed("Command is not supported in db_mode=0")
                }
                guard let text = try call.optionalString(0, named: "table"), let table = SQLIdentifier(text) else {
                    throw .failed("Not enough parameters (table to lookup)")
                }
                let (now, usesDomain) = (location.now, location.settings.usesDomain)
                do {
                    return .value(
                        JSONValue(
                            try await location.server.databases.run {
                                try pool.withConnection { connection in
                                    let rows = LocationTable(connection, table: table)
                                    switch subject {
                                    case .users: return try rows.countUsers(byDomain: usesDomain)
                                    case .contacts: return try rows.count()
                                    case .expired: return try rows.count(endedBefore: Int64(now))
                                    }
                                }
                            }))
                } catch {
                    throw .failed("Failed to query \(subject == .users ? "AoR" : "contact") count: \(error)")
                }
            }
        }
    }
}
