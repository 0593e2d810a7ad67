/// Rules about the text of one Swift file.
enum CodeRules {
    // MARK: Documentation

    /// Each `package` or `public` declaration has a `///` comment above it.
    static func undocumented(in file: SourceFile) -> [Violation] {
        file.code.containing(anyOf: ["package ", "public "]).compactMap { index in
            let line = file.code[index]
            let words = line.split(separator: " ")
            guard let access = words.first(where: { !$0.hasPrefix("@") }), access == "package" || access == "public",
                !words.contains("import"), !words.contains("extension"), !isWitness(line), !isMemberwise(words)
            else { return nil }
            var above = index - 1
            while above >= 0, trimmed(file.lines[above]).hasPrefix("@") { above -= 1 }
            guard above < 0 || !trimmed(file.lines[above]).hasPrefix("///") else { return nil }
            return Violation(
                path: file.path, line: index + 1, message: "is not documented: \(trimmed(file.lines[index]))")
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

    private static func trimmed(_ line: String) -> String {
        String(line.drop { $0 == " " || $0 == "\t" })
    }

    // MARK: Words

    /// No forced try, cast or unwrapping, nothing unfinished.
    static func forbiddenWords(in file: SourceFile) -> [Violation] {
        let forced = file.code.containing("!").compactMap { index -> Violation? in
            let line = file.code[index]
            guard line.firstMatch(of: /[A-Za-z0-9_\)\]>?]!(?!=)/) != nil else { return nil }
            return Violation(path: file.path, line: index + 1, message: "try!, as! and ! are not used here")
        }
        let unfinished = file.lines.containing(anyOf: unfinished).map {
            Violation(path: file.path, line: $0 + 1, message: "unfinished work has no place in the repository")
        }
        return forced + unfinished
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
        ("Sources/Shared/CommandLineInterface/ChildProcess.swift", "starts other programs"),
        ("Sources/Shared/XMLDocuments/XMLElement+Parsing.swift", "copies the trees of libxml2"),
        ("Sources/Shared/CommandLineInterface/Console.swift", "writes to the standard streams"),
        ("Sources/Shared/CommandLineInterface/Environment.swift", "reads the environment"),
        ("Sources/Shared/CommandLineInterface/Files/", "reads files"),
        ("Sources/Shared/CommandLineInterface/PasswordReader.swift", "turns off the echo of the terminal"),
        ("Sources/Shared/ControlProtocol/Client/DatagramSocket.swift", "socket calls"),
        ("Sources/Shared/ControlProtocol/Client/FIFO.swift", "FIFO calls"),
        ("Sources/Shared/ControlProtocol/Client/InternetAddress.swift", "addresses of socket calls"),
        ("Sources/Shared/ControlProtocol/Client/StreamSocket.swift", "socket calls"),
        ("Sources/Shared/SIPMessage/Array+Output.swift", "copies literals from where they lie"),
        ("Sources/Shared/SIPMessage/ByteString.swift", "hashes its bytes where they lie"),
        ("Sources/Shared/SIPMessage/Span+Scanning.swift", "compares with literals where they lie"),
        ("Sources/Shared/SIPMessage/Span+Words.swift", "reads eight bytes at a time: halves the cost of parsing"),
        ("Sources/Shared/SIPMessage/StreamFramer.swift", "copies network buffers whole"),
        ("Sources/sipd/RoutingScript/ScriptEngine/RegularExpression.swift", "regular expressions of the C library"),
        ("Sources/sipd/Transport/", "socket calls"),
    ]

    /// Unsafe constructs stand in their folders only, and a `// SAFETY:` line is near each.
    static func unsafeCode(in file: SourceFile) -> [Violation] {
        let uses = file.code.containing(anyOf: ["unsafe", "Unsafe", "@unchecked"]).filter {
            file.code[$0].firstMatch(of: /\bunsafe\b|@unchecked\b|\bUnsafe[A-Z]|\bwithUnsafe/) != nil
        }
        guard unsafePlaces.contains(where: { file.path.hasPrefix($0.path) }) else {
            return uses.map { Violation(path: file.path, line: $0 + 1, message: "unsafe code outside of its places") }
        }
        let reasons = file.lines.containing("SAFETY:")
        return uses.filter { use in !reasons.contains { (use - safetyReach...use + 3).contains($0) } }.map {
            Violation(path: file.path, line: $0 + 1, message: "unsafe code without a // SAFETY: line")
        }
    }

    /// How far above a use its reason may stand: one function's length.
    private static let safetyReach = 40

    // MARK: Names

    /// A file is named after a type it declares or, as `Type+Topic`, extends; several types of a kind may share a file
    /// that is named after the kind: `DriverModules` for types that all end in `Module`.
    static func misnamed(_ file: SourceFile) -> [Violation] {
        let name = file.name.split(separator: "+").first.map(String.init) ?? file.name
        let declared = declarations(in: file)
        let types = declared.filter(\.isTopLevelType).map(\.name)
        let kind = lastWord(name)
        if declared.contains(where: { $0.name.lowercased() == name.lowercased() })
            || types.contains(where: { $0.hasPrefix(name) })
            || types.count > 1 && types.allSatisfy({ lastWord($0) == kind })
        {
            return []
        }
        return [Violation(path: file.path, line: 1, message: "declares nothing that is called \(name)")]
    }

    private struct Declaration {
        let name: String
        let isTopLevelType: Bool
    }

    /// What a file declares or extends, functions and constants among it; of `A.B`, `B`.
    private static func declarations(in file: SourceFile) -> [Declaration] {
        let types: Set<Substring> = ["struct", "enum", "class", "actor", "protocol"]
        let others: Set<Substring> = ["extension", "typealias", "func", "let", "macro"]
        return file.code.all.compactMap { line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(where: { types.contains($0) || others.contains($0) }),
                keyword + 1 < words.count
            else { return nil }
            let name = words[keyword + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
            guard let last = name.split(separator: ".").last else { return nil }
            return Declaration(
                name: String(last), isTopLevelType: types.contains(words[keyword]) && !line.hasPrefix(" "))
        }
    }

    /// `Module` of `MySQLDriverModules`.
    private static func lastWord(_ name: String) -> Substring {
        let word = name.lastIndex(where: \.isUppercase).map { name[$0...] } ?? name[...]
        return word.hasSuffix("s") ? word.dropLast() : word
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
