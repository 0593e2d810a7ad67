import Database
import NetworkAddress

/// One entry of the address list: a network, or a host name, that belongs to a group.
struct AddressEntry: Sendable, Hashable {
    /// What the entry matches.
    enum Subject: Sendable, Hashable {
        /// A host (full prefix length) or a network.
        case prefix(AddressPrefix)
        /// A host name, lower case; matched as text by `allow_address()`.
        case domain(String)
    }

    let subject: Subject
    let group: Int
    /// The port the source must have; 0 for any.
    let port: Int
    let tag: String
}

/// A row that cannot be used, and why.
struct AddressRowProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The row's id, or its line in a file.
    let row: Int64
    /// Which field, what it holds, and what it may hold.
    let reason: String

    var description: String { "row \(row): \(reason)" }
}

/// The addresses that are trusted, by group: an immutable set, built beside the one in use and swapped whole.
///
/// A look-up costs the same whether the list has ten entries or a million.
struct AddressList: Sendable {
    /// All entries in the order of their rows.
    let entries: [AddressEntry]
    private let tree: PrefixTree<Int32>
    private let domains: [String: [Int32]]

    /// Builds the look-up structures.
    init(_ entries: [AddressEntry] = []) {
        self.entries = entries
        var prefixes: [(AddressPrefix, Int32)] = []
        var domains: [String: [Int32]] = [:]
        for (index, entry) in entries.enumerated() {
            switch entry.subject {
            case .prefix(let prefix): prefixes.append((prefix, Int32(index)))
            case .domain(let name): domains[name, default: []].append(Int32(index))
            }
        }
        tree = PrefixTree(prefixes)
        self.domains = domains
    }

    /// The most specific entry that matches an address and port, in one group or in any.
    func match(_ address: IPAddress, port: Int, group: Int?) -> AddressEntry? {
        let accepted = tree.firstMatch(address.unmapped) { matches(entries[Int($0)], port: port, group: group) }
        return accepted.map { entries[Int($0)] }
    }

    /// The first entry with a host name, compared without case.
    func match(domain: String, port: Int, group: Int?) -> AddressEntry? {
        domains[domain.lowercased()]?.lazy.map { entries[Int($0)] }.first { matches($0, port: port, group: group) }
    }

    private func matches(_ entry: AddressEntry, port: Int, group: Int?) -> Bool {
        (group == nil || entry.group == group) && (entry.port == 0 || entry.port == port)
    }
}

extension AddressEntry {
    /// Makes an entry of a row, with every field checked.
    ///
    /// - Throws: `AddressRowProblem` that names the field, its value and the rule.
    init(_ record: AddressRecord) throws(AddressRowProblem) {
        func problem(_ reason: String) -> AddressRowProblem { AddressRowProblem(row: record.id, reason: reason) }
        guard let group = record.group, (1...Int64(Int32.max)).contains(group) else {
            throw problem("group \(Self.text(record.group)) is not a number from 1 on")
        }
        let port = record.port ?? 0
        guard (0...65_535).contains(port) else { throw problem("port \(port) is not from 0 to 65535") }
        self.group = Int(group)
        self.port = Int(port)
        tag = record.tag ?? ""
        guard let address = IPAddress(record.address) else {
            guard Self.isHostName(record.address) else {
                throw problem("address '\(record.address)' is neither an IP address nor a host name")
            }
            subject = .domain(record.address.lowercased())
            return
        }
        let longest = address.family.bitCount
        guard let mask = record.mask, (0...Int64(longest)).contains(mask),
            let prefix = AddressPrefix(address, length: Int(mask))
        else {
            throw problem("mask \(Self.text(record.mask)) of \(record.address) is not from 0 to \(longest)")
        }
        subject = .prefix(prefix.masked)
    }

    private static func text(_ number: Int64?) -> String {
        number.map { "\($0)" } ?? "NULL"
    }

    /// Letters, digits, `-`, `_` and dots, not all digits and dots, at most 253 characters.
    private static func isHostName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...253).contains(bytes.count) else { return false }
        let isNameByte = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D || byte == 0x2E
                || byte == 0x5F
        }
        return bytes.allSatisfy(isNameByte) && bytes.contains { (0x41...0x5A).contains($0 & 0xDF) }
    }
}
