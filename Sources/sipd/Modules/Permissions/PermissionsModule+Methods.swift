import ControlProtocol
import ModuleInterface
import NetworkAddress
import SIPMessage

extension PermissionsModule {
    /// `permissions.*` of the address list.
    static var addressMethods: [ModuleMethod<PermissionsModule>] {
        [reloadMethod, dumpMethod, subnetMethod, domainMethod, checkMethod]
    }

    private static var reloadMethod: ModuleMethod<PermissionsModule> {
        ModuleMethod(
            MethodDescription(
                "permissions.addressReload",
                parameters: [
                    .init("validate", .boolean, optional: true, doc: "true checks all rows and changes nothing"),
                    .init(
                        "rollback", .boolean, optional: true,
                        doc: "true puts the list in use that was in use before the last reload"),
                ],
                summary: "Reads the address list again and puts it in use.",
                doc: """
                    Answers generation, counts by kind, added, removed, duration and joined. A row that cannot be used \
                    refuses the whole reload and is named; the list in use stays. Calls that come while a reload runs \
                    are answered together by the next one (joined). Over `ctl` and `jsonrpcs` the answer is Kamailio's text "Reload OK"; Kamailio \
                    refuses a reload within 5 s of another. With `validate`: good, bad, problems (id, problem).
                    """,
                example: "sipcmd permissions.addressReload", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let store = module.store else { throw MethodFault(500, "No address table") }
                do {
                    if try call.optionalBool(0, named: "validate") == true {
                        return .value(verdicts(try await store.validate()))
                    }
                    let result: (answer: AddressStore.Report, isJoined: Bool)
                    if try call.optionalBool(1, named: "rollback") == true {
                        guard let rolledBack = try await store.rollBack() else {
                            throw MethodFault(409, "there is no list to go back to", kind: "state")
                        }
                        result = rolledBack
                    } else {
                        result = try await store.reload()
                    }
                    module.publish("address", result.answer)
                    // Scripts for kamcmd look for this text.
                    if call.caller.isKamailioClient { return .value("Reload OK") }
                    return .value(answer(result.answer, isJoined: result.isJoined))
                } catch let fault as MethodFault {
                    throw fault
                } catch let refused as AddressStore.Refused {
                    throw refused.fault
                } catch {
                    throw MethodFault(500, "Reload failed. \(error)")
                }
            }
        }
    }

    private func publish(_ list: String, _ report: AddressStore.Report) {
        server.events.publish(
            "reload",
            [
                ("list", ByteString(list)), ("generation", ByteString(integer: report.generation)),
                ("added", ByteString(integer: report.added)), ("removed", ByteString(integer: report.removed)),
            ])
    }

    private static func answer(_ report: AddressStore.Report, isJoined: Bool) -> JSONValue {
        [
            "generation": .integer(Int64(report.generation)), "addresses": .integer(Int64(report.hosts)),
            "subnets": .integer(Int64(report.subnets)), "domains": .integer(Int64(report.domains)),
            "added": .integer(Int64(report.added)), "removed": .integer(Int64(report.removed)),
            "duration_ms": .integer(Int64(report.milliseconds)), "joined": .bool(isJoined),
        ]
    }

    private static func verdicts(_ result: (good: Int, problems: [AddressRowProblem])) -> JSONValue {
        let shown = result.problems.prefix(1000).map { problem -> JSONValue in
            ["id": .integer(problem.row), "problem": .string(problem.reason)]
        }
        return [
            "good": .integer(Int64(result.good)), "bad": .integer(Int64(result.problems.count)),
            "problems": .array(Array(shown)),
        ]
    }

    // MARK: - Lists

    private static var dumpMethod: ModuleMethod<PermissionsModule> {
        list("permissions.addressDump", "The hosts of the address list.", fault: "No address table") { number, entry in
            guard case .prefix(let prefix) = entry.subject, prefix.isHost else { return nil }
            return row(
                "table", number, entry, [JSONMember("ip", .string("\(prefix.address)"))])
        }
    }

