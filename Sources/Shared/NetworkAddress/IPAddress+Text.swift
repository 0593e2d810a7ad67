extension IPAddress {
    /// Reads an address strictly: `192.0.2.1` or `2001:db8::1`, also in brackets.
    ///
    /// IPv4 has four decimal octets without leading zeros, which some readers take as octal. IPv6 is as RFC 4291 §2.2
    /// writes it, also with an IPv4 tail; zone identifiers are refused.
    package init?(_ text: ArraySlice<UInt8>) {
        let span = text.span
        let count = span.count
        let isBracketed = count >= 2 && span[0] == 0x5B && span[count - 1] == 0x5D
        if isBracketed {
            guard let bits = scanIPv6(span, 1, count - 1) else { return nil }
            self.init(v6: bits)
        } else if let bits = scanIPv4(span, 0, count) {
            self.init(v4: bits)
        } else if let bits = scanIPv6(span, 0, count) {
            self.init(v6: bits)
        } else {
            return nil
        }
    }

    /// Reads an address strictly; see `init(_:)` of bytes.
    package init?(_ text: some StringProtocol) {
        self.init(Array(text.utf8)[...])
    }

    /// Reads an address strictly; see `init(_:)` of bytes.
    package init?(_ text: [UInt8]) {
        self.init(text[...])
    }

    /// Appends the canonical form: dotted decimal, or RFC 5952 without brackets.
    package func append(to output: inout [UInt8]) {
        switch family {
        case .v4: appendIPv4(UInt32(truncatingIfNeeded: low), to: &output)
        case .v6: appendIPv6(to: &output)
        }
    }

    /// Appends the canonical form with brackets around IPv6, as in URIs and Via.
    package func appendBracketed(to output: inout [UInt8]) {
        if isIPv6 { output.append(0x5B) }
        append(to: &output)
        if isIPv6 { output.append(0x5D) }
    }

    /// The canonical form as bytes, with brackets around IPv6 if asked.
    package func text(bracketed: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(48)
        if bracketed { appendBracketed(to: &output) } else { append(to: &output) }
        return output
    }

    private func appendIPv4(_ bits: UInt32, to output: inout [UInt8]) {
        var shift: UInt32 = 32
        while shift > 0 {
            if shift < 32 { output.append(0x2E) }
            shift -= 8
            appendDecimal(Int(bits >> shift & 0xFF), to: &output)
        }
    }

    private func appendIPv6(to output: inout [UInt8]) {
        if isIPv4Mapped {
            output.append(contentsOf: "::ffff:".utf8)
            return appendIPv4(UInt32(truncatingIfNeeded: low), to: &output)
        }
        let zeros = longestZeroRun()
        var index = 0
        while index < 8 {
            if index == zeros.lowerBound, zeros.count >= 2 {
                output.append(0x3A)
                output.append(0x3A)
                index = zeros.upperBound
                continue
            }
            if index > 0, !(zeros.count >= 2 && index == zeros.upperBound) { output.append(0x3A) }
            appendHexadecimal(group(index), to: &output)
            index += 1
        }
    }

    private func group(_ index: Int) -> UInt16 {
        let half = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: half >> UInt64((3 - index & 3) * 16))
    }

    /// The first of the longest runs of zero groups (RFC 5952 §4.2).
    private func longestZeroRun() -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0...8 {
            if index < 8, group(index) == 0 { continue }
            if index - start > best.count { best = start..<index }
            start = index + 1
        }
        return best
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String { String(decoding: text(), as: UTF8.self) }
}

func appendDecimal(_ value: Int, to output: inout [UInt8]) {
    if value >= 10 { appendDecimal(value / 10, to: &output) }
    output.append(0x30 + UInt8(truncatingIfNeeded: value % 10))
}

private func appendHexadecimal(_ value: UInt16, to output: inout [UInt8]) {
    if value >= 16 { appendHexadecimal(value >> 4, to: &output) }
    let digit = UInt8(truncatingIfNeeded: value & 15)
    output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
}

/// Reads four decimal octets that fill the whole range.
func scanIPv4(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
    guard end - start >= 7, end - start <= 15 else { return nil }
    var bits: UInt32 = 0
    var position = start
    for octet in 0..<4 {
        if octet > 0 {
            guard position < end, span[position] == 0x2E else { return nil }
            position += 1
        }
        let first = position
        var value: UInt32 = 0
        while position < end, span[position] &- 0x30 < 10, position - first < 3 {
            value = value * 10 + UInt32(span[position] &- 0x30)
            position += 1
        }
        guard position > first, value <= 255, position - first == 1 || span[first] != 0x30 else { return nil }
        bits = bits << 8 | value
    }
    return position == end ? bits : nil
}

/// Reads an IPv6 address that fills the whole range.
func scanIPv6(_ span: borrowing Span<UInt8>, _ start: Int, _ end: Int) -> UInt128? {
    guard end - start >= 2, end - start <= 45 else { return nil }
    var bits: UInt128 = 0
    var groups = 0
    /// The number of groups in front of `::`.
    var gap: Int?
    var position = start
    if span[start] == 0x3A {
        guard span[start + 1] == 0x3A else { return nil }
        gap = 0
        position += 2
    }
    while position < end {
        guard groups < 8 else { return nil }
        let groupStart = position
        var value: UInt128 = 0
        while position < end, position - groupStart < 5, let digit = hexDigit(span[position]) {
            value = value << 4 | UInt128(digit)
            position += 1
        }
        if position < end, span[position] == 0x2E {
            guard groups <= 6, let tail = scanIPv4(span, groupStart, end) else { return nil }
            bits = bits << 32 | UInt128(tail)
            groups += 2
            position = end
            break
        }
        guard position > groupStart, position - groupStart <= 4 else { return nil }
        bits = bits << 16 | value
        groups += 1
        guard position < end else { break }
        guard span[position] == 0x3A, position + 1 < end else { return nil }
        position += 1
        if span[position] == 0x3A {
            guard gap == nil else { return nil }
            gap = groups
            position += 1
        }
    }
    guard let gap else { return groups == 8 ? bits : nil }
    guard groups < 8 else { return nil }
    let tailBits = UInt128((groups - gap) * 16)
    let tail = bits & ((UInt128(1) << tailBits) - 1)
    guard gap > 0 else { return tail }
    return (bits >> tailBits) << UInt128((8 - gap) * 16) | tail
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    if byte &- 0x30 < 10 { return byte &- 0x30 }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? letter + 10 : nil
}
