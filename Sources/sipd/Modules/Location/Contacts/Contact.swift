import SIPMessage
import Transport

/// One registered contact of an address of record (Kamailio: `ucontact`).
///
/// Its texts share one buffer, which may be that of a `ContactRecord`.
struct Contact: Sendable {
    /// Whether the database has it as it is here.
    enum State: UInt8, Sendable {
        /// Not in the database yet.
        case new
        /// As in the database.
        case synchronized
        /// In the database, with older values.
        case dirty
    }

    /// The texts of a contact, in the order in which they stand in the buffer.
    struct Texts: Sendable {
        /// The contact URI.
        var uri: ByteString
        /// Unique name of the binding on all servers.
        var ruid: ByteString
        /// Call-ID of the REGISTER.
        var callID: ByteString = ""
        /// Where the REGISTER came from, as a URI; empty for none.
        var received: ByteString = ""
        /// The Path values; empty for none.
        var path: ByteString = ""
        /// The User-Agent header; empty for none.
        var userAgent: ByteString = ""
        /// `+sip.instance` without quotes; empty for none.
        var instance: ByteString = ""
        /// The socket it came in by, `udp:192.0.2.1:5060`; empty for none.
        var socket: ByteString = ""
    }

    private let buffer: [UInt8]
    /// Where its texts begin in the buffer.
    private let start: Int
    private var ends: (UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16) = (0, 0, 0, 0, 0, 0, 0, 0)
    /// When it ends, seconds since 1970; 0 for never.
    var expires: UInt32 = 0
    /// When it was written, seconds since 1970.
    var lastModified: UInt32 = 0
    var cseq: UInt32 = 0
    var flags: UInt32 = 0
    /// Branch flags the script had set.
    var branchFlags: UInt32 = 0
    /// Bit set of the methods it takes; all ones when it did not say.
    var methods: UInt32 = Contact.allMethods
    var registrationID: UInt32 = 0
    /// Preference in thousandths; -1 when it gave none.
    var q: Int16 = -1
    var state = State.new
    /// Whether it is kept out of the database (`save` flag 0x01).
    var isMemoryOnly = false
    /// The connection it registered over; 0 for none.
    var connection: UInt64 = 0

    /// The method set of a contact that did not say.
    static let allMethods = UInt32.max

    init(_ texts: Texts) {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(
            texts.uri.count + texts.ruid.count + texts.callID.count + texts.received.count + texts.path.count
                + texts.userAgent.count + texts.instance.count + texts.socket.count)
        /// Appends a text, as far as there is room, and answers where it ends.
        func append(_ text: ByteString) -> UInt16 {
            buffer.append(contentsOf: text.bytes.prefix(Int(UInt16.max) - buffer.count))
            return UInt16(clamping: buffer.count)
        }
        ends.0 = append(texts.uri)
        ends.1 = append(texts.ruid)
        ends.2 = append(texts.callID)
        ends.3 = append(texts.received)
        ends.4 = append(texts.path)
        ends.5 = append(texts.userAgent)
        ends.6 = append(texts.instance)
        ends.7 = append(texts.socket)
        self.buffer = buffer
        start = 0
    }

    var uri: ByteString { text(0, ends.0) }
    var ruid: ByteString { text(ends.0, ends.1) }
    var callID: ByteString { text(ends.1, ends.2) }
    var received: ByteString { text(ends.2, ends.3) }
    var path: ByteString { text(ends.3, ends.4) }
    var userAgent: ByteString { text(ends.4, ends.5) }
    var instance: ByteString { text(ends.5, ends.6) }
    var socket: ByteString { text(ends.6, ends.7) }

    var texts: Texts {
        Texts(
            uri: uri, ruid: ruid, callID: callID, received: received, path: path, userAgent: userAgent,
            instance: instance, socket: socket)
    }

    private func text(_ start: UInt16, _ end: UInt16) -> ByteString {
        ByteString(buffer[(self.start + Int(start))..<(self.start + Int(end))])
    }

    /// Whether it is still good at a time.
    func isActive(at now: UInt32) -> Bool {
        expires == 0 || expires > now
    }
}

// MARK: - Packed

extension Contact {
    /// How many bytes stand in front of the texts of a packed contact.
    private static let headCount = 56

    /// Where a packed contact ends.
    static func end(of bytes: [UInt8], at offset: Int) -> Int {
        offset + headCount + Int(bytes.number(at: offset + headCount - 2, as: UInt16.self))
    }

    /// When a packed contact ends, seconds since 1970; 0 for never.
    static func expires(of bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes.number(at: offset)
    }

    /// Reads a packed contact; its texts stay where they are.
    init(packed bytes: [UInt8], at offset: Int) {
        buffer = bytes
        start = offset + Self.headCount
        func end(_ index: Int) -> UInt16 { bytes.number(at: offset + 40 + 2 * index) }
        ends = (end(0), end(1), end(2), end(3), end(4), end(5), end(6), end(7))
        expires = bytes.number(at: offset)
        lastModified = bytes.number(at: offset + 4)
        cseq = bytes.number(at: offset + 8)
        flags = bytes.number(at: offset + 12)
        branchFlags = bytes.number(at: offset + 16)
        methods = bytes.number(at: offset + 20)
        registrationID = bytes.number(at: offset + 24)
        q = Int16(bitPattern: bytes.number(at: offset + 28))
        state = State(rawValue: bytes[offset + 30]) ?? .dirty
        isMemoryOnly = bytes[offset + 31] != 0
        connection = bytes.number(at: offset + 32)
    }

    /// Appends the contact in packed form.
    func pack(into bytes: inout [UInt8]) {
        for number in [expires, lastModified, cseq, flags, branchFlags, methods, registrationID] {
            bytes.append(number: number)
        }
        bytes.append(number: UInt16(bitPattern: q))
        bytes.append(state.rawValue)
        bytes.append(isMemoryOnly ? 1 : 0)
        bytes.append(number: connection)
        for end in [ends.0, ends.1, ends.2, ends.3, ends.4, ends.5, ends.6, ends.7] { bytes.append(number: end) }
        bytes.append(contentsOf: buffer[start..<(start + Int(ends.7))])
    }

    /// How many bytes the packed form takes.
    var packedCount: Int { Self.headCount + Int(ends.7) }
}

extension [UInt8] {
    /// Appends a number, lowest byte first.
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// The number that stands at an index, lowest byte first.
    func number<Number: FixedWidthInteger & UnsignedInteger>(at index: Int, as type: Number.Type = Number.self)
        -> Number
    {
        var number: Number = 0
        for byte in 0..<(Number.bitWidth / 8) { number |= Number(self[index + byte]) << (8 * byte) }
        return number
    }
}

// MARK: - Order

/// The contacts of one address of record, best first: by q, then in order of arrival.
extension [Contact] {
    /// Adds a contact behind those of the same preference.
    mutating func insertByPreference(_ contact: Contact) {
        let position = firstIndex { $0.q < contact.q } ?? count
        insert(contact, at: position)
    }

    /// Replaces a contact; it moves only when its preference changed.
    mutating func replace(at index: Int, with contact: Contact) {
        guard self[index].q != contact.q else { return self[index] = contact }
        remove(at: index)
        insertByPreference(contact)
    }
}
