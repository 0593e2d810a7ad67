import Database
import ModuleInterface
import OperatingSystem
import SIPMessage
import ScriptEngine

extension UACModule {
    static var registrationParameters: [ParameterDescription] {
        [
            .string(
                "reg_db_url", nil, "URL of the database with registrations at other servers; none are made without"),
            .string("reg_db_table", "uacreg", "name of the table of registrations"),
            .string("reg_contact_addr", nil, "host and port of the Contact, when a row has none"),
            .integer("reg_timer_interval", 90, in: 1...86_400, "seconds between looks for registrations to be made"),
            .integer(
                "reg_retry_interval", 0, in: 0...86_400,
                "seconds until a failed registration is tried again; 0: it is disabled"),
            .integer("reg_random_delay", 0, in: 0...86_400, "most seconds that registrations are put off at the start"),
            .integer("reg_active", 1, in: 0...1, "whether registrations are made"),
            .flag("reg_keep_callid", false, "whether all requests of a registration have one Call-ID"),
            .flag("reg_use_domain", false, "whether the domain counts when one is looked up by its local address"),
            .ignored("reg_gc_interval", because: "what a reload replaces is freed at once"),
            .ignored("reg_hash_size", because: "tables grow as needed"),
            .ignored("reg_fetch_rows", because: "rows are read one after another"),
            .ignored("reload_delta", because: "reloads may follow each other at once"),
        ]
            + RegistrationTable.columnNames.map {
                .string("\($0)_column", $0, "column of \($0) in the table of registrations")
            }
    }

    /// Prepares what keeps registrations up; nil without a database.
    static func makeRegistrations(
        _ parameters: ModuleParameters, _ server: Server
    ) throws(ScriptError) -> RegistrationService? {
        guard let url = parameters.string("reg_db_url"), !url.isEmpty else { return nil }
        guard let contact = parameters.string("reg_contact_addr"), !contact.isEmpty else {
            throw ScriptError(
                "parameter 'reg_contact_addr' is needed for registrations", hint: "it is host:port of the Contact")
        }
        var columns: [SQLIdentifier] = []
        for name in RegistrationTable.columnNames { columns.append(try parameters.identifier("\(name)_column")) }
        let table = RegistrationTable(
            table: try parameters.identifier("reg_db_table"), columns: columns, contactAddress: contact)
        let timing = Registration.Timing(
            intervalSeconds: parameters.integer("reg_timer_interval"),
            retrySeconds: parameters.integer("reg_retry_interval"), keepsCallID: parameters.flag("reg_keep_callid"))
        return RegistrationService(
            try server.databases.pool(for: url.string), table, timing,
            randomDelaySeconds: parameters.integer("reg_random_delay"), activity: parameters.integer("reg_active"),
            defaultSocket: parameters.string("default_socket"), server)
    }

    static var registrationStatistics: [StatisticDescription<UACModule>] {
        func count(
            _ name: String, _ summary: String, _ isCounted: @escaping @Sendable (Registration) -> Bool
        ) -> StatisticDescription<UACModule> {
            StatisticDescription("uac", name, summary: summary) { module in
                (module.registrations?.all ?? []).count(where: isCounted)
            }
        }
        return [
            count("regtotal", "registrations at other servers") { _ in true },
            count("regactive", "registrations that are up") { $0.flags.contains(.online) },
            count("regdisabled", "registrations that are disabled") { $0.flags.contains(.disabled) },
        ]
    }

    // MARK: - Functions

    static var registrationFunctions: [FunctionDescription<UACModule>] {
        [lookup, lookupURI, requestTo, status, order("uac_reg_enable", true), order("uac_reg_disable", false), refresh]
    }

    private static var lookup: FunctionDescription<UACModule> {
        FunctionDescription(
            "uac_reg_lookup", [.format, .variable],
            summary: "Writes the local address of the registration with an id into a variable.",
            example: "if (uac_reg_lookup(\"$rU\", \"$ru\")) { lookup(\"location\"); }"
        ) { module, arguments throws(ScriptError) in
            let write = try writer(arguments[1])
            return { context in
                guard let found = module.registrations?.find(.identifier, arguments[0].text(in: context)) else {
                    return .failure
                }
                let address: ByteString = "sip:" + found.record.localUser + "@" + found.record.localDomain
                return write(context, .string(address)) ? .success : .failure
            }
        }
    }

