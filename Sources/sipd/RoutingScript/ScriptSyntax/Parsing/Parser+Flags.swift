import Suggestions

extension Configuration {
    /// Gives every declared flag its number.
    mutating func assignFlags() {
        for case .flags(let declaration) in items {
            var flags = declaration.kind == .message ? messageFlags : attributeFlags
            let taken = Set(flags.values)
            let number = declaration.number ?? (0...31).first { !taken.contains($0) }
            if flags[declaration.name] == nil { flags[declaration.name] = number }
            if declaration.kind == .message { messageFlags = flags } else { attributeFlags = flags }
        }
    }
}

extension Parser {
    /// Reports flags that are used and not declared.
    mutating func checkFlags(of configuration: Configuration) {
        for use in flagUses {
            let flags = use.isAttribute ? configuration.attributeFlags : configuration.messageFlags
            guard flags[use.name] == nil else { continue }
            let hint = NearestName.hint(use.name, among: flags.keys)
            report(
                "undeclared-flag", "flag '\(use.name.shortened)' is not declared", at: use.token,
                hint: hint ?? "declare it: \(use.isAttribute ? "avpflags" : "flags") \(use.name.shortened)")
        }
    }
}
