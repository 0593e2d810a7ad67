/// A DNS message: one question and the records that answer it (RFC 1035 §4).
package struct DNSMessage: Hashable, Sendable {
    /// The answer's outcome (RFC 1035 §4.1.1).
    package struct ResponseCode: RawRepresentable, Hashable, Sendable {
        /// The four bits on the wire.
        package let rawValue: UInt8

        /// Keeps the low four bits.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue & 0xf
        }

        /// The question was answered, perhaps by no record.
        package static let noError = ResponseCode(rawValue: 0)
        /// The server could not read the query.
        package static let formatError = ResponseCode(rawValue: 1)
        /// The server failed.
        package static let serverFailure = ResponseCode(rawValue: 2)
        /// The name does not exist (NXDOMAIN).
        package static let nameError = ResponseCode(rawValue: 3)
        /// The server does not want to answer.
        package static let refused = ResponseCode(rawValue: 5)
    }

    /// What is asked.
    package struct Question: Hashable, Sendable {
        /// The name asked for.
        package var name: DNSName
        /// The type of record wanted.
        package var type: DNSRecordType

        /// Creates a question of class IN.
        package init(name: DNSName, type: DNSRecordType) {
            self.name = name
            self.type = type
        }
    }

    /// Matches the answer to the query.
    package var identifier: UInt16
    /// Set in an answer (QR).
    package var isResponse: Bool
    /// Set when the answer did not fit into the datagram (TC).
    package var isTruncated: Bool
    /// Asks the server to follow the chain of servers itself (RD).
    package var recursionDesired: Bool
    /// The outcome.
    package var responseCode: ResponseCode
    /// The question; nil when the message holds none, or one of another class than IN.
    package var question: Question?
    /// The records that answer the question.
    package var answers: [DNSRecord]
    /// The records about the zone: SOA in a negative answer.
    package var authorities: [DNSRecord]
    /// Records the server adds: usually addresses of SRV targets.
    package var additionals: [DNSRecord]

    /// Creates a message; a query by default.
    package init(
        identifier: UInt16, question: Question?, isResponse: Bool = false, isTruncated: Bool = false,
        recursionDesired: Bool = true, responseCode: ResponseCode = .noError, answers: [DNSRecord] = [],
        authorities: [DNSRecord] = [], additionals: [DNSRecord] = []
    ) {
        self.identifier = identifier
        self.question = question
        self.isResponse = isResponse
        self.isTruncated = isTruncated
        self.recursionDesired = recursionDesired
        self.responseCode = responseCode
        self.answers = answers
        self.authorities = authorities
        self.additionals = additionals
    }
}

/// Why bytes are no DNS message.
package enum DNSDecodingError: Error, Hashable, Sendable {
    /// A field ends after the message does.
    case truncated(offset: Int)
    /// A name is longer than 255 bytes, or a label has a reserved length.
    case nameTooLong(offset: Int)
    case reservedLabel(offset: Int)
    /// A compression pointer does not point backwards, so that it might loop (RFC 1035 §4.1.4).
    case pointerNotBackwards(offset: Int)
    /// The content of a record is not as long as the record says.
    case dataLength(offset: Int)
    /// More records than are read from one message.
    case tooManyRecords(count: Int)
}

extension DNSMessage.Question: CustomStringConvertible {
    /// The name and the type, as `example.com SRV`.
    package var description: String { "\(name) \(type)" }
}
