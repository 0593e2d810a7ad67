import CommandLineInterface
import ControlProtocol
import Database
import OperatingSystem

/// A list of addresses from elsewhere: a file, standard input, a web server, or a name in the DNS.
struct AddressFeed {
    /// One address and where it stands.
    struct Entry {
        let line: Int
        let texts: [(column: String, text: String)]
    }

    private static let bytesMax = 256 << 20
    private static let fetchSecondsMax = "60"

    /// The source in words.
    let name: String
    private(set) var entries: [Entry] = []

    /// Fetches and parses a whole list.
    ///
    /// - Throws: `CommandFailure` when it cannot be fetched, or is no list at all; single addresses are checked later.
    init(_ source: String) throws {
        name = source == "-" ? "standard input" : source
        if source.hasPrefix("dns:") {
            let host = String(source.dropFirst(4))
            let addresses = HostAddresses.resolve(host)
            guard !addresses.isEmpty else {
                throw CommandFailure(.unavailable, "the name '\(host)' resolves to no address")
            }
            entries = addresses.enumerated().map { Entry(line: $0 + 1, texts: [("ip_addr", $1)]) }
            return
        }
        try parse(try Self.bytes(source))
    }

    private static func bytes(_ source: String) throws -> [UInt8] {
        guard source.hasPrefix("https://") || source.hasPrefix("http://") else {
            return try InputFile(path: source).rest(bytesMax: bytesMax)
        }
        let words = [
            "curl", "--fail", "--silent", "--show-error", "--location", "--proto", "=https,http", "--max-time",
            fetchSecondsMax, "--max-filesize", String(bytesMax), "--", source,
        ]
        let result = try ChildProcess.run(words, output: .memory(bytesMax: bytesMax))
        guard result.exitCode == 0 else {
            throw CommandFailure(.unavailable, "cannot fetch '\(source)': curl ended with \(result.exitCode)")
        }
        return result.output
    }

    // MARK: Parsing

    private mutating func parse(_ bytes: [UInt8]) throws {
        let first = bytes.first { $0 > 0x20 }
        if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
            try parseJSON(bytes)
        } else {
            try parseLines(bytes)
        }
    }

    /// An array of texts or objects, or an object whose first array is one.
    private mutating func parseJSON(_ bytes: [UInt8]) throws {
        let document: JSONValue
        do throws(JSONParseError) {
            document = try JSONParser.parse(bytes, limits: JSONParser.Limits(values: .max, bytes: Self.bytesMax))
        } catch {
            throw CommandFailure(.badData, "'\(name)' is no list: \(error)")
        }
        let list = document.arrayValue ?? document.objectValue?.compactMap(\.value.arrayValue).first
        guard let list else { throw CommandFailure(.badData, "'\(name)' has no array of addresses") }
        for (index, value) in list.enumerated() {
            if let text = value.stringValue {
                entries.append(Entry(line: index + 1, texts: [("ip_addr", text)]))
                continue
            }
            let texts = ["ip_addr", "mask", "port", "tag"].compactMap { column -> (String, String)? in
                let member =
                    value[column] ?? (column == "ip_addr" ? value["ip"] ?? value["address"] ?? value["cidr"] : nil)
                return (member?.stringValue ?? member?.integerValue.map { String($0) }).map { (column, $0) }
            }
            entries.append(Entry(line: index + 1, texts: texts))
        }
    }

    /// One address a line, or CSV whose first line names the columns; `#` and `;` begin comments.
    private mutating func parseLines(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.badData, "'\(name)' is not valid UTF-8")
        }
        var columns: [String]?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let bare = line.prefix { $0 != "#" && $0 != ";" && $0 != "\r" }
            if columns == nil, bare.contains(","), bare.contains("ip_addr") {
                columns = bare.split(separator: ",", omittingEmptySubsequences: false).map { Self.word($0) }
                continue
            }
            guard bare.contains(where: { $0 != " " && $0 != "\t" }) else { continue }
            if let columns {
                let words = bare.split(separator: ",", omittingEmptySubsequences: false).map { Self.word($0) }
                let texts = zip(columns, words).filter { !$1.isEmpty && $0 != "id" && $0 != "grp" }.map { ($0, $1) }
                entries.append(Entry(line: index + 1, texts: texts))
            } else {
                let words = bare.split { $0 == " " || $0 == "\t" || $0 == "," }.map(String.init)
                let texts = zip(["ip_addr", "port", "tag"], words).map { ($0, $1) }
                entries.append(Entry(line: index + 1, texts: texts))
            }
        }
    }

    private static func word(_ text: Substring) -> String {
        String(text.filter { $0 != "\"" && $0 != " " && $0 != "\t" })
    }
}
