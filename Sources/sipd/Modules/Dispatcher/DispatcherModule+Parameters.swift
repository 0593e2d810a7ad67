import ModuleInterface
import SIPMessage
import ScriptEngine
import Synchronization

extension DispatcherModule {
    static var listParameters: [ParameterDescription] {
        [
            .string(
                "list_file", "/etc/kamailio/dispatcher.list", "file with the list: set destination flags priority attrs"
            ),
            .string("db_url", nil, "URL of the database with the list; the file is not read then"),
            .string("table_name", "dispatcher", "name of the table"),
            .string("setid_col", "setid", "column of the set"),
            .string("destination_col", "destination", "column of the URI"),
            .string("flags_col", "flags", "column of the state"),
            .string("priority_col", "priority", "column of the priority"),
            .string("attrs_col", "attrs", "column of the attributes"),
            .string("ds_db_extra_attrs", nil, "further columns that become attributes, with commas between them"),
            .integer("flags", 0, in: 0...3, "1: hashes over URIs take the user only; 2: failed requests may go on"),
            .flag("force_dst", true, "whether a $du that is set is replaced"),
            .flag("use_default", false, "whether the last destination of a set is only for when the others are out"),
            .string("hash_pvar", nil, "text with variables that algorithm 7 hashes"),
            .string("setid_pvname", nil, "variable that gets the set in ds_is_from_list()"),
            .string("attrs_pvname", nil, "variable that gets the attributes in ds_is_from_list()"),
            .integer(
                "ds_dns_mode", 0, in: 0...15, "0: names are resolved at the start; other: again each ds_dns_interval"),
            .integer("ds_dns_interval", 600, in: 1...86_400, "seconds between resolutions of names"),
        ]
    }

    static var recordParameters: [ParameterDescription] {
        [
            .string("xavp_dst", "_dsdst_", "structured attribute with the chosen destinations"),
            .integer("xavp_dst_mode", 0, in: 0...255, "1: without attrs; 2: with the text of the socket"),
            .string("xavp_ctx", "_dsctx_", "structured attribute with the number of chosen destinations"),
            .integer("xavp_ctx_mode", 0, in: 0...255, "1: without the number"),
            .flag("ds_attrs_none", false, "whether a destination without attributes gets none=yes"),
            .string("dst_avp", nil, "AVP with the chosen URIs, as in earlier versions"),
            .string("grp_avp", nil, "AVP with their sets"),
            .string("cnt_avp", nil, "AVP with their number"),
            .string("sock_avp", nil, "AVP with their sockets"),
            .string("attrs_avp", nil, "AVP with their attributes"),
            .string("dstid_avp", nil, "AVP with the ids for which calls are counted"),
        ]
    }

    static var pingParameters: [ParameterDescription] {
        [
            .integer(
                "ds_ping_interval", 0, in: 0...86_400, "seconds between questions to the destinations; 0 for none"),
            .string("ds_ping_method", "OPTIONS", "method of the questions"),
            .string("ds_ping_from", "sip:dispatcher@localhost", "From of the questions"),
            .string("ds_ping_reply_codes", nil, "answers besides 200 that show that it works: class=2;code=404"),
            .integer(
                "ds_probing_mode", 0, in: 0...3,
                "0: those in probing state, once; 1: all; 2: inactive ones in that state; 3: those in it, always"),
            .integer("ds_probing_threshold", 1, in: 1...65_535, "failures after which one is inactive"),
            .integer("ds_inactive_threshold", 1, in: 1...65_535, "answers after which an inactive one is active"),
            .flag("ds_ping_latency_stats", false, "whether the time of answers is recorded"),
            .integer(
                "ds_latency_estimator_alpha", 900, in: 0...1000, "what the estimate keeps of itself, in thousandths"),
            .string("outbound_proxy", nil, "URI that questions are sent to first"),
            .string("ds_default_socket", nil, "socket to send from when a destination names none"),
            .string("ds_default_sockname", nil, "name of that socket"),
        ]
    }

    static var otherParameters: [ParameterDescription] {
        [
            .integer("ds_hash_size", 0, in: 0...16, "whether calls are counted for algorithm 10 (not 0)"),
            .integer("ds_hash_expire", 7200, in: 1...604_800, "seconds after which an answered call is forgotten"),
            .integer(
                "ds_hash_initexpire", 7200, in: 1...604_800, "seconds after which an unanswered call is forgotten"),
            .integer("ds_hash_check_interval", 30, in: 1...86_400, "seconds between looks for calls to forget"),
            .ignored("reload_delta", because: "reloads may follow each other at once"),
            .ignored("ds_timer_mode", because: "one timer asks all destinations"),
            .ignored("ds_dns_ttl", because: "the answers of DNS say how long they hold"),
            .ignored("ds_load_mode", because: "destinations are loaded whether their names can be resolved or not"),
        ]
    }
}

/// The variables and texts that parameters name, compiled when all modules are known.
final class DispatcherVariables: Sendable {
    private struct Compiled {
        var hash: FormatString?
        var set: ScriptVariable?
        var attributes: ScriptVariable?
    }

    private let hashText: ByteString?
    private let setName: ByteString?
    private let attributesName: ByteString?
    private let compiled = Mutex(Compiled())

    init(_ parameters: ModuleParameters) {
        hashText = parameters.string("hash_pvar")
        setName = parameters.string("setid_pvname")
        attributesName = parameters.string("attrs_pvname")
    }

    func compile(_ formats: FormatCompiler) throws(ScriptError) {
        var result = Compiled()
        if let hashText, !hashText.isEmpty { result.hash = try formats.format(hashText) }
        result.set = try variable(setName, "setid_pvname", formats)
        result.attributes = try variable(attributesName, "attrs_pvname", formats)
        compiled.withLock { $0 = result }
    }

    private func variable(
        _ name: ByteString?, _ parameter: String, _ formats: FormatCompiler
    ) throws(ScriptError) -> ScriptVariable? {
        guard let name, !name.isEmpty else { return nil }
        let variable = try formats.variable(name)
        guard variable.write != nil else { throw ScriptError("parameter '\(parameter)': '\(name)' cannot be written") }
        return variable
    }

    /// What algorithm 7 hashes; nil when it is empty or not configured.
    func hashed(in context: ScriptContext) -> ByteString? {
        guard let text = compiled.withLock({ $0.hash })?.evaluate(in: context), !text.isEmpty else { return nil }
        return text
    }

    /// Tells the script which destination a message came from; the set only when it was not asked for.
    func tell(set: Int?, _ attributes: ByteString, in context: ScriptContext) {
        let compiled = compiled.withLock { $0 }
        if let set { _ = compiled.set?.write?(context, .integer(set)) }
        if !attributes.isEmpty { _ = compiled.attributes?.write?(context, .string(attributes)) }
    }
}
