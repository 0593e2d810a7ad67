package import NetworkAddress
import OperatingSystem

/// What `/etc/resolv.conf` says: which servers to ask, and how.
///
/// Facts of the format are in resolv.conf(5). Lines that are not understood are passed over, as the C library does.
package struct ResolverConfiguration: Hashable, Sendable {
    /// The name servers in the order in which they are asked.
    package var servers: [Endpoint]
    /// The domains appended to a name that is not found as it stands.
    package var searchList: [DNSName]
    /// A name with at least this many dots is tried as it stands first.
    package var dotsMin: Int
    /// How long one server has for one try.
    package var timeoutSeconds: Int
    /// How often the whole list of servers is gone through.
    package var attempts: Int

    /// The most servers that are read; the C library reads three.
    package static let serverCountMax = 8
    /// The most domains that are read.
    package static let searchListCountMax = 16

    /// Creates a configuration; the defaults are those of resolv.conf(5).
    package init(
        servers: [Endpoint] = [], searchList: [DNSName] = [], dotsMin: Int = 1, timeoutSeconds: Int = 5,
        attempts: Int = 2
    ) {
        self.servers = servers
        self.searchList = searchList
        self.dotsMin = dotsMin
        self.timeoutSeconds = timeoutSeconds
        self.attempts = attempts
    }

    /// Reads the text of a `resolv.conf`.
    package init(parsing text: some StringProtocol) {
        self.init()
        for line in String(text).split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" && $0 != ";" }.split(whereSeparator: \.isWhitespace)
            guard let keyword = words.first else { continue }
            apply(keyword: keyword, values: words.dropFirst())
        }
    }

    private mutating func apply(keyword: Substring, values: ArraySlice<Substring>) {
        switch keyword {
        case "nameserver":
            guard servers.count < ResolverConfiguration.serverCountMax, let value = values.first,
                let address = IPAddress(String(value))
            else { return }
            servers.append(Endpoint(address: address, port: ResolverConfiguration.port))
        case "domain", "search":
            searchList = values.prefix(ResolverConfiguration.searchListCountMax).compactMap { DNSName($0) }
        case "options":
            for option in values { apply(option: option) }
        default:
            return
        }
    }

    private mutating func apply(option: Substring) {
        let parts = option.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let number = Int(parts[1]) else { return }
        // The upper bounds are those of resolv.conf(5).
        switch parts[0] {
        case "ndots": dotsMin = min(max(number, 0), 15)
        case "timeout": timeoutSeconds = min(max(number, 1), 30)
        case "attempts": attempts = min(max(number, 1), 5)
        default: return
        }
    }

    /// The port of the domain name service.
    package static let port = Port(53)
}

extension ResolverConfiguration {
    /// Reads the configuration of this machine from `/etc/resolv.conf`.
    ///
    /// Blocks, so only to be called at the start. Without the file there are no servers.
    package static func ofSystem() -> ResolverConfiguration {
        guard let bytes = try? FileContents.read("/etc/resolv.conf", bytesMax: 1 << 20) else {
            return ResolverConfiguration()
        }
        return ResolverConfiguration(parsing: String(decoding: bytes, as: UTF8.self))
    }
}

extension HostsFile {
    /// Reads the names of this machine from `/etc/hosts`.
    ///
    /// Blocks, so only to be called at the start. Without the file there are no entries.
    package static func ofSystem() -> HostsFile {
        guard let bytes = try? FileContents.read("/etc/hosts", bytesMax: 16 << 20) else { return HostsFile() }
        return HostsFile(parsing: String(decoding: bytes, as: UTF8.self))
    }
}
