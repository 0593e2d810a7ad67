import NetworkAddress
import OperatingSystem
import ScriptEngine
import Transport

/// The file of TLS domains (`tls.cfg`): sections in brackets, `name = value` below.
struct TLSConfigurationFile {
    private let path: String
    private let defaults: TLSDefaults
    private var sections: [Section] = []
    private var problems: [String] = []
    private var notices: [String] = []

    /// A section with its lines, until all are read.
    private struct Section {
        let role: TLSDomain.Role
        let address: TLSDomain.Address
        var settings: [(name: String, value: String)] = []
    }

    /// Reads a file.
    ///
    /// - Throws: all that is wrong in it, each with its line and column.
    static func read(
        _ path: String, defaults: TLSDefaults
    ) throws(ScriptError) -> (domains: [TLSDomain], notices: [String]) {
        let bytes: [UInt8]
        do throws(FileContents.Failure) {
            bytes = try FileContents.read(path, bytesMax: 1 << 20)
        } catch {
            throw ScriptError("the TLS configuration '\(path)' cannot be read: \(text(of: error))")
        }
        var file = TLSConfigurationFile(path: path, defaults: defaults)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { file.read(String(decoding: line, as: UTF8.self), number: index + 1) }
        guard file.problems.isEmpty else { throw ScriptError(file.problems.joined(separator: "\n")) }
        return (try file.domains(), file.notices)
    }

    /// The domains of all sections; what a section leaves open it takes from the default section of its role.
    private func domains() throws(ScriptError) -> [TLSDomain] {
        var domains: [TLSDomain] = []
        for section in sections {
            var domain = defaults.domain(section.role, section.address)
            let fallback = sections.first {
                $0.role == section.role && $0.address == .fallback && section.address != .fallback
            }
            for (name, value) in fallback?.settings ?? [] where !name.hasPrefix("server_name") {
                try TLSSetting.apply(name, value, to: &domain, relativeTo: folder)
            }
            for (name, value) in section.settings {
                try TLSSetting.apply(name, value, to: &domain, relativeTo: folder)
            }
            domains.append(domain)
        }
        for role in [TLSDomain.Role.server, .client]
        where !sections.contains(where: { $0.role == role && $0.address == .fallback }) && needsDefault(role) {
            domains.append(defaults.domain(role, .fallback))
        }
        return domains
    }

    /// A client needs a domain for every server; a server without a default section serves only the addresses named.
    private func needsDefault(_ role: TLSDomain.Role) -> Bool {
        role == .client || !sections.contains { $0.role == .server }
    }

    private init(path: String, defaults: TLSDefaults) {
        self.path = path
        self.defaults = defaults
    }

    private static func text(of failure: FileContents.Failure) -> String {
        switch failure {
        case .notFound: "no such file"
        case .tooLarge(let bytesMax): "more than \(bytesMax) bytes"
        case .failed(let reason): reason
        }
    }

    // MARK: Lines

    private mutating func read(_ line: String, number: Int) {
        let start = line.prefix { $0 == " " || $0 == "\t" }.count
        let content = line.dropFirst(start).prefix { $0 != "#" && $0 != ";" && $0 != "\r" }
        guard let first = content.first else { return }
        let position = "\(path):\(number):\(start + 1)"
        do throws(ScriptError) {
            if first == "[" {
                try begin(section: content)
            } else {
                try set(content)
            }
        } catch {
            problems.append("\(position): \(error.message)" + (error.hint.map { " (\($0))" } ?? ""))
        }
    }

    private mutating func begin(section: Substring) throws(ScriptError) {
        guard let close = section.lastIndex(of: "]"), section[section.index(after: close)...].allSatisfy(\.isWhitespace)
        else { throw ScriptError("a section ends with ']'") }
        let words = section[section.index(after: section.startIndex)..<close]
        guard let colon = words.firstIndex(of: ":"), let role = TLSDomain.Role(rawValue: String(words[..<colon])) else {
            throw ScriptError("section '\(words)' is unknown", hint: "write server:ADDRESS or client:ADDRESS")
        }
        let text = words[words.index(after: colon)...]
        let address = try Self.address(text)
        guard address != .fallback || !sections.contains(where: { $0.role == role && $0.address == address }) else {
            throw ScriptError("section '\(words)' is there twice")
        }
        sections.append(Section(role: role, address: address))
    }

    private static func address(_ text: Substring) throws(ScriptError) -> TLSDomain.Address {
        if text == "default" { return .fallback }
        if text == "any" { return .any }
        if let endpoint = Endpoint(text) { return .endpoint(endpoint) }
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text
        guard let address = IPAddress(bare) else {
            throw ScriptError(
                "'\(text)' is no address", hint: "write default, any, 192.0.2.1:5061 or [2001:db8::1]:5061")
        }
        return .endpoint(Endpoint(address: address, port: Port(0)))
    }

    private mutating func set(_ line: Substring) throws(ScriptError) {
        guard let equals = line.firstIndex(of: "=") else {
            throw ScriptError("a line is 'name = value', not '\(line)'")
        }
        let name = line[..<equals].trimmed
        var value = line[line.index(after: equals)...].trimmed
        if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
            value = String(value.dropFirst().dropLast())
        }
        guard !sections.isEmpty else { throw ScriptError("'\(name)' stands before the first section") }
        guard !value.isEmpty else { throw ScriptError("'\(name)' has no value") }
        if let reason = TLSSetting.withoutEffect[name] {
            notices.append("tls.cfg: \(name) has no effect: \(reason)")
            return
        }
        // Tried here so that what is wrong is told with its line.
        var trial = TLSDomain(sections[sections.count - 1].role, .fallback)
        try TLSSetting.apply(name, value, to: &trial, relativeTo: folder)
        sections[sections.count - 1].settings.append((name, value))
    }

    /// Where relative names of files start.
    private var folder: String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
