import Logging
package import ModuleInterface
import SIPMessage
package import ScriptEngine
import Transport

/// Module `uac`: what a proxy does in the place of a user agent: other From and To, credentials, requests of its own.
package struct UACModule: ScriptModule {
    /// Whether replaced addresses are put back (`restore_mode`).
    enum RestoreMode: String {
        case none, manual, auto
    }

    let restoreMode: RestoreMode
    let replacement: AddressReplacement
    let credentials: ClientCredentials
    let server: Server
    /// What keeps registrations at other servers up; nil without `reg_db_url`.
    let registrations: RegistrationService?
    let registrationsUseDomain: Bool
    private let defaultSocketText: ByteString?

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        let mode = parameters.string("restore_mode")?.string ?? "none"
        guard let restoreMode = RestoreMode(rawValue: mode) else {
            throw ScriptError("parameter 'restore_mode' is '\(mode)'", hint: "it is none, manual or auto")
        }
        if restoreMode == .auto, parameters.flag("restore_dlg") {
            throw ScriptError(
                "parameter 'restore_dlg' is 1: addresses are not kept in dialogs",
                hint: "leave it out: Record-Route keeps them")
        }
        self.restoreMode = restoreMode
        replacement = AddressReplacement(
            fromParameter: parameters.string("rr_from_store_param") ?? "vsf",
            toParameter: parameters.string("rr_to_store_param") ?? "vst",
            password: parameters.string("restore_passwd") ?? "")
        guard !replacement.fromParameter.isEmpty, !replacement.toParameter.isEmpty else {
            throw ScriptError("the parameters 'rr_from_store_param' and 'rr_to_store_param' must not be empty")
        }
        credentials = try ClientCredentials(parameters)
        defaultSocketText = parameters.string("default_socket")
        registrations = try Self.makeRegistrations(parameters, server)
        registrationsUseDomain = parameters.flag("reg_use_domain")
        self.server = server
    }

    /// Compiles the variables that parameters name.
    package func prepare(_ formats: FormatCompiler) throws(ScriptError) {
        try credentials.compile(formats)
    }

    /// Loads the registrations.
    ///
    /// Rows that cannot be used are left out and logged.
    package func start() async throws {
        guard let registrations else { return }
        try await registrations.checkVersion()
        for problem in try await registrations.reload(skippingBadRows: true) {
            server.logger.error("registration left out", metadata: ["problem": "\(problem)"])
        }
        server.logger.info("registrations loaded", metadata: ["count": "\(registrations.all.count)"])
    }

    /// Puts addresses back in replies and in later requests of the dialog, and starts to register.
    package func start(on worker: Worker) {
        if worker.index == 0 { registrations?.start(on: worker) }
        guard restoreMode != .none else { return }
        worker.looseRouteHandlers.append { context, parameters in
            context[FollowedRoute.key] = FollowedRoute(parameters: parameters)
            if restoreMode == .auto { replacement.follow(parameters, in: context) }
        }
        worker.transactionObservers.append { event, transaction in
            guard case .responseReceived(let response, _) = event else { return }
            replacement.restore(response, to: transaction.context)
        }
    }

    /// The socket that requests made here are sent from, when the request names none.
    var defaultSocket: ListenSocket? {
        defaultSocketText.flatMap { server.socket(named: $0) }
    }

    /// What the module offers.
    package static var description: ModuleDescription<UACModule> {
        ModuleDescription(
            name: "uac", summary: "From and To of other names, credentials for other servers, requests made here.",
            parameters: replacementParameters + credentialParameters + registrationParameters,
            functions: replacementFunctions + [authenticate, sendRequest] + registrationFunctions,
            variables: [requestVariable], methods: registrationMethods, statistics: registrationStatistics,
            eventRoutes: [UACRequest.eventRoute])
    }

    private static var replacementParameters: [ParameterDescription] {
        [
            .string("restore_mode", "none", "whether replaced addresses are put back: none, manual or auto"),
            .string("rr_from_store_param", "vsf", "parameter of Record-Route that keeps From"),
            .string("rr_to_store_param", "vst", "parameter of Record-Route that keeps To"),
            .string("restore_passwd", nil, "text that hides the addresses in Record-Route"),
            .flag("restore_dlg", false, "refused when set: addresses are kept in Record-Route only"),
        ]
    }

    private static var credentialParameters: [ParameterDescription] {
        [
            .list("credential", "user:realm:password, may be set several times"),
            .string("auth_realm_avp", nil, "variable with the realm of credentials"),
            .string("auth_username_avp", nil, "variable with the user name of credentials"),
            .string("auth_password_avp", nil, "variable with the password of credentials"),
            .string("default_socket", nil, "socket that uac_req_send() sends from: udp:127.0.0.1:5060"),
        ]
    }
}
