/// Rules about the repository as a whole.
enum RepositoryRules {
    /// No path of a machine that somebody worked on.
    static func machinePaths(in file: SourceFile) -> [Violation] {
        machineFolders.flatMap { folder in
            file.lines.containing(folder).map {
                Violation(path: file.path, line: $0 + 1, message: "names a folder of one machine: \(folder)")
            }
        }
    }

    // In pieces, so that this file passes its own rule.
    private static let machineFolders: [String] = ["wo" + "rk", "ro" + "ot", "fa" + "rm"].map { "/\($0)/" }

    /// Each folder of modules is assembled into the daemon.
    static func unlistedModules(files: [SourceFile], list: String) -> [Violation] {
        let folder = "Sources/sipd/Modules/"
        let names = Set(files.filter { $0.path.hasPrefix(folder) }.compactMap { $0.folders.dropFirst(3).first })
        let words = Set(list.split(whereSeparator: { !$0.isLetter && !$0.isNumber }))
        return names.sorted().filter { !words.contains("\($0)Module") }.map {
            Violation(
                path: "Sources/sipd/Main/StandardModules.swift", line: 1, message: "does not list the module \($0)")
        }
    }

    /// Relative links in Markdown lead to a file or folder that exists.
    static func deadLinks(in file: SourceFile, exists: (String) -> Bool) -> [Violation] {
        file.lines.containing("](").flatMap { index in
            file.lines[index].matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/).compactMap { match in
                let link = match.output.1
                guard !link.contains(":") else { return nil }
                let folder = file.folders.joined(separator: "/")
                let target = folder.isEmpty ? String(link) : "\(folder)/\(link)"
                return exists(normalised(target))
                    ? nil : Violation(path: file.path, line: index + 1, message: "leads nowhere: \(link)")
            }
        }
    }

    private static func normalised(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}
