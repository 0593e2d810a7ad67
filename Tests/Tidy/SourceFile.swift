import FoundationEssentials

/// One file of the repository.
struct SourceFile {
    /// Path below the repository's top, with `/` between the parts.
    let path: String
    let lines: TextLines
    /// The lines of Swift source without comments and literals; none for other files.
    let code: TextLines

    init(path: String, text: String) {
        let bytes = Array(text.utf8)
        self.path = path
        lines = TextLines(bytes)
        code = TextLines(path.hasSuffix(".swift") ? CodeText(bytes).bytes : [])
    }

    /// The folders of the path, without the file.
    var folders: [Substring] {
        path.split(separator: "/").dropLast()
    }

    /// The name without its extension: `Address+Parsing` for `.../Address+Parsing.swift`.
    var name: String {
        let file = path.split(separator: "/").last ?? ""
        return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? String(file)
    }
}

/// Something that breaks a rule, at a place that an editor can jump to.
struct Violation: Equatable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String {
        "\(path):\(line): \(message)"
    }
}

/// The repository as it lies on disk, without what the build and the programs put there.
enum Repository {
    /// The folder that holds Package.swift: three levels above this file.
    static let top = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/\($1)" }

    private static let foreign: Set<Substring> = [".build", ".git", "run", "__pycache__"]

    /// The text files below a folder (all of them without one) with one of the extensions (any without one).
    static func files(below folder: String = "", extensions: Set<String> = []) -> [SourceFile] {
        let start = folder.isEmpty ? top : "\(top)/\(folder)"
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: start)) ?? []
        return paths.sorted().compactMap { relative in
            let path = folder.isEmpty ? relative : "\(folder)/\(relative)"
            let parts = path.split(separator: "/")
            guard !parts.contains(where: { foreign.contains($0) || $0.hasPrefix(".build") }) else { return nil }
            guard extensions.isEmpty || extensions.contains(where: { path.hasSuffix(".\($0)") }) else { return nil }
            guard let data = FileManager.default.contents(atPath: "\(top)/\(path)") else { return nil }
            return String(validating: data, as: UTF8.self).map { SourceFile(path: path, text: $0) }
        }
    }

    static let sources = files(below: "Sources", extensions: ["swift"])
}
