/// The short words that kamcmd knows for some methods, with the format it prints them in.
struct MethodAlias: Equatable, Sendable {
    let word: String
    let method: String
    let format: String?

    static let all = [
        MethodAlias(word: "ps", method: "core.ps", format: #"%v\t%v\n"#),
        MethodAlias(word: "psx", method: "core.psx", format: nil),
        MethodAlias(word: "list", method: "system.listMethods", format: nil),
        MethodAlias(word: "ls", method: "system.listMethods", format: nil),
        MethodAlias(word: "ver", method: "core.version", format: nil),
        MethodAlias(word: "version", method: "core.version", format: nil),
        MethodAlias(word: "who", method: "ctl.who", format: #"[%v] %v: %v %v -> %v %v\n"#),
        MethodAlias(word: "listen", method: "ctl.listen", format: #"[%v] %v: %v %v\n"#),
        MethodAlias(word: "dns_mem_info", method: "dns.mem_info", format: #"%v / %v\n"#),
        MethodAlias(word: "dns_debug", method: "dns.debug", format: nil),
        MethodAlias(word: "dns_debug_all", method: "dns.debug_all", format: nil),
        MethodAlias(word: "dst_blacklist_mem_info", method: "dst_blocklist.mem_info", format: #"%v / %v\n"#),
        MethodAlias(word: "dst_blacklist_debug", method: "dst_blocklist.debug", format: nil),
    ]

    /// The alias of that word, when it is one.
    init?(_ word: String) {
        guard let alias = Self.all.first(where: { $0.word == word }) else { return nil }
        self = alias
    }

    private init(word: String, method: String, format: String?) {
        self.word = word
        self.method = method
        self.format = format
    }
}
