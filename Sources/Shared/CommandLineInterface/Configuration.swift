import OperatingSystem

/// Values of options that files give; what stands on the command line or in the environment is stronger.
package struct Configuration: Sendable {
    /// A value and the file and line it stands on.
    package struct Entry: Equatable, Sendable {
        /// The text.
        package var value: String
        /// `FILE:LINE`.
        package var place: String

        /// Creates an entry.
        package init(_ value: String, place: String) {
            self.value = value
            self.place = place
        }
    }

    private var entries: [String: Entry] = [:]

    /// No values.
    package init() {}

    /// The value for an option, by its name.
    package subscript(name: String) -> Entry? { entries[name] }

    /// Adds a value unless a stronger file gave one.
    package mutating func add(_ name: String, _ entry: Entry) {
        if entries[name] == nil { entries[name] = entry }
    }

    // MARK: Our own files

    private static let bytesMax = 1 << 20

    /// Adds the values of a file of lines `name = value`; `[context NAME]` begins values for one context only.
    ///
    /// A missing file has none. Values of the context are stronger than those in front of all contexts.
    /// - Throws: `CommandFailure` with `configuration` that names file and line.
    package mutating func read(_ path: String, context: String?) throws(CommandFailure) {
        let lines: [Substring]
        do throws(FileContents.Failure) {
            let bytes = try FileContents.read(path, bytesMax: Self.bytesMax)
            lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        } catch {
            if case .notFound = error { return }
            throw CommandFailure(.configuration, "cannot read '\(path)': \(error)")
        }
        var general: [(String, Entry)] = []
        var section: String?
        for (index, line) in lines.enumerated() {
            let text = Self.trimmed(line)
            if text.isEmpty || text.hasPrefix("#") { continue }
            if text.hasPrefix("[context "), text.hasSuffix("]") {
                section = Self.trimmed(text.dropFirst(9).dropLast())
                continue
            }
            guard let equals = text.firstIndex(of: "=") else {
                throw CommandFailure(
                    .configuration, "\(path):\(index + 1): the line is not 'name = value'",
                    hint: "and '[context NAME]' begins the values of a context")
            }
            let name = Self.trimmed(text[..<equals])
            let entry = Entry(Self.trimmed(text[text.index(after: equals)...]), place: "\(path):\(index + 1)")
            if section == nil { general.append((name, entry)) } else if section == context { add(name, entry) }
        }
        for (name, entry) in general { add(name, entry) }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return String(text)
    }

    private static func trimmed(_ text: String) -> String { trimmed(text[...]) }
}