    private static var lookupURI: FunctionDescription<UACModule> {
        FunctionDescription(
            "uac_reg_lookup_uri", [.format, .variable],
            summary: "Writes the id of the registration with a local address into a variable.",
            example: "uac_reg_lookup_uri(\"$fu\", \"$var(id)\");"
        ) { module, arguments throws(ScriptError) in
            let write = try writer(arguments[1])
            return { context in
                guard let uri = try? SIPURI.parse(arguments[0].text(in: context)), let user = uri.user,
                    let found = module.registrations?.all.first(where: { registration in
                        registration.record.localUser == user
                            && (!module.registrationsUseDomain
                                || registration.record.localDomain.equalsIgnoringCase(uri.host))
                    })
                else { return .failure }
                return write(context, .string(found.record.identifier)) ? .success : .failure
            }
        }
    }

    private static func writer(
        _ argument: Argument
    ) throws(ScriptError) -> @Sendable (ScriptContext, ScriptValue) -> Bool {
        guard let write = argument.variable?.write else {
            throw ScriptError("'\(argument.source)' cannot be written")
        }
        return write
    }

    private static var requestTo: FunctionDescription<UACModule> {
        FunctionDescription(
            "uac_reg_request_to", [.format, .integer],
            summary: """
                Sends the request to the other end of a registration, by its id (mode 0) or local user (1), and sets the \
                variables for uac_auth(); mode 2 sets the HA1 as password.
                """,
            example: "if (uac_reg_request_to(\"$fU\", \"1\")) { t_on_failure(\"AUTH\"); t_relay(); }"
        ) { module, arguments in
            { context in
                guard let mode = arguments[1].integer(in: context),
                    let found = module.registrations?.find(
                        mode & 1 == 0 ? .identifier : .localUser, arguments[0].text(in: context))
                else { return .failure }
                let record = found.record
                context.target.uri = "sip:" + record.remoteUser + "@" + record.remoteDomain
                if !record.proxy.isEmpty { context.target.destination = record.proxy }
                if !record.socket.isEmpty, let socket = module.server.socket(named: record.socket) {
                    context.target.socket = socket
                }
                module.credentials.set(
                    realm: record.realm, user: record.authUser,
                    password: mode & 2 == 0 ? record.password : record.ha1, in: context)
                return .success
            }
        }
    }

    private static var status: FunctionDescription<UACModule> {
        FunctionDescription(
            "uac_reg_status", [.format],
            summary: "1 the registration is up, -2 a request is on its way, -3 disabled, -99 none of them, -1 unknown.",
            example: "if (uac_reg_status(\"$rU\") == 1) { … }"
        ) { module, arguments in
            { context in
                let found = module.registrations?.find(.identifier, arguments[0].text(in: context))
                return .code(found?.status(now: WallClock.now.seconds) ?? -1)
            }
        }
    }

    private static func order(_ name: String, _ enables: Bool) -> FunctionDescription<UACModule> {
        FunctionDescription(
            name, [.format, .format],
            summary:
                "\(enables ? "Lets" : "Keeps") a registration, by l_uuid or another field, \(enables ? "" : "from ")being made.",
            example: "\(name)(\"l_uuid\", \"trunk\");"
        ) { module, arguments in
            { context in
                guard let filter = RegistrationService.Filter(rawValue: arguments[0].text(in: context).string),
                    let service = module.registrations
                else { return .failure }
                return service.set(enabled: enables, filter, arguments[1].text(in: context)) ? .success : .failure
            }
        }
    }

    private static var refresh: FunctionDescription<UACModule> {
        FunctionDescription(
            "uac_reg_refresh", [.format],
            summary: "Reads the row of a registration again and makes it anew.", example: "uac_reg_refresh(\"trunk\");"
        ) { module, arguments in
            { context in
                guard let service = module.registrations else { return .failure }
                let identifier = arguments[0].text(in: context).compacted()
                context.worker.eventLoop.makeFutureWithTask { try await service.refresh(identifier) }.assumeIsolated()
                    .whenComplete { result in
                        context.resume(returning: (try? result.get()) == true ? 1 : -1)
                    }
                return .suspended
            }
        }
    }
}
