/// Rules about the text of one Swift file.
enum CodeRules {
    // MARK: Documentation

    /// Each `package` or `public` declaration has a `///` comment above it.
    static func undocumented(in file: SourceFile) -> [Violation] {
        let lines = file.lines
        return CodeText(file.text).lines.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let access = words.first(where: { !$0.hasPrefix("@") }), access == "package" || access == "public",
                !words.contains("import"), !words.contains("extension"), !isWitness(line), !isMemberwise(words)
            else { return nil }
            var above = index - 1
            while above >= 0, isAttribute(lines[above]) { above -= 1 }
            guard above < 0 || !trimmed(lines[above]).hasPrefix("///") else { return nil }
            return Violation(path: file.path, line: index + 1, message: "is not documented: \(trimmed(lines[index]))")
        }
    }

    /// An initializer says what it needs by its labels; one that does more than store them says so all the same.
    private static func isMemberwise(_ words: [Substring]) -> Bool {
        words.contains { $0.hasPrefix("init(") }
    }

    /// What a standard protocol asks for needs no words of its own.
    private static func isWitness(_ line: String) -> Bool {
        let witnesses = [
            "var description: String", "var debugDescription: String", "let description: String", "func hash(into ",
            "static func == (",
            "static func < (", "func next() ->", "func makeIterator() ->", "var errorDescription: String",
        ]
        return witnesses.contains { line.contains($0) }
    }

    private static func isAttribute(_ line: Substring) -> Bool {
        trimmed(line).hasPrefix("@")
    }

    private static func trimmed(_ line: Substring) -> String {
        String(line.drop { $0 == " " || $0 == "\t" })
    }

    // MARK: Words

    /// No forced try, cast or unwrapping, nothing unfinished.
    static func forbiddenWords(in file: SourceFile) -> [Violation] {
        var found: [Violation] = []
        for (index, line) in CodeText(file.text).lines.enumerated() {
            for word in ["try!", "as!"] where line.contains(word) {
                found.append(Violation(path: file.path, line: index + 1, message: "\(word) is not used here"))
            }
            if line.firstMatch(of: /[A-Za-z0-9_\)\]>?]!(?!=)/) != nil, !line.contains("try!"), !line.contains("as!") {
                found.append(Violation(path: file.path, line: index + 1, message: "a value is unwrapped by force"))
            }
        }
        for (index, line) in file.lines.enumerated() {
            for word in unfinished where line.contains(word) {
                found.append(
                    Violation(path: file.path, line: index + 1, message: "\(word) has no place in the repository"))
            }
        }
        return found
    }

    // In pieces, so that this file passes its own rule.
    private static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]

    // MARK: Unsafe code

    /// Where unsafe code may live, with the reason.
    static let unsafePlaces: [(path: String, reason: String)] = [
        ("Sources/Shared/CLibraries/", "the C libraries themselves"),
        ("Sources/Shared/Database/SQLite/", "driver over the C API of libsqlite3"),
        ("Sources/Shared/Database/MariaDB/", "driver over the C API of libmariadb"),
        ("Sources/Shared/DigestAuthentication/", "digests and random bytes of libcrypto"),
        ("Sources/Shared/OperatingSystem/", "system calls, once for all programs"),
        ("Sources/sipd/RoutingScript/ScriptEngine/RegularExpression.swift", "POSIX regular expressions, decision 0002"),
        ("Sources/Shared/CommandLineInterface/Console.swift", "writes to the standard streams"),
        ("Sources/Shared/CommandLineInterface/Environment.swift", "reads the environment"),
        ("Sources/Shared/CommandLineInterface/PasswordReader.swift", "turns off the echo of the terminal"),
        ("Sources/Shared/ControlProtocol/Client/StreamSocket.swift", "socket calls"),
        ("Sources/Shared/SIPMessage/Array+Output.swift", "copies literals from where they lie"),
        ("Sources/Shared/SIPMessage/ByteString.swift", "hashes its bytes where they lie"),
        ("Sources/Shared/SIPMessage/Span+Scanning.swift", "compares with literals where they lie"),
        ("Sources/Shared/SIPMessage/Span+Words.swift", "reads eight bytes at a time: halves the cost of parsing"),
        ("Sources/Shared/SIPMessage/StreamFramer.swift", "copies network buffers whole"),
        ("Sources/sipd/Transport/", "socket calls"),
    ]

    /// Unsafe constructs stand in their folders only, and a `// SAFETY:` line is near each.
    static func unsafeCode(in file: SourceFile) -> [Violation] {
        let allowed = unsafePlaces.contains { file.path.hasPrefix($0.path) }
        let lines = file.lines
        return CodeText(file.text).lines.enumerated().compactMap { index, line in
            guard line.firstMatch(of: /\bunsafe\b|@unchecked\b|\bUnsafe[A-Z]|\bwithUnsafe/) != nil else { return nil }
            guard allowed else {
                return Violation(path: file.path, line: index + 1, message: "unsafe code outside of its places")
            }
            let reach = max(0, index - safetyReach)...index
            guard !lines[reach].contains(where: { $0.contains("SAFETY:") }) else { return nil }
            return Violation(path: file.path, line: index + 1, message: "unsafe code without a // SAFETY: line")
        }
    }

    /// How far above a use its reason may stand: one function's length.
    private static let safetyReach = 40

    // MARK: Names

    /// A file is named after a type it declares or, as `Type+Topic`, extends.
    static func misnamed(_ file: SourceFile) -> [Violation] {
        let type = file.name.split(separator: "+").first.map(String.init) ?? file.name
        let code = CodeText(file.text).lines.joined(separator: "\n")
        let keywords = "struct|enum|class|actor|protocol|extension|typealias|func|let|macro"
        guard let pattern = try? Regex("\\b(?:\(keywords))\\s+(?:\\w+\\.)*\(type)\\b"),
            code.firstMatch(of: pattern) == nil
        else { return [] }
        return [Violation(path: file.path, line: 1, message: "declares nothing that is called \(type)")]
    }

    /// Folders say what is in them.
    static func meaninglessFolder(_ file: SourceFile) -> [Violation] {
        let names: Set<String> = [
            "utils", "util", "utilities", "helpers", "helper", "common", "misc", "manager", "managers",
        ]
        return file.folders.filter { names.contains($0.lowercased()) }.map {
            Violation(path: file.path, line: 1, message: "a folder called \($0) says nothing")
        }
    }

    /// Nothing that only kept an empty folder is left.
    static func placeholder(_ file: SourceFile) -> [Violation] {
        file.name == "Placeholder" ? [Violation(path: file.path, line: 1, message: "is a placeholder")] : []
    }
}
