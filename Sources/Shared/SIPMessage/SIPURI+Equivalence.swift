extension SIPURI {
    /// Tells whether both URIs mean the same resource (RFC 3261 §19.1.4).
    ///
    /// User and password are compared with case, the rest without; escapes count as the character they stand for. An
    /// absent port is not the default port. A parameter that only one URI has decides for `transport`, `user`, `ttl`,
    /// `method` and `maddr`, and is passed over otherwise. Headers must be the same, in any order.
    package func isEquivalent(to other: SIPURI) -> Bool {
        if raw == other.raw { return true }
        guard scheme == other.scheme else { return false }
        switch scheme {
        case .sip, .sips: break
        case .tel, .urn, .other: return raw.equalsIgnoringCase(other.raw)
        }
        return user?.unescaped() == other.user?.unescaped()
            && password?.unescaped() == other.password?.unescaped()
            && host.equalsIgnoringCase(other.host) && port == other.port
            && parametersAgree(with: other) && other.parametersAgree(with: self)
            && headersAgree(with: other) && other.headersAgree(with: self)
    }

    /// Checks each of these parameters against the other URI's.
    private func parametersAgree(with other: SIPURI) -> Bool {
        for parameter in ParameterList(parameters) {
            let name = parameter.name.unescaped()
            switch other.unescapedParameter(named: name) {
            case .absent:
                if SIPURI.decidingParameters.contains(where: { name.equalsIgnoringCase($0) }) { return false }
            case .flag:
                if parameter.value != nil { return false }
            case .value(let value):
                guard let mine = parameter.value?.unescaped(), mine.equalsIgnoringCase(value.unescaped()) else {
                    return false
                }
            }
        }
        return true
    }

    private func unescapedParameter(named name: ByteString) -> ParameterValue {
        for parameter in ParameterList(parameters) where parameter.name.unescaped().equalsIgnoringCase(name) {
            guard let value = parameter.value else { return .flag }
            return .value(value)
        }
        return .absent
    }

    private func headersAgree(with other: SIPURI) -> Bool {
        for header in ParameterList(headers, separator: 0x26) {
            let isFound = ParameterList(other.headers, separator: 0x26).contains { candidate in
                candidate.name.unescaped().equalsIgnoringCase(header.name.unescaped())
                    && candidate.value?.unescaped() == header.value?.unescaped()
            }
            if !isFound { return false }
        }
        return true
    }

    /// The parameters that make a difference when only one URI has them.
    private static let decidingParameters = ["transport", "user", "ttl", "method", "maddr"]
}

extension ByteString {
    /// The value with `%41` and the like replaced by the byte they stand for; other `%` stay.
    package func unescaped() -> ByteString {
        guard contains(0x25) else { return self }
        let span = bytes.span
        var plain: [UInt8] = []
        plain.reserveCapacity(span.count)
        var position = 0
        while position < span.count {
            if span[position] == 0x25, position + 2 < span.count,
                let high = span[position + 1].hexadecimalValue, let low = span[position + 2].hexadecimalValue
            {
                plain.append(high << 4 | low)
                position += 3
            } else {
                plain.append(span[position])
                position += 1
            }
        }
        return ByteString(plain)
    }
}
