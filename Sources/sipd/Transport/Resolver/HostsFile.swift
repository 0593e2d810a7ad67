package import NetworkAddress

/// The names of `/etc/hosts`.
package struct HostsFile: Hashable, Sendable {
    /// The addresses of each name in the order of the file.
    package private(set) var addresses: [DNSName: [IPAddress]]

    /// The most names that are kept.
    package static let nameCountMax = 100_000

    /// A file without entries.
    package init() {
        addresses = [:]
    }

    /// Reads the text of a hosts file; lines that are not understood are passed over, as hosts(5) asks.
    package init(parsing text: some StringProtocol) {
        self.init()
        for line in String(text).split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, let address = IPAddress(String(first)) else { continue }
            for word in words.dropFirst() { add(address, for: word) }
        }
    }

    private mutating func add(_ address: IPAddress, for text: Substring) {
        guard let name = DNSName(text), addresses.count < HostsFile.nameCountMax || addresses[name] != nil else {
            return
        }
        if addresses[name]?.contains(address) != true { addresses[name, default: []].append(address) }
    }
}
