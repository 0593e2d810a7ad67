import CommandLineInterface
import Database
import OperatingSystem

/// Reads `kamctlrc`, which is a shell script for kamctl, as data: nothing in it is ever executed.
struct KamctlSettings {
    private static let bytesMax = 1 << 20

    private var values: [String: Configuration.Entry] = [:]
    private let environment: Environment

    /// Adds the settings of the files, the first of them strongest.
    static func read(
        _ paths: [String], _ environment: Environment, into configuration: inout Configuration
    ) throws(CommandFailure) {
        var settings = KamctlSettings(environment: environment)
        // kamctl reads the weakest first, so that a later file can use what an earlier one set.
        for path in paths.reversed() { try settings.read(path) }
        for (name, entry) in settings.values { configuration.add(name, entry) }
        if let url = settings.databaseURL { configuration.add(Settings.databaseOption.name, url) }
    }

    private init(environment: Environment) {
        self.environment = environment
    }

    private mutating func read(_ path: String) throws(CommandFailure) {
        guard let bytes = try? FileContents.read(path, bytesMax: Self.bytesMax) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let (name, words) = Self.assignment(line) else { continue }
            let place = "\(path):\(index + 1)"
            guard let value = value(words) else {
                throw CommandFailure(
                    .configuration, "\(place): the value of \(name) would have to be executed",
                    hint: "write the value itself, or give it by an option")
            }
            values[name] = Configuration.Entry(value, place: place)
        }
    }

    /// `NAME=VALUE`, possibly behind `export`; other lines are no settings.
    private static func assignment(_ line: Substring) -> (String, Substring)? {
        var text = line.drop { $0 == " " || $0 == "\t" }
        if text.hasPrefix("export ") { text = text.dropFirst(7) }
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = text[..<equals]
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
            return nil
        }
        return (String(name), text[text.index(after: equals)...])
    }

    /// The value without its quotes, `$NAME` put in; nil when it is a command.
    private func value(_ text: Substring) -> String? {
        var result = ""
        var rest = text
        var quote: Character?
        while let character = rest.popFirst() {
            switch (character, quote) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case (_, "'"): result.append(character)
            case ("`", _): return nil
            case ("$", _):
                guard rest.first != "(", let part = expand(&rest) else { return nil }
                result += part
            case ("'", nil), ("\"", nil): quote = character
            case ("\\", _): if let next = rest.popFirst() { result.append(next) }
            case (" ", nil), ("\t", nil), ("\r", nil), (";", nil), ("#", nil): return result
            default: result.append(character)
            }
        }
        return result
    }

    private func expand(_ rest: inout Substring) -> String? {
        let isBraced = rest.first == "{"
        if isBraced { rest.removeFirst() }
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest[name.endIndex...]
        if isBraced {
            guard rest.first == "}" else { return nil }
            rest.removeFirst()
        }
        return values[String(name)]?.value ?? environment[String(name)] ?? ""
    }

    // MARK: The database

    /// The database as a URL; nil when the files name no engine.
    private var databaseURL: Configuration.Entry? {
        guard let engine = values["DBENGINE"] else { return nil }
        switch engine.value.lowercased() {
        case "sqlite", "sqlite3":
            guard let path = values["DB_PATH"], path.value.hasPrefix("/") else { return nil }
            return Configuration.Entry("sqlite://\(path.value)", place: path.place)
        case "mysql", "mariadb":
            var host = values["DBHOST"]?.value ?? "localhost"
            if host.contains(":") { host = "[\(host)]" }
            if let port = values["DBPORT"]?.value, !port.isEmpty { host += ":\(port)" }
            let password = values["DBRWPW"].map { ":\($0.value)" } ?? ""
            let name = values["DBNAME"]?.value ?? "kamailio"
            let user = values["DBRWUSER"]?.value ?? "kamailio"
            return Configuration.Entry("mysql://\(user)\(password)@\(host)/\(name)", place: engine.place)
        default: return nil
        }
    }
}