    private static var subnetMethod: ModuleMethod<PermissionsModule> {
        list("permissions.subnetDump", "The networks of the address list.", fault: "No subnet table") { number, entry in
            guard case .prefix(let prefix) = entry.subject, !prefix.isHost else { return nil }
            return row(
                "id", number, entry,
                [JSONMember("ip", .string("\(prefix.address)")), JSONMember("mask", .integer(Int64(prefix.length)))])
        }
    }

    private static var domainMethod: ModuleMethod<PermissionsModule> {
        list("permissions.domainDump", "The host names of the address list.", fault: "No domain list table") {
            number, entry in
            guard case .domain(let name) = entry.subject else { return nil }
            return row("table", number, entry, [JSONMember("domain_name", .string(name))])
        }
    }

    private static func row(
        _ key: String, _ number: Int, _ entry: AddressEntry, _ subject: [JSONMember]
    ) -> JSONValue {
        let item =
            subject + [
                JSONMember("port", .integer(Int64(entry.port))), JSONMember("tag", .string(entry.tag)),
            ]
        return [key: .integer(Int64(number)), "group": .integer(Int64(entry.group)), "item": .object(item)]
    }

    private static func list(
        _ name: String, _ summary: String, fault: String,
        row: @escaping @Sendable (Int, AddressEntry) -> JSONValue?
    ) -> ModuleMethod<PermissionsModule> {
        ModuleMethod(
            MethodDescription(
                name, summary: summary, doc: "An array of records with group and item; rows are sent as they are made.",
                example: "sipcmd \(name)", lists: true)
        ) { module in
            { _ throws(MethodFault) in
                guard let list = module.store?.list else { throw MethodFault(500, fault) }
                return .rows(EntryRows(list: list, row: row))
            }
        }
    }

    private static var checkMethod: ModuleMethod<PermissionsModule> {
        ModuleMethod(
            MethodDescription(
                "permissions.check",
                parameters: [
                    .init("address", .string, doc: "an IPv4 or IPv6 address"),
                    .init("port", .integer, optional: true, doc: "the source port, 0 to 65535"),
                    .init("group", .integer, optional: true, doc: "only this group"),
                ],
                summary: "Which entry of the address list an address matches.",
                doc: "Answers match true or false, and group, prefix, port and tag of the most specific entry.",
                example: "sipcmd permissions.check 203.0.113.10 5060")
        ) { module in
            { call throws(MethodFault) in
                guard let list = module.store?.list else { throw MethodFault(500, "No address table") }
                let text = try call.string(0, named: "address")
                guard let address = IPAddress(text) else {
                    throw .wrongParameter(0, "address", .string(text), wanted: "an IPv4 or IPv6 address")
                }
                let port = try call.optionalInteger(1, named: "port") ?? 0
                let group = try call.optionalInteger(2, named: "group")
                guard
                    let entry = list.match(address, port: Int(clamping: port), group: group.map { Int(clamping: $0) }),
                    case .prefix(let prefix) = entry.subject
                else { return .value(["match": false]) }
                return .value([
                    "match": true, "group": .integer(Int64(entry.group)), "prefix": .string("\(prefix)"),
                    "port": .integer(Int64(entry.port)), "tag": .string(entry.tag),
                ])
            }
        }
    }
}

extension AddressStore.Refused {
    /// The fault with the rows in its data.
    var fault: MethodFault {
        let rows = problems.map { problem -> JSONValue in
            ["id": .integer(problem.row), "problem": .string(problem.reason)]
        }
        return MethodFault(
            MethodFault.Code.failed, "Reload failed. \(self)",
            data: [
                "kind": "rows", "count": JSONValue(count), "rows": .array(rows),
                "hint": "correct them; permissions.addressReload with validate true checks all rows",
            ])
    }
}

/// The rows of a listing, made one by one from one snapshot of the list.
private struct EntryRows: RowSource {
    let list: AddressList
    let row: @Sendable (Int, AddressEntry) -> JSONValue?
    var position = 0

    mutating func next() async throws(MethodFault) -> JSONValue? {
        while position < list.entries.count {
            let entry = list.entries[position]
            position += 1
            if let value = row(position - 1, entry) { return value }
        }
        return nil
    }
}
