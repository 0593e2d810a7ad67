import ControlProtocol
import ModuleInterface
import OperatingSystem
import SIPMessage

extension UACModule {
    private typealias Parameter = MethodDescription.Parameter

    private static let filterParameters = [
        Parameter("attribute", .string, doc: "l_uuid, l_username, r_username or auth_username"),
        Parameter("value", .string, doc: "its value"),
    ]

    /// `uac.reg_*`.
    static var registrationMethods: [ModuleMethod<UACModule>] {
        [
            dumpMethod, infoMethod,
            filtered("uac.reg_enable", "Lets a registration be made.") { $0.set(enabled: true, $1, $2) },
            filtered("uac.reg_disable", "Keeps a registration from being made.") { $0.set(enabled: false, $1, $2) },
            filtered("uac.reg_unregister", "Takes a registration back and disables it.") { $0.unregister($1, $2) },
            refreshMethod, reloadMethod, activeMethod, addMethod, removeMethod,
        ]
    }

    private func service() throws(MethodFault) -> RegistrationService {
        guard let registrations else { throw MethodFault(500, "Not enabled") }
        return registrations
    }

    // MARK: - Lists

    private static var dumpMethod: ModuleMethod<UACModule> {
        ModuleMethod(
            MethodDescription(
                "uac.reg_dump", summary: "The registrations at other servers.",
                doc: """
                    An array of records. flags: 1 disabled, 2 request on its way, 4 up, 8 with credentials, 16 begun. \
                    Passwords are shown to administrators only.
                    """,
                example: "sipcmd uac.reg_dump", lists: true)
        ) { module in
            { call throws(MethodFault) in
                let showsSecrets = call.caller.role == .admin
                return .rows(LazyRows(try module.service().all.lazy.map { record($0, showsSecrets: showsSecrets) }))
            }
        }
    }

    private static var infoMethod: ModuleMethod<UACModule> {
        ModuleMethod(
            MethodDescription(
                "uac.reg_info", parameters: filterParameters, summary: "One registration at another server.",
                doc: "A record as in uac.reg_dump.", example: "sipcmd uac.reg_info l_uuid trunk")
        ) { module in
            { call throws(MethodFault) in
                let (filter, value) = try filter(call)
                guard let found = try module.service().find(filter, value) else {
                    throw MethodFault(404, "Record not found")
                }
                return .value(record(found, showsSecrets: call.caller.role == .admin))
            }
        }
    }

    private static func record(_ registration: Registration, showsSecrets: Bool) -> JSONValue {
        let record = registration.record
        func text(_ value: ByteString) -> JSONValue { value.isEmpty ? .null : .string(value.string) }
        func secret(_ value: ByteString) -> JSONValue {
            value.isEmpty ? "none" : .string(showsSecrets ? value.string : "***")
        }
        let remaining = registration.endsAt - WallClock.now.seconds
        return [
            "l_uuid": text(record.identifier), "l_username": text(record.localUser),
            "l_domain": text(record.localDomain), "r_username": text(record.remoteUser),
            "r_domain": text(record.remoteDomain), "realm": text(record.realm),
            "auth_username": text(record.authUser), "auth_password": secret(record.password),
            "auth_ha1": secret(record.ha1), "auth_proxy": text(record.proxy),
            "expires": .integer(Int64(registration.askedSeconds)),
            "flags": .integer(Int64(registration.flags.rawValue)),
            "diff_expires": .integer(Int64(remaining)), "timer_expires": .integer(Int64(registration.endsAt)),
            "reg_init": .integer(Int64(registration.createdAt)), "reg_delay": .integer(Int64(record.delaySeconds)),
            "contact_addr": text(record.contactAddress), "socket": text(record.socket),
        ]
    }

    // MARK: - Orders

    private static func filter(_ call: MethodCall) throws(MethodFault) -> (RegistrationService.Filter, ByteString) {
        guard let name = try? call.string(0, named: "attribute"), let value = try? call.string(1, named: "value") else {
            throw MethodFault(400, "Invalid Parameters")
        }
        guard !name.isEmpty, !value.isEmpty else { throw MethodFault(400, "Invalid Parameter Values") }
        guard let filter = RegistrationService.Filter(rawValue: name) else {
            throw MethodFault(400, "Unsupported filter attribute")
        }
        return (filter, ByteString(value))
    }

    private static func filtered(
        _ name: String, _ summary: String,
        _ order: @escaping @Sendable (RegistrationService, RegistrationService.Filter, ByteString) -> Bool
    ) -> ModuleMethod<UACModule> {
        ModuleMethod(
            MethodDescription(
                name, parameters: filterParameters, summary: summary, doc: "Answers an empty structure.",
                example: "sipcmd \(name) l_uuid trunk", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let service = try module.service()
                let (filter, value) = try filter(call)
                guard order(service, filter, value) else { throw MethodFault(404, "Record not found") }
                return .value(.object([]))
            }
        }
    }

    private static var refreshMethod: ModuleMethod<UACModule> {
        ModuleMethod(
            MethodDescription(
                "uac.reg_refresh", parameters: [Parameter("l_uuid", .string, doc: "the id")],
                summary: "Reads the row of a registration again and makes it anew.", doc: "Answers an empty structure.",
                example: "sipcmd uac.reg_refresh trunk", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let service = try module.service()
                guard let identifier = try? call.string(0, named: "l_uuid") else {
                    throw MethodFault(400, "Invalid Parameters")
                }
                let isFound: Bool
                do { isFound = try await service.refresh(ByteString(identifier)) } catch {
                    throw MethodFault(500, "Failed to refresh record. \(error)")
                }
                guard isFound else { throw MethodFault(404, "Record not found") }
                return .value(.object([]))
            }
        }
    }

