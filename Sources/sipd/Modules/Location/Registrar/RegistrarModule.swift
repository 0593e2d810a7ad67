package import ModuleInterface
import SIPMessage
package import ScriptEngine

/// Module `registrar`: REGISTER handling and look-ups (RFC 3261 §10.3, RFC 3327, RFC 5626, RFC 5627).
package struct RegistrarModule: ScriptModule {
    /// The parameters.
    struct Settings: Sendable {
        var defaultExpires = 3600
        var minExpires = 60
        var maxExpires = 0
        var contactsMax = 0
        var retryAfterSeconds = 0
        var defaultQ = -1
        var appendsBranches = true
        var isCaseSensitive = false
        var filtersMethods = false
        var usesPath = false
        var pathMode = 2
        var usesPathReceived = false
        var contactLengthMax = 512
        var receivedAttribute: ByteString?
        var receivedParameter: ByteString = "received"
        var makesGruu = true
        var socketFlag = -1
        var realmPrefix: ByteString = ""
    }

    let settings: Settings
    let location: UserLocation
    let counters = RegistrarCounters()

    /// Reads the parameters.
    package init(_ parameters: ModuleParameters, _ server: Server) throws(ScriptError) {
        guard let location = server.interface(UserLocation.self) else {
            throw ScriptError(
                "module usrloc must be loaded first", hint: "add loadmodule \"usrloc.so\" above registrar")
        }
        self.location = location
        var settings = Settings()
        settings.defaultExpires = parameters.integer("default_expires")
        settings.minExpires = parameters.integer("min_expires")
        settings.maxExpires = parameters.integer("max_expires")
        settings.contactsMax = parameters.integer("max_contacts")
        settings.retryAfterSeconds = parameters.integer("retry_after")
        settings.defaultQ = parameters.integer("default_q")
        settings.appendsBranches = parameters.flag("append_branches")
        settings.isCaseSensitive = parameters.flag("case_sensitive")
        settings.filtersMethods = parameters.flag("method_filtering")
        settings.usesPath = parameters.flag("use_path")
        settings.pathMode = parameters.integer("path_mode")
        settings.usesPathReceived = parameters.flag("path_use_received")
        settings.contactLengthMax = parameters.integer("contact_max_size")
        settings.receivedAttribute = try parameters.string("received_avp").flatMap { text throws(ScriptError) in
            text.isEmpty ? nil : try AttributeName.parse(text, parameter: "received_avp")
        }
        settings.receivedParameter = parameters.string("received_param") ?? "received"
        settings.makesGruu = parameters.flag("gruu_enabled")
        settings.realmPrefix = parameters.string("realm_prefix") ?? ""
        guard settings.maxExpires == 0 || settings.maxExpires >= settings.minExpires else {
            throw ScriptError("max_expires \(settings.maxExpires) is below min_expires \(settings.minExpires)")
        }
        self.settings = settings
    }

    /// What the module offers.
    package static var description: ModuleDescription<RegistrarModule> {
        ModuleDescription(
            name: "registrar", summary: "Saves contacts of REGISTER requests and looks them up.",
            parameters: parameterDescriptions,
            functions: saveFunctions + lookupFunctions + contactFunctions, variables: contactVariables,
            statistics: [
                StatisticDescription("registrar", "accepted_regs", summary: "REGISTER requests accepted") {
                    $0.counters.accepted.value
                },
                StatisticDescription("registrar", "rejected_regs", summary: "REGISTER requests refused") {
                    $0.counters.rejected.value
                },
                StatisticDescription("registrar", "default_expire", summary: "the parameter default_expires") {
                    $0.settings.defaultExpires
                },
                StatisticDescription("registrar", "max_expires", summary: "the parameter max_expires") {
                    $0.settings.maxExpires
                },
                StatisticDescription("registrar", "max_contacts", summary: "the parameter max_contacts") {
                    $0.settings.contactsMax
                },
            ])
    }

    private static let parameterDescriptions: [ParameterDescription] = [
        .integer("default_expires", 3600, in: 1...Int(Int32.max), "seconds of a contact that asks for none"),
        .integer("min_expires", 60, in: 0...Int(Int32.max), "the least seconds; shorter ones are raised"),
        .integer("max_expires", 0, in: 0...Int(Int32.max), "the most seconds; longer ones are cut, 0 for no limit"),
        .integer("max_contacts", 0, in: 0...100_000, "contacts of one address of record, 0 for no limit"),
        .integer("retry_after", 0, in: 0...86_400, "seconds in Retry-After of a 5xx, 0 for none"),
        .integer("default_q", -1, in: -1...1000, "preference in thousandths of contacts without q, -1 for none"),
        .flag("append_branches", true, "whether lookup() adds further contacts as branches"),
        .flag("case_sensitive", false, "whether user names differ by case"),
        .flag("method_filtering", false, "whether lookup() passes over contacts that do not allow the method"),
        .flag("use_path", false, "whether Path headers are stored and used"),
        .integer("path_mode", 2, in: 0...2, "Path without support for it: 0 stored, not answered; 1 stored; 2 refused"),
        .flag(
            "path_use_received", false,
            "whether the received parameter of the first Path is where the request came from"),
        .integer("contact_max_size", 512, in: 32...4096, "bytes of a contact URI"),
        .string("received_avp", nil, "AVP with the URI the request really came from"),
        .string("received_param", "received", "name of the Contact parameter with that URI in replies"),
        .flag("gruu_enabled", true, "whether contacts with an instance get GRUUs"),
        .string("realm_prefix", "", "prefix that is taken off domains"),
        .integer("outbound_mode", 0, in: 0...2, "accepted; RFC 5626 flows are kept when the contact asks for them"),
        .integer("regid_mode", 0, in: 0...1, "accepted; reg-id is used with an instance"),
        .integer("sock_flag", -1, "accepted; the receiving socket is stored"),
        .string("sock_hdr_name", nil, "accepted; the receiving socket is stored"),
        .ignored("default_expires_range", because: "expiry times are not varied"),
        .ignored("expires_range", because: "expiry times are not varied"),
        .ignored("min_expires_mode", because: "shorter expiry times are raised"),
        .ignored("xavp_cfg", because: "contacts are looked up as the other parameters say"),
        .ignored("xavp_rcd", because: "the reply tells what was stored"),
        .ignored("path_check_local", because: "a Path to this server is followed like any other"),
        .ignored("use_expired_contacts", because: "contacts end when they expire"),
        .ignored("event_callback", because: "scripts are written in the native language"),
    ]
}

/// Counters of the module.
final class RegistrarCounters: Sendable {
    let accepted = Counter()
    let rejected = Counter()
}

/// The name in `$avp(name)`, as module parameters give it.
enum AttributeName {
    static func parse(_ text: ByteString, parameter: String) throws(ScriptError) -> ByteString {
        guard text.hasPrefix("$avp("), text.hasSuffix(")") else {
            throw ScriptError("\(parameter) '\(text)' is no AVP", hint: "write $avp(name)")
        }
        let name = ByteString(text.bytes.dropFirst(5).dropLast())
        return name.hasPrefix("s:") || name.hasPrefix("i:") ? ByteString(name.bytes.dropFirst(2)) : name
    }
}
