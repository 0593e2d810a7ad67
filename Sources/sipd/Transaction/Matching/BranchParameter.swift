package import SIPMessage

/// The branch parameter of a Via header of ours; it names the transaction and its branch, so that a response finds
/// them without a search.
///
/// It has the shape of Kamailio's: `z9hG4bK`, a short number, 32 hexadecimal digits, the branch index. The digits are
/// unpredictable: only who saw the request can answer it.
///
///     z9hG4bK2a.0f1e2d3c4b5a69788796a5b4c3d2e1f0.0
package struct BranchParameter: Hashable, Sendable {
    /// The magic cookie of RFC 3261 §8.1.1.7.
    package static let cookie: ByteString = "z9hG4bK"
    /// The most branches a transaction can have.
    package static let branchesMax = 256

    /// The transaction's place in its table.
    package let slot: UInt32
    /// What tells it from earlier transactions in the same place, and from guesses.
    package let identifier: HashValue
    /// The branch's index.
    package let branch: Int

    /// Makes the parameter of a branch.
    package init(slot: UInt32, identifier: HashValue, branch: Int) {
        self.slot = slot
        self.identifier = identifier
        self.branch = branch
    }

    /// Reads a parameter value; nil for one that is not of ours.
    package init?(parsing text: ByteString) {
        let bytes = text.bytes.span
        let start = Self.cookie.count
        guard text.hasPrefixIgnoringCase("z9hG4bK"), bytes.count >= start + 1 + 1 + 32 + 1 + 1,
            let firstDot = Self.index(of: 0x2e, in: bytes, from: start), firstDot + 33 < bytes.count,
            bytes[firstDot + 33] == 0x2e,
            let slot = Hexadecimal.parse(bytes, start..<firstDot), slot <= UInt32.max,
            let high = Hexadecimal.parse(bytes, firstDot + 1..<firstDot + 17),
            let low = Hexadecimal.parse(bytes, firstDot + 17..<firstDot + 33),
            let branch = Hexadecimal.parse(bytes, firstDot + 34..<bytes.count), branch < UInt64(Self.branchesMax)
        else { return nil }
        self.init(slot: UInt32(slot), identifier: HashValue(high: high, low: low), branch: Int(branch))
    }

    /// Appends the parameter value to `bytes`.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: Self.cookie.bytes)
        Hexadecimal.append(UInt64(slot), to: &bytes)
        bytes.append(0x2e)
        Hexadecimal.append16(identifier.high, to: &bytes)
        Hexadecimal.append16(identifier.low, to: &bytes)
        bytes.append(0x2e)
        Hexadecimal.append(UInt64(branch), to: &bytes)
    }

    private static func index(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }
}