    private static var reloadMethod: ModuleMethod<UACModule> {
        ModuleMethod(
            MethodDescription(
                "uac.reg_reload", summary: "Reads the table of registrations again.",
                doc: """
                    Answers an empty structure. Registrations whose rows have not changed go on as they are; a row that \
                    cannot be used refuses the reload and is named.
                    """,
                example: "sipcmd uac.reg_reload", mutates: true)
        ) { module in
            { _ throws(MethodFault) in
                let service = try module.service()
                do { _ = try await service.reload() } catch {
                    throw MethodFault(500, "Failed to reload records. \(error)")
                }
                return .value(.object([]))
            }
        }
    }

    private static var activeMethod: ModuleMethod<UACModule> {
        ModuleMethod(
            MethodDescription(
                "uac.reg_active",
                parameters: [Parameter("mode", .integer, doc: "0 stops all requests, 1 lets them go")],
                summary: "Whether registrations are made.", doc: "An object: omode, the old mode, and nmode.",
                example: "sipcmd uac.reg_active 0", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                guard let service = module.registrations else { throw MethodFault(500, "Not initialized") }
                guard let mode = try? call.integer(0, named: "mode") else {
                    throw MethodFault(500, "Missing parameter")
                }
                let old = service.activity
                service.activity = mode == 0 ? 0 : 1
                return .value(["omode": .integer(Int64(old)), "nmode": .integer(Int64(service.activity))])
            }
        }
    }

    private static var addMethod: ModuleMethod<UACModule> {
        let names = [
            "l_uuid", "l_username", "l_domain", "r_username", "r_domain", "realm", "auth_username", "auth_password",
            "auth_ha1", "auth_proxy", "expires", "flags", "reg_delay", "socket", "contact_addr",
        ]
        let numbers: Set<String> = ["expires", "flags", "reg_delay"]
        return ModuleMethod(
            MethodDescription(
                "uac.reg_add",
                parameters: names.map {
                    Parameter($0, numbers.contains($0) ? .integer : .string, doc: "as in the table; \".\" for empty")
                } + [Parameter("contact_user", .string, optional: true, doc: "the user of the Contact, else l_uuid")],
                summary: "Adds a registration, until the next reload.", doc: "Answers an empty structure.",
                example: "sipcmd uac.reg_add t u d ru rd . au pw . sip:192.0.2.1 300 0 0 . 192.0.2.9:5060",
                mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let service = try module.service()
                let record = try newRecord(call, service.table.contactAddress)
                guard !record.password.isEmpty || !record.ha1.isEmpty else {
                    throw MethodFault(500, "Failed to add record - invalid password or ha1")
                }
                do throws(RegistrationRecord.Problem) { try record.check() } catch {
                    throw MethodFault(400, "Invalid Parameters: \(error.reason)")
                }
                guard service.add(record) else { throw MethodFault(409, "uuid already exists") }
                return .value(.object([]))
            }
        }
    }

    private static func newRecord(_ call: MethodCall, _ address: ByteString) throws(MethodFault) -> RegistrationRecord {
        guard call.allValues.count >= 15 else { throw MethodFault(400, "Invalid Parameters") }
        func text(_ position: Int, _ name: String) throws(MethodFault) -> ByteString {
            let value = try call.string(position, named: name)
            return value == "." ? "" : ByteString(value)
        }
        var record = RegistrationRecord(identifier: try text(0, "l_uuid"))
        record.localUser = try text(1, "l_username")
        record.localDomain = try text(2, "l_domain")
        record.remoteUser = try text(3, "r_username")
        record.remoteDomain = try text(4, "r_domain")
        record.realm = try text(5, "realm")
        record.authUser = try text(6, "auth_username")
        record.password = try text(7, "auth_password")
        record.ha1 = try text(8, "auth_ha1")
        record.proxy = try text(9, "auth_proxy")
        record.expiresSeconds = Int(clamping: try call.integer(10, named: "expires"))
        record.isDisabled = try call.integer(11, named: "flags") & 1 != 0
        record.delaySeconds = Int(clamping: try call.integer(12, named: "reg_delay"))
        record.socket = try text(13, "socket")
        let contact = try text(14, "contact_addr")
        record.contactAddress = contact.isEmpty ? address : contact
        let user = try call.optionalString(15, named: "contact_user").map { ByteString($0) }
        record.contactUser = user ?? record.identifier
        return record
    }

    private static var removeMethod: ModuleMethod<UACModule> {
        ModuleMethod(
            MethodDescription(
                "uac.reg_remove", parameters: [Parameter("l_uuid", .string, doc: "the id")],
                summary: "Forgets a registration, until the next reload; the other server keeps it until it ends.",
                doc: "Answers an empty structure.", example: "sipcmd uac.reg_remove trunk", mutates: true)
        ) { module in
            { call throws(MethodFault) in
                let service = try module.service()
                guard let identifier = try? call.string(0, named: "l_uuid") else {
                    throw MethodFault(400, "Invalid Parameters")
                }
                guard service.remove(ByteString(identifier)) else { throw MethodFault(404, "Record not found") }
                return .value(.object([]))
            }
        }
    }
}
