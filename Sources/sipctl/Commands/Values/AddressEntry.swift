import CommandLineInterface
import Database
import NetworkAddress

/// Checks what goes into a row of the address table.
enum AddressEntry {
    static let maskHostBitsOption = CommandOption.flag(
        "mask-host-bits", "clear the bits behind the mask instead of refusing them")

    /// Puts address and mask into their canonical form.
    static func normalise(_ draft: inout RowDraft, _ invocation: Invocation) throws(CommandFailure) {
        guard let address = draft.text("ip_addr") else { return }
        let (text, length) = try network(
            address, mask: draft.text("mask"), masksHostBits: invocation.has(maskHostBitsOption))
        draft["ip_addr"] = .text(text)
        draft["mask"] = .integer(Int64(length))
        if draft["port"] == nil { draft["port"] = .integer(0) }
        if draft["grp"] == nil { draft["grp"] = .integer(1) }
    }

    // MARK: Addresses

    /// The canonical text of an address and its prefix length; 32 for a host name, as Kamailio's default is.
    private static func network(
        _ text: String, mask: String?, masksHostBits: Bool
    ) throws(CommandFailure) -> (String, Int) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let host = parts[0]
        var lengthText = mask.flatMap { $0.isEmpty ? nil : $0 }
        if parts.count == 2 {
            guard lengthText == nil || lengthText == parts[1] else {
                throw ValueRefusal.failure(
                    "address", text, "has a mask of its own, and mask '\(lengthText ?? "")' is given")
            }
            lengthText = parts[1]
        }
        if HostName.isIntended(host) {
            try HostName.check(host, field: "address")
            guard parts.count == 1, lengthText == nil || lengthText == "32" else {
                throw ValueRefusal.failure("address", text, "is a host name, which has no mask")
            }
            guard host.utf8.count <= addressLengthMax else {
                throw ValueRefusal.failure(
                    "address", text, "is longer than the \(addressLengthMax) characters the table holds")
            }
            return (host.lowercased(), 32)
        }
        let address = try self.address(host)
        let length = try lengthText.map { text throws(CommandFailure) in try self.length(text, address) }
        let prefix = AddressPrefix(address, length: length ?? address.family.bitCount) ?? AddressPrefix(host: address)
        guard !prefix.hasHostBits || masksHostBits else {
            throw ValueRefusal.failure(
                "address", "\(prefix)", "has bits behind its mask",
                fix: "write \(prefix.masked), or give --mask-host-bits to have them cleared")
        }
        return (prefix.first.description, prefix.length)
    }

    private static let addressLengthMax = 50

    private static func address(_ text: String) throws(CommandFailure) -> IPAddress {
        guard let address = IPAddress(text) else {
            if text.contains(":") {
                throw ValueRefusal.failure("address", text, "is not an IPv6 address", fix: "as in 2001:db8::1")
            }
            throw ValueRefusal.failure("address", text, "is not an IPv4 address", fix: ipv4Fix(text))
        }
        guard !address.isIPv4Mapped else {
            throw ValueRefusal.failure(
                "address", text, "is an IPv4 address in IPv6 form, which no source has",
                fix: "write \(address.unmapped)")
        }
        return address
    }

    private static func ipv4Fix(_ text: String) -> String {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        let isNumeric = octets.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        if isNumeric, octets.count == 4 { return "octets go from 0 to 255, without leading zeros" }
        return "four octets with dots, as in 203.0.113.10"
    }

    private static func length(_ text: String, _ address: IPAddress) throws(CommandFailure) -> Int {
        let family = address.isIPv4 ? "IPv4" : "IPv6"
        let maximum = address.family.bitCount
        guard let number = Int(text), text.first != "+", (0...maximum).contains(number) else {
            throw ValueRefusal.failure("mask", text, "is not a whole number from 1 to \(maximum), for \(family)")
        }
        guard number > 0 else {
            throw ValueRefusal.failure(
                "mask", text, "would stand for every address; Kamailio takes it for one host",
                fix: address.isIPv4 ? "for one host the mask is 32" : "for one host the mask is 128")
        }
        return number
    }
}
