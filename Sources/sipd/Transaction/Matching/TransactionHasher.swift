package import SIPMessage

/// Makes the keys under which transactions are found, the identifiers in branch parameters, and To-tags.
///
/// All are values of one secret key, so a remote party can neither predict them nor make two transactions collide.
/// Equal messages give equal values on every worker.
package struct TransactionHasher: Sendable {
    private enum Purpose {
        static let branch: UInt8 = 1
        static let rfc2543: UInt8 = 2
        static let dialog: UInt8 = 3
        static let identifier: UInt8 = 4
        static let transactionTag: UInt8 = 5
        static let statelessTag: UInt8 = 6
        static let statelessBranch: UInt8 = 7
    }

    private let key: KeyedHash.Key

    /// Makes the hasher of a secret key.
    package init(key: KeyedHash.Key) {
        self.key = key
    }

    private func start(_ purpose: UInt8) -> KeyedHash {
        var hash = KeyedHash(key: key)
        hash.combine(purpose)
        return hash
    }

    /// The key of a request whose topmost branch parameter has the magic cookie (RFC 3261 §17.2.3).
    ///
    /// Host and port are those of the topmost Via's sent-by. For an ACK or CANCEL give the method INVITE, to find what
    /// it belongs to.
    package func key(branch: ByteString, host: ByteString, port: UInt16?, method: Method) -> HashValue {
        var hash = start(Purpose.branch)
        hash.combineField(branch.bytes.span)
        hash.combineFieldIgnoringCase(host.bytes.span)
        hash.combine(number: port.map { UInt64($0) } ?? .max)
        combine(method, into: &hash)
        return hash.finish()
    }

    /// The key of a request without the cookie (RFC 3261 §17.2.3, second list): of its Request-URI, From-tag,
    /// Call-ID, sequence number and whole topmost Via.
    ///
    /// The To-tag is left out, so that the ACK for a reply of ours, which has one, finds the INVITE, which has none.
    package func rfc2543Key(
        requestURI: ByteString, fromTag: ByteString, callID: ByteString, sequenceNumber: UInt64,
        via: ByteString, method: Method
    ) -> HashValue {
        var hash = start(Purpose.rfc2543)
        hash.combineField(requestURI.bytes.span)
        hash.combineField(fromTag.bytes.span)
        hash.combineField(callID.bytes.span)
        hash.combine(number: sequenceNumber)
        hash.combineField(via.bytes.span)
        combine(method, into: &hash)
        return hash.finish()
    }

    private func combine(_ method: Method, into hash: inout KeyedHash) {
        if case .other(let name) = method {
            hash.combineField(name.bytes.span)
        } else {
            hash.combine(number: UInt64(method.bit))
        }
    }

    /// The key that an INVITE and the ACK for its 2xx share although their branch parameters differ.
    package func dialogKey(callID: ByteString, fromTag: ByteString, sequenceNumber: UInt64) -> HashValue {
        var hash = start(Purpose.dialog)
        hash.combineField(callID.bytes.span)
        hash.combineField(fromTag.bytes.span)
        hash.combine(number: sequenceNumber)
        return hash.finish()
    }

    /// The identifier of the transaction with this serial number.
    package func identifier(serial: UInt64) -> HashValue {
        var hash = start(Purpose.identifier)
        hash.combine(number: serial)
        return hash.finish()
    }

    /// The To-tag of all replies that are made for a transaction.
    package func tag(of identifier: HashValue) -> ToTag {
        var hash = start(Purpose.transactionTag)
        hash.combine(number: identifier.high)
        hash.combine(number: identifier.low)
        return ToTag(hash.finish())
    }

    /// The To-tag of stateless replies: the same for retransmissions of the request and for the ACK of the reply, so
    /// that both are recognised without state (RFC 3261 §8.2.7).
    package func statelessTag(
        branch: ByteString, callID: ByteString, fromTag: ByteString, sequenceNumber: UInt64
    ) -> ToTag {
        var hash = start(Purpose.statelessTag)
        hash.combineField(branch.bytes.span)
        hash.combineField(callID.bytes.span)
        hash.combineField(fromTag.bytes.span)
        hash.combine(number: sequenceNumber)
        return ToTag(hash.finish())
    }

    /// The branch parameter of a request forwarded without a transaction: the same for its retransmissions
    /// (RFC 3261 §16.11).
    package func statelessBranch(
        branch: ByteString, callID: ByteString, fromTag: ByteString, sequenceNumber: UInt64,
        requestURI: ByteString
    ) -> BranchParameter {
        var hash = start(Purpose.statelessBranch)
        hash.combineField(branch.bytes.span)
        hash.combineField(callID.bytes.span)
        hash.combineField(fromTag.bytes.span)
        hash.combine(number: sequenceNumber)
        hash.combineField(requestURI.bytes.span)
        return BranchParameter(slot: 0, identifier: hash.finish(), branch: 0)
    }
}

/// A To-tag of ours: 32 hexadecimal digits.
package struct ToTag: Hashable, Sendable {
    private let value: HashValue

    /// The number of bytes of its text.
    package static let length = 32

    init(_ value: HashValue) {
        self.value = value
    }

    /// Appends the tag's text to `bytes`.
    package func append(to bytes: inout [UInt8]) {
        Hexadecimal.append16(value.high, to: &bytes)
        Hexadecimal.append16(value.low, to: &bytes)
    }

    /// Whether `text` is this tag's.
    package func matches(_ text: ByteString) -> Bool {
        let bytes = text.bytes.span
        guard bytes.count == Self.length, let high = Hexadecimal.parse(bytes, 0..<16),
            let low = Hexadecimal.parse(bytes, 16..<32)
        else { return false }
        return value == HashValue(high: high, low: low)
    }
}
