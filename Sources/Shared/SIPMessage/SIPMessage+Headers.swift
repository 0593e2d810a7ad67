extension SIPMessage {
    /// The value of a field, without white space at its ends; shares the message's storage.
    package func text(of field: HeaderField) -> ByteString {
        ByteString(buffer)[field.bodyRange]
    }

    /// The name of a field as written.
    package func nameText(of field: HeaderField) -> ByteString {
        ByteString(buffer)[field.nameRange]
    }

    /// All fields of a name, in order.
    package func headers(named name: HeaderName) -> [HeaderField] {
        guard has(name) else { return [] }
        return headers.filter { $0.name == name }
    }

    /// All fields whose name is this one, full or compact, without regard to case.
    package func headers(named name: ByteString) -> [HeaderField] {
        let known = HeaderName(name)
        guard known == .other else { return headers(named: known) }
        guard has(.other) else { return [] }
        return headers.filter { $0.name == .other && nameText(of: $0).equalsIgnoringCase(name) }
    }

    /// The first field of a name.
    package func firstHeader(_ name: HeaderName) -> HeaderField? {
        guard has(name) else { return nil }
        return headers.first { $0.name == name }
    }

    /// The first field whose name is this one, full or compact, without regard to case.
    package func firstHeader(named name: ByteString) -> HeaderField? {
        let known = HeaderName(name)
        guard known == .other else { return firstHeader(known) }
        guard has(.other) else { return nil }
        return headers.first { $0.name == .other && nameText(of: $0).equalsIgnoringCase(name) }
    }

    /// The value of the first field of a name.
    package func firstText(_ name: HeaderName) -> ByteString? {
        firstHeader(name).map { text(of: $0) }
    }

    /// The comma-separated values of one field.
    package func values(of field: HeaderField) -> HeaderValues {
        HeaderValues(text(of: field))
    }

    /// The comma-separated values of all fields of a name, in order.
    package func values(_ name: HeaderName) -> [ByteString] {
        guard has(name) else { return [] }
        var values: [ByteString] = []
        for field in headers where field.name == name { values.append(contentsOf: self.values(of: field)) }
        return values
    }

    /// What to delete so that one of a field's comma-separated values goes: the whole field if it is the only one.
    ///
    /// - Returns: the range in the message, or nil if there is no such value.
    package func removalRange(ofValue index: Int, in field: HeaderField) -> Range<Int>? {
        let values = values(of: field).map(\.range)
        guard values.indices.contains(index) else { return nil }
        if values.count == 1 { return field.range }
        if index == 0 { return values[0].lowerBound..<values[1].lowerBound }
        return values[index - 1].upperBound..<values[index].upperBound
    }

    /// What to delete so that the top Via value goes, as in a response on its way back; nil if there is none.
    package var topViaRemovalRange: Range<Int>? {
        firstHeader(.via).flatMap { removalRange(ofValue: 0, in: $0) }
    }

    /// All Via values, the top one first.
    /// - Throws: at the first that cannot be read.
    package func vias() throws(SIPParseError) -> [Via] {
        var vias: [Via] = []
        for value in values(.via) { vias.append(try Via.parse(value)) }
        return vias
    }

    /// All Contact values.
    /// - Throws: at the first that cannot be read.
    package func contacts() throws(SIPParseError) -> [NameAddress] { try nameAddresses(.contact) }

    /// All Route values, the top one first.
    /// - Throws: at the first that cannot be read.
    package func routes() throws(SIPParseError) -> [NameAddress] { try nameAddresses(.route) }

    /// All Record-Route values, the top one first.
    /// - Throws: at the first that cannot be read.
    package func recordRoutes() throws(SIPParseError) -> [NameAddress] { try nameAddresses(.recordRoute) }

    /// All values of a header that holds name-addrs, like Path or P-Asserted-Identity.
    /// - Throws: at the first that cannot be read.
    package func nameAddresses(_ name: HeaderName) throws(SIPParseError) -> [NameAddress] {
        var addresses: [NameAddress] = []
        for value in values(name) { addresses.append(try NameAddress.parse(value)) }
        return addresses
    }

    /// The value of the Expires header in seconds, or nil if there is none or it is not a number.
    package var expires: Int? {
        firstText(.expires).flatMap { deltaSeconds($0) }
    }
}
